/** How the bodies of patches are read, and what is said of one that is none. Models apiserver pkg/endpoints/handlers patch.go. */
import { newBadRequest } from '@podlab/apimachinery';
import { parseJson, strictFaults, withStrictFaults } from '../decoding';

const DECODING = 'error decoding patch: ';
const OPERATION_FIELDS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);

/** A strategic merge patch; null is one that changes nothing. Throws 400. */
export function readStrategicMergePatch(body: Uint8Array | string): unknown {
  const patch = parseJson(body, '') ?? {};
  if (jsonKind(patch) !== 'object') throw newBadRequest(notAMap(patch));
  return patch;
}

/** An RFC 7396 patch. Throws 400. */
export function readMergePatch(body: Uint8Array | string): unknown {
  const patch = parseJson(body, DECODING);
  if (patch === null) throw newBadRequest('Invalid JSON Patch');
  if (jsonKind(patch) !== 'object') throw newBadRequest(`${DECODING}${notAMap(patch)}`);
  return patch;
}

/** An RFC 6902 patch; a field that no operation has is told as a key that occurs twice is. Throws 400. */
export function readJsonPatch(body: Uint8Array | string): unknown {
  const patch = parseJson(body, DECODING) ?? [];
  if (!Array.isArray(patch)) throw newBadRequest(cannotDecode(patch, 'value', '[]handlers.jsonPatchOp'));
  const faults = [...strictFaults(patch)];
  patch.forEach((operation: unknown, index) => {
    if (operation === null) return;
    if (jsonKind(operation) !== 'object')
      throw newBadRequest(cannotDecode(operation, 'value', 'handlers.jsonPatchOp'));
    for (const [field, value] of Object.entries(operation as object)) {
      if (!OPERATION_FIELDS.has(field)) faults.push(`unknown field "[${index}].${field}"`);
      else if (field !== 'value' && value !== null && typeof value !== 'string')
        throw newBadRequest(cannotDecode(value, `struct field jsonPatchOp.${field}`, 'string'));
    }
  });
  return withStrictFaults(
    [...(patch as unknown[])],
    faults.map((fault) => `json patch ${fault}`),
  );
}

const cannotDecode = (value: unknown, what: string, type: string) =>
  `${DECODING}json: cannot unmarshal ${jsonKind(value)} into Go ${what} of type ${type}`;

const notAMap = (patch: unknown) =>
  `json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`;

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
