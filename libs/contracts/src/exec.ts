import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { NamespaceName, ObjectName } from './primitives';
import { Request } from './request';

/** Where a command runs: in a container of a pod (its first unless named), or as root on a node. */
export const ExecTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('Pod'),
    namespace: NamespaceName.default('default'),
    name: ObjectName,
    container: NamespaceName.optional(),
  }),
  z.strictObject({ kind: z.literal('Node'), name: ObjectName }),
]);
export type ExecTarget = z.infer<typeof ExecTarget>;

/** `POST …/exec`: the words of one command; a pipeline or a loop is `["sh", "-c", "…"]`. */
export const ExecRequest = z.strictObject({
  target: ExecTarget,
  command: z.array(z.string().max(CONTRACT_LIMITS.execWordCharacters)).min(1).max(CONTRACT_LIMITS.execWords),
  stdin: z.string().max(CONTRACT_LIMITS.execInputCharacters).default(''),
});
export type ExecRequest = z.infer<typeof ExecRequest>;
export type ExecRequestBody = z.input<typeof ExecRequest>;

/** What the command printed, how it ended, and the requests that it sent, each with its way and why it failed. */
export const ExecAnswer = z.strictObject({
  stdout: z.string(),
  stderr: z.string(),
  exit_code: z.int(),
  requests: z.array(Request),
});
export type ExecAnswer = z.infer<typeof ExecAnswer>;
