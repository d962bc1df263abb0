import { SCHEMAS } from '@podlab/api';
import type { FieldSet, OwnedType, TypeFields } from '@podlab/apimachinery';
import { fieldSetOf, OTHER_FIELDS, unionOf } from '@podlab/apimachinery';
import type { AnyStrategy } from '../registry/strategy-index';

/** The type of a kind that the API model does not have: only its metadata is known. */
const CUSTOM_OBJECT = 'CustomObject';
const CUSTOM_FIELDS = {
  apiVersion: 'string',
  kind: 'string',
  metadata: 'ObjectMeta',
  [OTHER_FIELDS]: 'any',
};

/** The fields of every type of the API model. */
export const typeFields: TypeFields = (type) => {
  if (type === CUSTOM_OBJECT) return CUSTOM_FIELDS;
  return Object.hasOwn(SCHEMAS, type) ? SCHEMAS[type].fields : undefined;
};

/** The type of an object by its apiVersion and kind. */
export function typeNameOf({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io');
  return isBuiltIn && Object.hasOwn(SCHEMAS, kind) ? kind : CUSTOM_OBJECT;
}

/** Nobody owns these: the server sets them. Models apimachinery util/managedfields/internal stripmeta.go. */
export const SYSTEM_FIELDS: FieldSet = fieldSetOf([
  ['f:apiVersion'],
  ['f:kind'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => ['f:metadata', `f:${field}`]),
]);
const SYSTEM_AND_STATUS = unionOf(SYSTEM_FIELDS, fieldSetOf([['f:status']]));
const SYSTEM_AND_SPEC = unionOf(SYSTEM_FIELDS, fieldSetOf([['f:spec']]));

/** What a write through the object itself, or through its status, can own. Models the strategies' GetResetFields. */
export function ownedTypeOf(
  strategy: AnyStrategy,
  object: { apiVersion: string; kind: string },
  subresource: string,
): OwnedType {
  const resets = subresource === 'status' ? SYSTEM_AND_SPEC : SYSTEM_AND_STATUS;
  return {
    typeFields,
    type: { type: typeNameOf(object) },
    ignored: strategy.status ? resets : SYSTEM_FIELDS,
  };
}

/** Fields that a Go struct holds as values: they are there, empty, before anybody wrote them. */
const VALUE_FIELDS: ReadonlySet<string> = new Set([
  'jobTemplate',
  'loadBalancer',
  'metadata',
  'source',
  'spec',
  'status',
  'strategy',
  'template',
  'updateStrategy',
]);

/** What a new object is compared with: Go's zero value of its kind. */
export function zeroObject(type: string): Record<string, unknown> {
  const { fields, required = [] } = SCHEMAS[type] ?? { fields: { metadata: 'ObjectMeta' } };
  const zero: Record<string, unknown> = {};
  for (const key of required) if (/^[[{]/.test(fields[key])) zero[key] = null;
  for (const key of Object.keys(fields)) {
    if (VALUE_FIELDS.has(key) && Object.hasOwn(SCHEMAS, fields[key])) zero[key] = zeroObject(fields[key]);
  }
  return zero;
}
