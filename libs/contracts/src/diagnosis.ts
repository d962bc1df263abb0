import { z } from 'zod';
import { CloudChange } from './cloud';
import { Identifier, KubernetesObject, Message, ObjectReference } from './primitives';

/** RFC 6902. */
export const JsonPatchOperation = z.strictObject({
  op: z.enum(['add', 'remove', 'replace', 'test']),
  path: z.string(),
  value: z.unknown().optional(),
});
export type JsonPatchOperation = z.infer<typeof JsonPatchOperation>;

/**
 * The smallest change that would make the request work, ready to be done: patch an object, create one, turn the
 * cloud's switch, delete a fault, let virtual time pass, or send the request with these fields of its body changed.
 */
export const Fix = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('Patch'), object: ObjectReference, patch: z.array(JsonPatchOperation) }),
  z.strictObject({ action: z.literal('Create'), manifest: KubernetesObject }),
  z.strictObject({ action: z.literal('Cloud'), cloud: CloudChange }),
  z.strictObject({ action: z.literal('DeleteFault'), fault: Identifier }),
  z.strictObject({ action: z.literal('Advance'), ms: z.int() }),
  z.strictObject({ action: z.literal('Request'), request: z.record(z.string(), z.unknown()) }),
]);
export type Fix = z.infer<typeof Fix>;

/** Why a request failed: the object, its field, what stands there, what should, and the fix where there is one. */
export const Diagnosis = z.strictObject({
  code: z.string(),
  object: ObjectReference.nullable(),
  field: z.string().nullable(),
  found: z.unknown(),
  expected: z.unknown(),
  fix: Fix.nullable(),
  message: Message,
});
export type Diagnosis = z.infer<typeof Diagnosis>;
