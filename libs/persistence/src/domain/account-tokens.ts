/** Tokens of clusters' service accounts: who asked for them, and what ends those that nobody asked for at the door. */
import type { DataSource, EntityManager } from 'typeorm';
import { AccountTokenEntity, ClusterEntity } from '../entities';
import { type AccountTokenRecord, SINCE_NEXT_LOOK } from '../records';

export interface AccountTokens {
  /** Of those of the cluster, the newest `keep` stay. */
  saveAccountToken(token: AccountTokenRecord, keep: number): Promise<void>;
  /** Everybody who asked for it. */
  findAccountTokens(cluster: string, hash: string): Promise<AccountTokenRecord[]>;
}

export function accountTokensOf(source: DataSource): AccountTokens {
  return {
    saveAccountToken: (token, keep) =>
      source.transaction(async (manager) => {
        await manager.save(AccountTokenEntity, token);
        const { cluster_id } = token;
        const order = { created_at: 'DESC' } as const;
        await manager.remove(
          AccountTokenEntity,
          await manager.find(AccountTokenEntity, { where: { cluster_id }, order, skip: keep, take: keep }),
        );
      }),
    findAccountTokens: (cluster_id, hash) => source.manager.findBy(AccountTokenEntity, { cluster_id, hash }),
  };
}

/** Clusters that a person may work in by what the tables say now. */
const IN_REACH = `(owner_id = :person
  OR EXISTS (SELECT 1 FROM person WHERE person.id = :person AND person.role = 'admin')
  OR EXISTS (SELECT 1 FROM membership WHERE membership.class_id = cluster.class_id
    AND membership.person_id = :person
    AND (membership.role <> 'student' OR membership.group_name = cluster.group_name)))`;

/**
 * Somebody is about to lose a right or a credential. What he may have read in a pod, the token that is mounted there, opens
 * the doors of his clusters no more. To be called while the tables still say what he may.
 */
export async function endAccountTokensOf(manager: EntityManager, person: string): Promise<void> {
  await end(manager, IN_REACH, { person });
}

/** As {@link endAccountTokensOf}, for all who are in a class. */
export async function endAccountTokensIn(manager: EntityManager, classId: string): Promise<void> {
  await end(manager, 'class_id = :classId', { classId });
}

async function end(manager: EntityManager, which: string, parameters: object): Promise<void> {
  const update = manager.createQueryBuilder().update(ClusterEntity);
  await update.set({ accounts_since: SINCE_NEXT_LOOK }).where(which, parameters).execute();
}
