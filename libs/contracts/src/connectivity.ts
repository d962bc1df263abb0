import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { ResourceVersion, Timestamp } from './primitives';
import { RequestSource, RequestTarget } from './request';
import { Disposition } from './trace';

/** `POST /clusters/{id}/connectivity`: one connection from each sender to each target, all at one virtual instant. */
export const ConnectivityRequest = z
  .strictObject({
    from: z.array(RequestSource).min(1),
    to: z.array(RequestTarget).min(1),
    timeout_ms: z.int().min(1).max(CONTRACT_LIMITS.requestTimeoutMilliseconds).default(5000),
  })
  .refine(({ from, to }) => from.length * to.length <= CONTRACT_LIMITS.connectivityPairs, {
    error: `connectivityPairs is limited to ${CONTRACT_LIMITS.connectivityPairs}`,
    path: ['to'],
  });
export type ConnectivityRequest = z.infer<typeof ConnectivityRequest>;

/** `matrix[i][j]` is what became of the connection from `from[i]` to `to[j]`. */
export const ConnectivityAnswer = z.strictObject({
  resourceVersion: ResourceVersion,
  at: Timestamp,
  matrix: z.array(z.array(Disposition)),
  summary: z.strictObject({ by_disposition: z.partialRecord(Disposition, z.int()) }),
});
export type ConnectivityAnswer = z.infer<typeof ConnectivityAnswer>;
