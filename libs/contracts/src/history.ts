import { z } from 'zod';
import { Fault } from './fault';
import { KubernetesObject, ResourceVersion, Timestamp } from './primitives';

export const WatchType = z.enum(['ADDED', 'MODIFIED', 'DELETED']);
export type WatchType = z.infer<typeof WatchType>;

/** `?from=&to=`: resourceVersions, both ends included. */
export const HistoryQuery = z.strictObject({
  from: ResourceVersion.optional(),
  to: ResourceVersion.optional(),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** One moment: a change of an object, an input from outside, or a fault that began or ended. */
export const HistoryEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('revision'),
    resourceVersion: ResourceVersion,
    at: Timestamp,
    type: WatchType,
    resource: z.string(),
    object: KubernetesObject,
  }),
  z.object({
    kind: z.literal('input'),
    resourceVersion: ResourceVersion,
    at: Timestamp,
    input: z.looseObject({ kind: z.string() }),
  }),
  z.object({
    kind: z.literal('fault'),
    resourceVersion: ResourceVersion,
    at: Timestamp,
    fault: Fault,
  }),
]);
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** In order of resourceVersion; `next_from` continues a range that was too long for one answer. */
export const History = z.object({
  items: z.array(HistoryEntry),
  next_from: ResourceVersion.nullable(),
});
export type History = z.infer<typeof History>;

/** `GET …/history/{resourceVersion}/objects`: the past, read. */
export const PastObjects = z.object({
  resourceVersion: ResourceVersion,
  at: Timestamp,
  objects: z.array(KubernetesObject),
});
export type PastObjects = z.infer<typeof PastObjects>;
