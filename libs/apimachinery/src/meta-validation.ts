import { utf8Encode } from '@podlab/kernel';
import type { FieldError } from './field-errors';
import { forbidden, invalid, required, tooLong } from './field-errors';
import { Path } from './field-path';
import type { NameRule } from './names';
import { dns1123LabelErrors, labelValueErrors, qualifiedNameErrors } from './names';
import type { ObjectMetaLike, OwnerReferenceLike } from './object';

/** The most bytes that all annotations of one object may have together. Models apimachinery TotalAnnotationSizeLimitB. */
export const TOTAL_ANNOTATION_BYTES = 256 * 1024;

/** Models apimachinery meta/v1/validation ValidateLabelName. */
export function labelNameFieldErrors(name: string, path: Path): FieldError[] {
  return qualifiedNameErrors(name).map((message) => invalid(path, name, message));
}

/** Models apimachinery meta/v1/validation ValidateLabels; keys in ascending order, so that messages are stable. */
export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(labels ?? {}).sort()) {
    errors.push(...labelNameFieldErrors(key, path));
    const value = (labels as Record<string, string>)[key];
    errors.push(...labelValueErrors(value).map((message) => invalid(path.key(key), value, message)));
  }
  return errors;
}

/** Models apimachinery pkg/api/validation ValidateAnnotations. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key of Object.keys(annotations ?? {}).sort()) {
    errors.push(...qualifiedNameErrors(key.toLowerCase()).map((message) => invalid(path, key, message)));
    bytes += utf8Encode(key).length + utf8Encode((annotations as Record<string, string>)[key]).length;
  }
  if (bytes > TOTAL_ANNOTATION_BYTES) errors.push(tooLong(path, TOTAL_ANNOTATION_BYTES));
  return errors;
}

const FINALIZERS_WITHOUT_DOMAIN: ReadonlySet<string> = new Set([
  'orphan',
  'foregroundDeletion',
  'kubernetes',
]);

/** Models apimachinery pkg/api/validation ValidateFinalizers and validation.ValidateFinalizerName. */
export function validateFinalizers(finalizers: readonly string[] | undefined, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  (finalizers ?? []).forEach((finalizer, index) => {
    errors.push(...qualifiedNameErrors(finalizer).map((message) => invalid(path, finalizer, message)));
    if (!finalizer.includes('/') && !FINALIZERS_WITHOUT_DOMAIN.has(finalizer)) {
      const detail = 'name is neither a standard finalizer name nor is it fully qualified';
      errors.push(invalid(path.index(index), finalizer, detail));
    }
  });
  return errors;
}

/**
 * The checks that every kind's metadata passes on creation.
 * Models apimachinery pkg/api/validation ValidateObjectMetaAccessor.
 */
export function validateObjectMeta(
  meta: ObjectMetaLike,
  namespaced: boolean,
  nameRule: NameRule,
  path = Path.of('metadata'),
): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) {
    for (const message of nameRule(meta.generateName, true)) {
      errors.push(invalid(path.child('generateName'), meta.generateName, message));
    }
  }
  if (!meta.name) errors.push(required(path.child('name'), 'name or generateName is required'));
  else
    for (const message of nameRule(meta.name, false))
      errors.push(invalid(path.child('name'), meta.name, message));
  errors.push(...validateNamespaceField(meta, namespaced, path.child('namespace')));
  if (meta.generation !== undefined && meta.generation < 0) {
    errors.push(invalid(path.child('generation'), meta.generation, 'must be greater than or equal to 0'));
  }
  errors.push(
    ...validateLabels(meta.labels, path.child('labels')),
    ...validateAnnotations(meta.annotations, path.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences, path.child('ownerReferences')),
    ...validateFinalizers(meta.finalizers, path.child('finalizers')),
  );
  return errors;
}

function validateNamespaceField(meta: ObjectMetaLike, namespaced: boolean, path: Path): FieldError[] {
  if (!namespaced) return meta.namespace ? [forbidden(path, 'not allowed on this type')] : [];
  if (!meta.namespace) return [required(path)];
  const { namespace } = meta;
  return dns1123LabelErrors(namespace).map((message) => invalid(path, namespace, message));
}

/** Models apimachinery pkg/api/validation ValidateOwnerReferences. */
export function validateOwnerReferences(
  owners: readonly OwnerReferenceLike[] | undefined,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  const controllers: OwnerReferenceLike[] = [];
  for (const owner of owners ?? []) {
    if (!/^[^/]+(\/[^/]+)?$/.test(owner.apiVersion ?? '')) {
      errors.push(invalid(path.child('apiVersion'), owner.apiVersion ?? '', 'version must not be empty'));
    }
    if (!owner.kind) errors.push(invalid(path.child('kind'), owner.kind ?? '', 'must not be empty'));
    if (!owner.name) errors.push(invalid(path.child('name'), owner.name ?? '', 'must not be empty'));
    if (!owner.uid) errors.push(invalid(path.child('uid'), owner.uid ?? '', 'must not be empty'));
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      errors.push(invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner'));
    if (owner.controller) controllers.push(owner);
    if (owner.controller && controllers.length > 1) {
      const both = `${controllers[0].kind}/${controllers[0].name}" and "${owner.kind}/${owner.name}`;
      const detail = `Only one reference can have Controller set to true. Found "true" in references for "${both}"`;
      errors.push(invalid(path, owners, detail));
    }
  }
  return errors;
}

const IMMUTABLE: readonly (keyof ObjectMetaLike)[] = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

/**
 * The checks between an object's old and new metadata.
 * Models apimachinery pkg/api/validation ValidateObjectMetaAccessorUpdate.
 */
export function validateObjectMetaUpdate(
  meta: ObjectMetaLike,
  old: ObjectMetaLike,
  path = Path.of('metadata'),
): FieldError[] {
  const errors: FieldError[] = [];
  const finalizers = (old.deletionTimestamp && meta.finalizers) || [];
  const added = finalizers.filter((finalizer) => !old.finalizers?.includes(finalizer));
  if (added.length > 0) {
    const list = `[${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}]`;
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
    errors.push(forbidden(path.child('finalizers'), detail));
  }
  for (const field of IMMUTABLE) {
    if (meta[field] === old[field]) continue;
    errors.push(invalid(path.child(field), meta[field] ?? null, 'field is immutable'));
  }
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(path.child('generation'), meta.generation ?? 0, 'must not be decremented'));
  }
  // What the update leaves as it was has been judged before.
  const { labels, annotations, ownerReferences } = meta;
  if (labels !== old.labels) errors.push(...validateLabels(labels, path.child('labels')));
  if (annotations !== old.annotations)
    errors.push(...validateAnnotations(annotations, path.child('annotations')));
  if (ownerReferences !== old.ownerReferences)
    errors.push(...validateOwnerReferences(ownerReferences, path.child('ownerReferences')));
  return errors;
}
