import type { KubeObject } from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import { newBadRequest } from '@podlab/apimachinery';
import type { DecodedObject, FieldValidation } from './decode-object';
import { CannotHandle } from './cannot-handle';
import { decodeStruct, type DecodingFaults } from './decode-value';
import { strictFaults } from './parse-json';

/** A custom kind as a decoder sees it. */
export interface CustomKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Takes out what the schema does not specify and tells the paths of it. */
  prune(object: object): string[];
}

/**
 * An object of a custom kind: metadata as of any object, the rest as the kind's schema has it, to be validated later.
 * Throws 400. Models k8s.io/apiextensions-apiserver pkg/apiserver customresource_handler schemaCoercingDecoder.
 */
export function decodeCustomObject(
  expected: CustomKind,
  value: unknown,
  validation: FieldValidation,
): DecodedObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw newBadRequest(`the object provided is unrecognized (must be of type ${expected.kind})`);
  }
  const { metadata, ...rest } = value as Record<string, unknown>;
  const { apiVersion = expected.apiVersion, kind = expected.kind } = rest;
  requireIdentity(expected, String(apiVersion), String(kind));
  const faults: DecodingFaults = { unknown: [] };
  const body = cloneJson(rest);
  const unknown = expected.prune(body);
  const decoded =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
      ? decodeStruct('ObjectMeta', metadata as Record<string, unknown>, faults, {
          struct: 'ObjectMeta',
          field: 'metadata',
          strictPath: 'metadata',
        })
      : {};
  if (faults.type !== undefined) throw cannotHandle(expected, faults.type);
  const object = { ...body, apiVersion: expected.apiVersion, kind: expected.kind, metadata: decoded };
  const strict = [
    ...[...unknown, ...faults.unknown].map((path) => `unknown field "${path}"`),
    ...strictFaults(value),
  ];
  if (strict.length > 0 && validation === 'Strict')
    throw cannotHandle(expected, `strict decoding error: ${strict.join(', ')}`);
  return { object: object as unknown as KubeObject, warnings: validation === 'Ignore' ? [] : strict };
}

function requireIdentity(expected: CustomKind, apiVersion: string, kind: string): void {
  if (kind !== expected.kind) {
    throw cannotHandle(expected, `no kind "${kind}" can be taken for a "${expected.kind}"`);
  }
  if (apiVersion === expected.apiVersion) return;
  const message = `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`;
  throw newBadRequest(message);
}

function cannotHandle({ apiVersion, kind }: CustomKind, reason: string): Error {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return new CannotHandle({ kind, version }, kind, reason);
}
