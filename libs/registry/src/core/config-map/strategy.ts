import type { ConfigMap } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, configMapKeyErrors, forbidden, invalid, tooLong } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson, utf8Encode } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN } from '../../printing/cells';

/** The most bytes of a config map's or secret's values together. Models pkg/apis/core MaxSecretSize. */
export const MAXIMUM_DATA_BYTES = 1024 * 1024;

/** Models k8s.io/kubernetes pkg/registry/core/configmap strategy. */
export const configMapStrategy: Strategy<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    {
      name: 'Data',
      type: 'string',
      description: 'Data contains the configuration data.',
      priority: 0,
      value: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    AGE_COLUMN,
  ],
  validate: validateConfigMap,
  validateUpdate(draft, old) {
    return [...immutableDataErrors(draft, old, ['data', 'binaryData']), ...validateConfigMap(draft)];
  },
};

/** Models pkg/apis/core/validation ValidateConfigMap. */
function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key of Object.keys(data).sort()) {
    errors.push(...configMapKeyErrors(key).map((message) => invalid(Path.of('data').key(key), key, message)));
    if (Object.hasOwn(binaryData, key)) {
      errors.push(invalid(Path.of('data').key(key), key, 'duplicate of key present in binaryData'));
    }
    bytes += utf8Encode(data[key]).length;
  }
  for (const key of Object.keys(binaryData).sort()) {
    errors.push(
      ...configMapKeyErrors(key).map((message) => invalid(Path.of('binaryData').key(key), key, message)),
    );
    bytes += Math.floor((binaryData[key].length * 3) / 4);
  }
  if (bytes > MAXIMUM_DATA_BYTES) errors.push(tooLong(Path.of(''), MAXIMUM_DATA_BYTES));
  return errors;
}

interface Immutable {
  immutable?: boolean;
}

/** What an object marked immutable may not change any more. Models ValidateConfigMapUpdate, ValidateSecretUpdate. */
export function immutableDataErrors<T extends Immutable>(
  draft: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  if (!draft.immutable)
    errors.push(forbidden(Path.of('immutable'), 'field is immutable when `immutable` is set'));
  for (const field of fields) {
    if (equalJson(draft[field] ?? {}, old[field] ?? {})) continue;
    errors.push(forbidden(Path.of(field), 'field is immutable when `immutable` is set'));
  }
  return errors;
}
