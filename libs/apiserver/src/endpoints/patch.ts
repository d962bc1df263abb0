import type { KubeObject } from '@podlab/apimachinery';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  goText,
  invalid,
  newInvalid,
  newUnroutedMediaType,
  newUnsupportedMediaType,
  Path,
} from '@podlab/apimachinery';
import { strictFaults, withStrictFaults } from '../decoding';
import { CannotHandle } from '../decoding/cannot-handle';
import { withShownManagers } from '../managed-fields/field-manager';
import type { UpdatePart } from '../registry/generic-registry';
import { apiVersionOf, type AnyStrategy } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { handleApply } from './apply';
import { checkObject, mediaType } from './body';
import { readJsonPatch, readMergePatch, readStrategicMergePatch } from './patch-body';
import { keyOf, objectAnswer } from './read';
import type { EndpointServices, RequestScope } from './scope';
import { updateWarnings, warningHeaders, writeOptions } from './write';

/** Custom kinds have no keys of lists to merge by. */
const STRATEGIC_MERGE = 'application/strategic-merge-patch+json';

interface PatchType {
  /** The patch in a body, with the faults that a strict reader finds; throws 400. */
  read(body: Uint8Array | string): unknown;
  apply(document: KubeObject, patch: unknown, kind: string): unknown;
}

/** What each media type of a PATCH does to a JSON document. */
const PATCHES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': { read: readJsonPatch, apply: applyJsonPatch },
  'application/merge-patch+json': { read: readMergePatch, apply: applyMergePatch },
  [STRATEGIC_MERGE]: {
    read: readStrategicMergePatch,
    apply: (document, patch, kind) => applyStrategicMergePatch(kind, document, patch),
  },
};

/** The patch type of server-side apply. */
export const APPLY_TYPE = 'application/apply-patch+yaml';

/** Throws 415 for a patch type that is not served. */
function requirePatchType({ request, query, strategy }: RequestScope): void {
  const served = Object.keys(PATCHES).filter((type) => !strategy.custom || type !== STRATEGIC_MERGE);
  if (!served.includes(mediaType(request))) {
    throw strategy.custom ? newUnsupportedMediaType([...served, APPLY_TYPE]) : newUnroutedMediaType();
  }
  if (query.get('force') === undefined) return;
  const detail = 'may not be specified for non-apply patch';
  throw newInvalid('PatchOptions.meta.k8s.io', '', [
    { type: 'FieldValueForbidden', field: 'force', badValue: '', detail },
  ]);
}

/** The document after the request's patch; throws 400, 415 or 422. */
export function patched(scope: RequestScope, document: KubeObject, kind: string): unknown {
  requirePatchType(scope);
  const { read, apply } = PATCHES[mediaType(scope.request)];
  const patch = read(scope.request.body);
  const known = namesManagers(patch) ? withShownManagers(document) : document;
  return withStrictFaults(apply(known, patch, kind), strictFaults(patch));
}

/**
 * What `decode` makes of a patched document; `converted` says that a strategic merge patch left it. One that the patch
 * spoils is refused as the patch's fault, with 422. Models apiserver pkg/endpoints/handlers patch.go
 * jsonPatcher.applyPatchToCurrentObject and applyPatchToObject.
 */
export function decodePatched<T>(
  { request }: RequestScope,
  document: unknown,
  decode: (value: unknown, converted: boolean) => T,
): T {
  const type = mediaType(request);
  const converted = type === STRATEGIC_MERGE;
  try {
    return decode(document, converted);
  } catch (error) {
    if (!(error instanceof CannotHandle) || !Object.hasOwn(PATCHES, type)) throw error;
    const shown = converted ? goText(readStrategicMergePatch(request.body)) : JSON.stringify(document);
    throw newInvalid('', '', [invalid(Path.of('patch'), shown, error.reason)]);
  }
}

/** Whether a JSON patch works on the managers of fields, as kubectl's does that takes over what it applied before. */
function namesManagers(patch: unknown): boolean {
  if (!Array.isArray(patch)) return false;
  return patch.some((each: unknown) => {
    const path = (each as { path?: unknown } | null)?.path;
    return typeof path === 'string' && path.startsWith('/metadata/managedFields');
  });
}

/** The object as the request's version has it: it may be stored in another. */
export function inVersionOf(strategy: AnyStrategy, object: KubeObject): KubeObject {
  if (strategy.conversion) return strategy.conversion.fromStored(object);
  const apiVersion = apiVersionOf(strategy);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** PATCH of an object or of one subresource of it. */
export function handlePatch(services: EndpointServices, scope: RequestScope, part: UpdatePart): KubeAnswer {
  const { strategy } = scope;
  if (mediaType(scope.request) === APPLY_TYPE) return handleApply(services, scope, part);
  requirePatchType(scope);
  const old = services.registry.get(strategy, keyOf(scope));
  const document = patched(scope, inVersionOf(strategy, old), strategy.kind);
  const { object, warnings } = decodePatched(scope, document, (value, converted) =>
    checkObject(scope, value, converted),
  );
  const updated = services.registry.update(strategy, keyOf(scope), object, writeOptions(scope), part);
  const all = [...warnings, ...updateWarnings(scope, updated, old, part)];
  return objectAnswer(services, scope, updated, 200, undefined, warningHeaders(all));
}
