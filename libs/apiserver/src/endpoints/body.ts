import type { KubeObject } from '@podlab/apimachinery';
import { newBadRequest, newInvalid, newUnsupportedMediaType, notSupported, Path } from '@podlab/apimachinery';
import { decodeObject, parseObject, type FieldValidation } from '../decoding';
import { decodeCustomObject } from '../decoding/decode-custom-object';
import { apiVersionOf, type AnyStrategy } from '../registry/strategy-index';
import type { KubeRequest } from '../request/kube-request';
import type { Query } from '../request/query';
import type { RequestScope } from './scope';

/** Media types that a body may have; the transport hands YAML and protobuf on as JSON. */
const BODY_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** An object from a request, and the texts of its Warning headers. */
export interface DecodedBody {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** The JSON value of a POST or PUT that is to be a `kind`; throws 400, 413 or 415. */
export function readBody({ request, strategy }: RequestScope, kind = strategy.kind): unknown {
  requireJson(request);
  return parseObject(request.body, kind);
}

/** Reads the object of a POST or PUT; throws 400, 413 or 415. */
export function readObject(scope: RequestScope): DecodedBody {
  return checkObject(scope, readBody(scope));
}

/**
 * Checks a parsed object against the kind's schema and the request's path, as `fieldValidation` says; `converted` is one
 * that a strategic merge patch left.
 */
export function checkObject(
  { strategy, info, query, request }: RequestScope,
  value: unknown,
  converted = false,
): DecodedBody {
  const expected = { apiVersion: apiVersionOf(strategy), kind: strategy.kind };
  const validation = fieldValidation(request.method, query);
  const { object, warnings } = strategy.custom
    ? decodeCustomObject({ ...expected, ...strategy.custom }, value, validation)
    : decodeObject({ ...expected, schema: strategy.conversion?.schema, converted }, value, validation);
  const { metadata } = object;
  if (info.name && metadata.name && metadata.name !== info.name) {
    throw newBadRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    );
  }
  if (strategy.namespaced && metadata.namespace && metadata.namespace !== info.namespace) {
    throw newBadRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  if (info.name) metadata.name = info.name;
  return { object: inStoredVersion(strategy, object), warnings };
}

/** What a conversion makes of an object is judged by the schema again: a part of it may come out of annotations. */
function inStoredVersion({ conversion, kind }: AnyStrategy, object: KubeObject): KubeObject {
  if (!conversion) return object;
  const apiVersion = apiVersionOf(conversion.stored);
  return decodeObject({ apiVersion, kind }, conversion.toStored(object), 'Ignore').object;
}

export function requireJson(request: KubeRequest): void {
  const type = mediaType(request);
  if (type !== '' && type !== 'application/json') throw newUnsupportedMediaType(BODY_TYPES);
}

/** The media type of the body without its parameters. */
export function mediaType({ content_type }: KubeRequest): string {
  if (content_type === 'application/json') return content_type;
  return content_type.split(';')[0].trim().toLowerCase();
}

/** What upstream calls the options of a write, by method. */
export const OPTIONS_KINDS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

/** Models apimachinery meta/v1/validation ValidateFieldValidation. Throws 422. */
function fieldValidation(method: string, query: Query): FieldValidation {
  const value = query.get('fieldValidation') || 'Warn';
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') return value;
  const error = notSupported(Path.of('fieldValidation'), value, ['', 'Ignore', 'Strict', 'Warn']);
  throw newInvalid(`${OPTIONS_KINDS[method]}.meta.k8s.io`, '', [error]);
}
