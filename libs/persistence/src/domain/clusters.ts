/** The clusters' own rows, and what goes with them. */
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import {
  AccountTokenEntity,
  ClassEntity,
  ClusterEntity,
  RequestEntity,
  SnapshotEntity,
  TokenEntity,
} from '../entities';
import type { ClusterRecord, PageRequest } from '../records';
import { newestFirst, pageOf } from './page';

export interface Clusters {
  /** False: there is another one in its slot. */
  saveCluster(cluster: ClusterRecord): Promise<boolean>;
  updateCluster(id: string, changes: Partial<ClusterRecord>): Promise<void>;
  findCluster(id: string): Promise<ClusterRecord | null>;
  findClusterOfSlot(slot: string): Promise<ClusterRecord | null>;
  /** `person`: his own and those of his groups, in classes that he is in. What is null narrows nothing. */
  listClusters(
    which: { person: string | null; class_id: string | null },
    page: PageRequest,
  ): Promise<ClusterRecord[]>;
  /** All of one owner, wherever they are. */
  listOwnedClusters(owner: string): Promise<ClusterRecord[]>;
  /** Of a class. */
  listClassClusters(classId: string, page: PageRequest): Promise<ClusterRecord[]>;
  /** How many a person has: in a class, or outside all of them when `classId` is null. */
  countClusters(owner: string, classId: string | null): Promise<number>;
  /** Drops the logs of clusters whose creation did not come to its end. */
  dropOrphans(): Promise<void>;
  /** With its tokens, requests and log. */
  deleteCluster(id: string): Promise<void>;
}

const OF_PERSON = `((row.class_id IS NULL AND row.owner_id = :person) OR EXISTS (
  SELECT 1 FROM membership WHERE membership.class_id = row.class_id AND membership.person_id = :person
  AND ((row.group_name IS NULL AND row.owner_id = :person) OR membership.group_name = row.group_name)))`;

const LOG_TABLES = ['log_entry', 'checkpoint'];

export function clustersOf(source: DataSource): Clusters {
  const { manager } = source;
  return {
    saveCluster: async (cluster) => {
      const { slot } = cluster;
      if (slot !== null && (await manager.existsBy(ClusterEntity, { slot }))) return false;
      await manager.insert(ClusterEntity, cluster);
      return true;
    },
    updateCluster: async (id, changes) => void (await manager.update(ClusterEntity, { id }, changes)),
    findCluster: (id) => manager.findOneBy(ClusterEntity, { id }),
    findClusterOfSlot: (slot) => manager.findOneBy(ClusterEntity, { slot }),
    listClusters: ({ person, class_id }, page) => {
      const query = manager.createQueryBuilder(ClusterEntity, 'row').where('1 = 1');
      if (person !== null) query.andWhere(OF_PERSON, { person });
      if (class_id !== null) query.andWhere('row.class_id = :class_id', { class_id });
      return newestFirst(query, page);
    },
    listOwnedClusters: (owner_id) => manager.findBy(ClusterEntity, { owner_id }),
    listClassClusters: (class_id, page) => pageOf<ClusterRecord>(manager, ClusterEntity, { class_id }, page),
    countClusters: (owner_id, classId) =>
      manager.countBy(ClusterEntity, { owner_id, class_id: classId ?? IsNull() }),
    dropOrphans: () =>
      source.transaction(async (transaction) => {
        for (const table of LOG_TABLES) {
          const deletion = transaction.createQueryBuilder().delete().from(table);
          await deletion.where('cluster_id NOT IN (SELECT id FROM cluster)').execute();
        }
      }),
    deleteCluster: (id) => source.transaction((transaction) => deleteCluster(transaction, id)),
  };
}

async function deleteCluster(manager: EntityManager, id: string): Promise<void> {
  await manager.delete(ClusterEntity, { id });
  await manager.delete(TokenEntity, { cluster_id: id });
  await manager.delete(AccountTokenEntity, { cluster_id: id });
  await manager.delete(RequestEntity, { cluster_id: id });
  await manager.delete(SnapshotEntity, { cluster_id: id });
  await manager.update(ClassEntity, { broadcast_cluster_id: id }, { broadcast_cluster_id: null });
  for (const table of LOG_TABLES) {
    const deletion = manager.createQueryBuilder().delete().from(table);
    await deletion.where('cluster_id = :id', { id }).execute();
  }
}
