import { Refusal } from '@podlab/kernel';
import type { FieldError } from './field-errors';
import { aggregateText, errorBody } from './field-errors';
import { quote } from './quote';

/** A Status as the API answers it. `@podlab/api` has the generated twin. */
export interface StatusObject {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { readonly continue?: string };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetailsObject;
  code: number;
}

export interface StatusDetailsObject {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCauseObject[];
  retryAfterSeconds?: number;
}

export interface StatusCauseObject {
  reason?: string;
  message?: string;
  field?: string;
}

export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable';

/** A request that the API refuses, with the whole answer. Models k8s.io/apimachinery pkg/api/errors StatusError. */
export class StatusError extends Refusal {
  override readonly name = 'StatusError';
  constructor(readonly status: StatusObject) {
    super(status.message);
  }
}

export function isStatusError(error: unknown, reason?: StatusReason): error is StatusError {
  return error instanceof StatusError && (reason === undefined || error.status.reason === reason);
}
export const isNotFound = (error: unknown) => isStatusError(error, 'NotFound');
export const isAlreadyExists = (error: unknown) => isStatusError(error, 'AlreadyExists');
export const isConflict = (error: unknown) => isStatusError(error, 'Conflict');
export const isInvalid = (error: unknown) => isStatusError(error, 'Invalid');
export const isForbidden = (error: unknown) => isStatusError(error, 'Forbidden');

/** `pods` or `deployments.apps` taken apart. */
export interface Qualified {
  name: string;
  group: string;
}

/** Splits `deployments.apps` (or `Deployment.apps`) at its first dot. */
export function splitQualified(qualified: string): Qualified {
  const dot = qualified.indexOf('.');
  return dot < 0
    ? { name: qualified, group: '' }
    : { name: qualified.slice(0, dot), group: qualified.slice(dot + 1) };
}

function failure(
  code: number,
  reason: StatusReason | undefined,
  message: string,
  details?: StatusDetailsObject,
): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

function about(qualified: string, name?: string): StatusDetailsObject {
  const { group, name: kind } = splitQualified(qualified);
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), ...(kind ? { kind } : {}) };
}

/** 404. `resource` is a group resource: `pods`, `deployments.apps`. */
export function newNotFound(resource: string, name: string): StatusError {
  return failure(404, 'NotFound', `${resource} ${quote(name)} not found`, about(resource, name));
}

/** 404 of a path that no kind answers, as the generic server says it. */
export function newUnknownPath(): StatusError {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 */
export function newAlreadyExists(resource: string, name: string): StatusError {
  return failure(409, 'AlreadyExists', `${resource} ${quote(name)} already exists`, about(resource, name));
}

/** 409 when eight generated names were all taken. */
export function newGenerateNameConflict(
  resource: string,
  name: string,
  retryAfterSeconds: number,
): StatusError {
  const message = `${resource} ${quote(name)} already exists, the server was not able to generate a unique name for the object`;
  return failure(409, 'AlreadyExists', message, { ...about(resource, name), retryAfterSeconds });
}

/** 409 */
export function newConflict(resource: string, name: string, error: string): StatusError {
  const message = `Operation cannot be fulfilled on ${resource} ${quote(name)}: ${error}`;
  return failure(409, 'Conflict', message, about(resource, name));
}

/** 409 of an apply that would take other managers' fields. Models k8s.io/apimachinery pkg/api/errors NewApplyConflict. */
export function newApplyConflict(message: string, causes: StatusCauseObject[]): StatusError {
  return failure(409, 'Conflict', message, { causes });
}

/** What a writer hears whose object is older than the stored one. Models registry/generic OptimisticLockErrorMsg. */
export const OPTIMISTIC_LOCK_ERROR =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 422. `groupKind` is `Pod` or `Deployment.apps`. */
export function newInvalid(groupKind: string, name: string, errors: readonly FieldError[]): StatusError {
  const causes = errors.map((error) => ({
    reason: error.type,
    message: errorBody(error),
    ...(error.field && { field: error.field }),
  }));
  const message = `${groupKind} ${quote(name)} is invalid${errors.length > 0 ? `: ${aggregateText(errors)}` : ''}`;
  return failure(422, 'Invalid', message, {
    ...about(groupKind, name),
    ...(causes.length > 0 ? { causes } : {}),
  });
}

/** 403. Without a resource the message has only the reason. */
export function newForbidden(resource: string, name: string, error: string): StatusError {
  const message = !resource
    ? `forbidden: ${error}`
    : name
      ? `${resource} ${quote(name)} is forbidden: ${error}`
      : `${resource} is forbidden: ${error}`;
  return failure(403, 'Forbidden', message, about(resource, name));
}

/** 401 */
export function newUnauthorized(reason = 'not authorized'): StatusError {
  return failure(401, 'Unauthorized', reason);
}

/** 400 */
export function newBadRequest(reason: string): StatusError {
  return failure(400, 'BadRequest', reason);
}

/** 405 of a path that other methods have, as the generic server says it. */
export function newMethodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return failure(405, 'MethodNotAllowed', message, {});
}

/** 405 */
export function newMethodNotSupported(resource: string, action: string): StatusError {
  const message = `${action} is not supported on resources of kind ${quote(resource)}`;
  return failure(405, 'MethodNotAllowed', message, about(resource));
}

/** 410 */
export function newGone(message: string): StatusError {
  return failure(410, 'Gone', message);
}

/** 410: the resourceVersion asked for is compacted away. */
export function newResourceExpired(message: string): StatusError {
  return failure(410, 'Expired', message);
}

/** 410 of a watch or list at a compacted revision. Models storage/etcd3 `too old resource version`. */
export function newTooOldResourceVersion(requested: number | string, oldest: number | string): StatusError {
  return newResourceExpired(`too old resource version: ${requested} (${oldest})`);
}

/** 415. Models handlers/negotiation errUnsupportedMediaType. */
export function newUnsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return failure(415, 'UnsupportedMediaType', message);
}

/** 415 of a path that no route of the type answers, as go-restful says it. */
export function newUnroutedMediaType(): StatusError {
  return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** 406. Models handlers/negotiation errNotAcceptable. */
export function newNotAcceptable(accepted: readonly string[]): StatusError {
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);
}

/** 413 */
export function newTooLarge(message: string): StatusError {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

/** 429 */
export function newTooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return failure(429, 'TooManyRequests', message, { retryAfterSeconds });
}

/**
 * 504 of a read at a revision that is still to come; clients know it by its cause.
 * Models k8s.io/apiserver pkg/storage/errors.go NewTooLargeResourceVersionError.
 */
export function newTooLargeResourceVersion(asked: number | string, current: number): StatusError {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  return failure(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

/** 500: the operation may be tried again. */
export function newServerTimeout(
  resource: string,
  operation: string,
  retryAfterSeconds: number,
): StatusError {
  const message = `The ${operation} operation against ${resource} could not be completed at this time, please try again.`;
  return failure(500, 'ServerTimeout', message, { ...about(resource), retryAfterSeconds });
}

/** 500 */
export function newInternal(error: string): StatusError {
  return failure(500, 'InternalError', `Internal error occurred: ${error}`, { causes: [{ message: error }] });
}

/** 503 */
export function newServiceUnavailable(reason: string): StatusError {
  return failure(503, 'ServiceUnavailable', reason);
}

/** 422 of a body that is well formed but can't be worked with, such as a JSON patch whose test fails. */
export function newUnprocessable(message: string, causes?: StatusCauseObject[]): StatusError {
  return failure(422, 'Invalid', message, causes ? { causes } : {});
}
