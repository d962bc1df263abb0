import type { Secret } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  StatusError,
  configMapKeyErrors,
  immutable,
  invalid,
  required,
  tooLong,
} from '@podlab/apimachinery';
import { parseJson, type Strategy } from '@podlab/apiserver';
import { base64Decode, utf8Encode } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { MAXIMUM_DATA_BYTES, immutableDataErrors } from '../config-map/strategy';
import { base64Encode } from './base64';

/** The keys that a secret of a type must have. Models pkg/apis/core/validation ValidateSecret. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** Models k8s.io/kubernetes pkg/registry/core/secret strategy. */
export const secretStrategy: Strategy<Secret> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  singular: 'secret',
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Type',
      'Used to facilitate programmatic handling of secret data.',
      (secret) => secret.type ?? '',
    ),
    {
      name: 'Data',
      type: 'string',
      description: 'Data contains the secret data.',
      priority: 0,
      value: ({ data = {} }) => Object.keys(data).length,
    },
    AGE_COLUMN,
  ],
  defaults(draft) {
    draft.type ||= 'Opaque';
    if (!draft.stringData) return;
    const data: Record<string, string> = { ...draft.data };
    for (const [key, text] of Object.entries(draft.stringData)) data[key] = base64Encode(utf8Encode(text));
    draft.data = data;
    delete draft.stringData;
  },
  prepareForUpdate(draft, old) {
    draft.type ||= old.type;
  },
  validate: validateSecret,
  validateUpdate(draft, old) {
    const errors = draft.type === old.type ? [] : [immutable(Path.of('type'), draft.type)];
    return [...errors, ...immutableDataErrors(draft, old, ['data']), ...validateSecret(draft)];
  },
  selectableFields: (secret) => ({ type: secret.type ?? '' }),
};

function validateSecret({ data = {}, type = '', metadata }: Secret): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key of Object.keys(data).sort()) {
    errors.push(...configMapKeyErrors(key).map((message) => invalid(Path.of('data').key(key), key, message)));
    bytes += Math.floor((data[key].length * 3) / 4);
  }
  if (bytes > MAXIMUM_DATA_BYTES) errors.push(tooLong(Path.of('data'), MAXIMUM_DATA_BYTES));
  for (const key of Object.hasOwn(REQUIRED_KEYS, type) ? REQUIRED_KEYS[type] : []) {
    if (!Object.hasOwn(data, key)) errors.push(required(Path.of('data').key(key)));
    else if (key.startsWith('.dockerc')) errors.push(...jsonErrors(data[key], Path.of('data').key(key)));
  }
  const accountName = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[accountName]) {
    errors.push(required(Path.of('metadata', 'annotations').key(accountName)));
  }
  if (
    type === 'kubernetes.io/basic-auth' &&
    !Object.hasOwn(data, 'username') &&
    !Object.hasOwn(data, 'password')
  ) {
    errors.push(required(Path.of('data').key('username')), required(Path.of('data').key('password')));
  }
  return errors;
}

/** Credentials of a registry are an object in JSON; what is wrong with it is told without its text. */
function jsonErrors(base64: string, path: Path): FieldError[] {
  const shown = '<secret contents redacted>';
  try {
    const value = parseJson(base64Decode(base64) ?? new Uint8Array(0));
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return [];
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    const detail = `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
    return [invalid(path, shown, detail)];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return [invalid(path, shown, error.message.replace(/^.*json parse error: /, ''))];
  }
}
