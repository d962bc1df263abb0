/** Named moments of clusters. */
import type { DataSource } from 'typeorm';
import { SnapshotEntity } from '../entities';
import type { SnapshotRecord } from '../records';

export interface Snapshots {
  saveSnapshot(snapshot: SnapshotRecord): Promise<void>;
  /** Newest first. */
  listSnapshots(cluster: string): Promise<SnapshotRecord[]>;
  findSnapshot(cluster: string, id: string): Promise<SnapshotRecord | null>;
  deleteSnapshot(cluster: string, id: string): Promise<boolean>;
}

export function snapshotsOf({ manager }: DataSource): Snapshots {
  return {
    saveSnapshot: async (snapshot) => void (await manager.insert(SnapshotEntity, snapshot)),
    listSnapshots: (cluster_id) =>
      manager.find(SnapshotEntity, { where: { cluster_id }, order: { created_at: 'DESC', id: 'DESC' } }),
    findSnapshot: (cluster_id, id) => manager.findOneBy(SnapshotEntity, { cluster_id, id }),
    deleteSnapshot: async (cluster_id, id) =>
      ((await manager.delete(SnapshotEntity, { cluster_id, id })).affected ?? 0) > 0,
  };
}
