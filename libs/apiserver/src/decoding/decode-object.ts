import { SCHEMAS } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import { newBadRequest } from '@podlab/apimachinery';
import { CannotHandle } from './cannot-handle';
import { decodeStruct, type DecodingFaults } from './decode-value';
import { strictFaults } from './parse-json';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface DecodedObject {
  readonly object: KubeObject;
  /** What `Warn` tells the client: fields that the kind doesn't have, keys written twice. */
  readonly warnings: readonly string[];
}

/** The most faults that one refusal or answer lists. Models sigs.k8s.io/json limit of strict errors. */
const STRICT_ERRORS = 100;

/**
 * An object of the expected kind out of a JSON value: unknown fields dropped, nulls absent, types checked.
 * Throws 400 with upstream's text. Models apiserver pkg/endpoints/handlers create.go and serializer/json Decode.
 */
export function decodeObject(
  expected: { apiVersion: string; kind: string; schema?: string; converted?: boolean },
  value: unknown,
  validation: FieldValidation,
): DecodedObject {
  // What a strategic merge patch left is of the type that it was made of, whatever it calls itself.
  const found = expected.converted ? identityOf(expected) : identify(expected, value);
  const faults: DecodingFaults = { unknown: [], converted: expected.converted };
  const object = decodeStruct(
    expected.schema ?? expected.kind,
    value as Record<string, unknown>,
    faults,
  ) as unknown as KubeObject;
  if (faults.type !== undefined) throw new CannotHandle(found, expected.kind, faults.type);
  object.apiVersion = expected.apiVersion;
  object.kind = expected.kind;
  object.metadata ??= {} as KubeObject['metadata'];
  if (validation === 'Ignore') return { object, warnings: [] };
  const unknown = expected.converted ? faults.unknown.sort() : faults.unknown;
  const strict = [...unknown.map((path) => `unknown field "${path}"`), ...strictFaults(value)].slice(
    0,
    STRICT_ERRORS,
  );
  if (strict.length > 0 && validation === 'Strict') {
    throw new CannotHandle(found, expected.kind, `strict decoding error: ${strict.join(', ')}`);
  }
  return { object, warnings: strict };
}

const identityOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }): Identity => ({
  version: apiVersion.slice(apiVersion.indexOf('/') + 1),
  kind,
});

interface Identity {
  readonly version: string;
  readonly kind: string;
}

/** What is said of a body that is no object: why, in the words of Go's decoder. */
export const unrecognized = (kind: string, reason: string) =>
  `the object provided is unrecognized (must be of type ${kind}): ${reason}`;

/** Why a value that is no object has no version and kind. */
export function noIdentity(value: unknown): string {
  const type =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  return `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go value of type ${type}`;
}

/** Checks that the body says it is what the path asks for; what it leaves out the path supplies. */
function identify(expected: { apiVersion: string; kind: string }, value: unknown): Identity {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw newBadRequest(unrecognized(expected.kind, noIdentity(value)));
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  const version = typeof apiVersion === 'string' && apiVersion ? apiVersion : expected.apiVersion;
  const identity = {
    version: version.slice(version.indexOf('/') + 1),
    kind: typeof kind === 'string' && kind ? kind : expected.kind,
  };
  if (identity.kind !== expected.kind) {
    const reason = Object.hasOwn(SCHEMAS, identity.kind)
      ? `converting (${identity.version}.${identity.kind}) to (${internalPackage(expected.apiVersion)}.${expected.kind}): unknown conversion`
      : `no kind "${identity.kind}" is registered for version "${version}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    throw new CannotHandle(identity, expected.kind, reason);
  }
  if (version !== expected.apiVersion) {
    const message = `the API version in the data (${version}) does not match the expected API version (${expected.apiVersion})`;
    throw newBadRequest(message);
  }
  return identity;
}

/** The Go package of a group's internal types: `core`, `apps`, `rbac`. */
function internalPackage(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split(/[./]/)[0] : 'core';
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
