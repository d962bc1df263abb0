import jsonPatch, { type Operation } from 'fast-json-patch';
import { newBadRequest, newTooLarge, newUnprocessable } from '../errors';

/** The most operations in one JSON patch. Models apiserver handlers maxJSONPatchOperations. */
export const JSON_PATCH_OPERATIONS = 10_000;

const FIELDS_OF_OPERATION: Readonly<Record<string, readonly string[]>> = {
  add: ['value'],
  replace: ['value'],
  test: ['value'],
  remove: [],
  move: ['from'],
  copy: ['from'],
};

/**
 * The document after an RFC 6902 patch; the given one stays as it is. Throws 400 for a patch that is none,
 * 422 for one that does not fit the document. Models apiserver pkg/endpoints/handlers jsonPatcher.applyJSPatch.
 */
export function applyJsonPatch<T>(document: T, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw newBadRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  if (patch.length > JSON_PATCH_OPERATIONS) {
    const limit = `The allowed maximum operations in a JSON patch is ${JSON_PATCH_OPERATIONS}, got ${patch.length}`;
    throw newTooLarge(limit);
  }
  const operations = patch.every(isOperation) ? (patch as Operation[]) : undefined;
  try {
    if (operations && !operations.some(movesIntoItself))
      return jsonPatch.applyPatch(document, operations, true, false).newDocument;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  throw newUnprocessable('the server rejected our request due to an error in our request');
}

/** What is moved into a part of itself would hold itself: RFC 6902, section 4.4, forbids it, and the library does not. */
function movesIntoItself(operation: Operation): boolean {
  return operation.op === 'move' && operation.path.startsWith(`${operation.from}/`);
}

function isOperation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const operation = value as Record<string, unknown>;
  if (typeof operation.op !== 'string' || typeof operation.path !== 'string') return false;
  if (!Object.hasOwn(FIELDS_OF_OPERATION, operation.op)) return false;
  return FIELDS_OF_OPERATION[operation.op].every((field) => Object.hasOwn(operation, field));
}
