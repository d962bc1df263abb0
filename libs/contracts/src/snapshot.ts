import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { Identifier, ResourceVersion, Timestamp } from './primitives';

/** A moment of a cluster that is kept whatever is compacted. */
export const Snapshot = z.object({
  id: Identifier,
  name: z.string(),
  resourceVersion: ResourceVersion,
  /** Virtual time. */
  at: Timestamp,
  created_at: z.iso.datetime(),
});
export type Snapshot = z.infer<typeof Snapshot>;

const name = z.string().trim().min(1);

/** `POST …/snapshots`: the present moment; by default its name is its resourceVersion. */
export const SnapshotCreate = z.strictObject({
  name: name.max(CONTRACT_LIMITS.snapshotNameCharacters).optional(),
});
export type SnapshotCreate = z.infer<typeof SnapshotCreate>;

/** A moment: one of the kept ones by its `snapshot`, or any that is not compacted by its `resourceVersion`. */
export const Moment = z.union([
  z.strictObject({ snapshot: Identifier }),
  z.strictObject({ resourceVersion: ResourceVersion }),
]);
export type Moment = z.infer<typeof Moment>;

/** `POST …/restore`: the cluster is again as it was then; what differs is written as new revisions. */
export const RestoreRequest = Moment;
export type RestoreRequest = Moment;

/** `POST …/fork`: another cluster that begins at that moment, by default the present one. */
export const ForkRequest = z.strictObject({
  snapshot: Identifier.optional(),
  resourceVersion: ResourceVersion.optional(),
  name: name.max(CONTRACT_LIMITS.clusterNameCharacters).optional(),
});
export type ForkRequest = z.infer<typeof ForkRequest>;
