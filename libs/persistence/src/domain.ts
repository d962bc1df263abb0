/** What the server asks of the domain tables, each call one transaction. */
import { Between, type DataSource, type EntityManager, type EntitySchema, LessThan, MoreThan } from 'typeorm';
import {
  ClusterEntity,
  IdempotencyEntity,
  PersonEntity,
  RequestEntity,
  SecretEntity,
  SessionEntity,
  SignInCodeEntity,
  TokenEntity,
} from './entities';
import type {
  ClusterRecord,
  IdempotencyRecord,
  PageRequest,
  PersonRecord,
  RequestRecord,
  SecretRecord,
  SessionRecord,
  SignInCodeRecord,
  TokenRecord,
} from './records';

export interface Domain {
  savePerson(person: PersonRecord): Promise<void>;
  findPerson(id: string): Promise<PersonRecord | null>;

  saveSignInCode(code: SignInCodeRecord): Promise<void>;
  /** Uses a code up: the second caller gets null. */
  takeSignInCode(hash: string, now: number): Promise<SignInCodeRecord | null>;
  saveSession(session: SessionRecord): Promise<void>;
  findSession(hash: string, now: number): Promise<SessionRecord | null>;
  deleteSession(hash: string): Promise<void>;
  saveToken(token: TokenRecord): Promise<void>;
  findToken(hash: string, now: number): Promise<TokenRecord | null>;
  listTokens(person: string, page: PageRequest): Promise<TokenRecord[]>;
  deleteToken(person: string, id: string): Promise<boolean>;
  /** Drops what expired before `now`. */
  expire(now: number, idempotencyBefore: number): Promise<void>;

  saveCluster(cluster: ClusterRecord): Promise<void>;
  updateCluster(id: string, changes: Partial<ClusterRecord>): Promise<void>;
  findCluster(id: string): Promise<ClusterRecord | null>;
  /** Of one owner, or everybody's when `owner` is null. */
  listClusters(owner: string | null, page: PageRequest): Promise<ClusterRecord[]>;
  /** Drops the logs of clusters whose creation did not come to its end. */
  dropOrphans(): Promise<void>;
  /** With its tokens, requests and log. */
  deleteCluster(id: string): Promise<void>;

  /** Keeps the newest `keep` of the cluster beside the pinned ones. */
  saveRequests(requests: RequestRecord[], keep: number): Promise<void>;
  findRequest(cluster: string, id: string): Promise<RequestRecord | null>;
  listRequests(cluster: string, page: PageRequest): Promise<RequestRecord[]>;
  /** In order of rv and connection, both ends included. */
  requestsBetween(cluster: string, fromRv: number, toRv: number): Promise<RequestRecord[]>;

  findIdempotent(caller: string, key: string, after: number): Promise<IdempotencyRecord | null>;
  saveIdempotent(record: IdempotencyRecord): Promise<void>;

  findSecret(name: string): Promise<SecretRecord | null>;
  saveSecret(secret: SecretRecord): Promise<void>;
}

/** Newest first by (created_at, id), from after the last row of the page before. */
function pageOf<Row extends { created_at: number; id: string }>(
  manager: EntityManager,
  entity: EntitySchema<Row>,
  where: Record<string, string>,
  page: PageRequest,
): Promise<Row[]> {
  const query = manager.createQueryBuilder(entity, 'row');
  for (const [column, value] of Object.entries(where))
    query.andWhere(`row.${column} = :${column}`, { [column]: value });
  if (page.after) {
    query.andWhere('(row.created_at < :created OR (row.created_at = :created AND row.id < :id))', {
      created: page.after.created_at,
      id: page.after.id,
    });
  }
  query.orderBy('row.created_at', 'DESC').addOrderBy('row.id', 'DESC').limit(page.limit);
  return query.getMany();
}

export function domainOf(source: DataSource): Domain {
  return { ...peopleOf(source), ...clustersOf(source), ...requestsOf(source), ...keysOf(source) };
}

function peopleOf({ manager }: DataSource) {
  const unexpired = (hash: string, now: number) => ({ hash, expires_at: MoreThan(now) });
  return {
    savePerson: async (person: PersonRecord) => void (await manager.save(PersonEntity, person)),
    findPerson: (id: string) => manager.findOneBy(PersonEntity, { id }),
    saveSignInCode: async (code: SignInCodeRecord) => void (await manager.insert(SignInCodeEntity, code)),
    takeSignInCode: async (hash: string, now: number) => {
      const found = await manager.findOneBy(SignInCodeEntity, { hash });
      if (found) await manager.delete(SignInCodeEntity, { hash });
      return found && found.expires_at > now ? found : null;
    },
    saveSession: async (session: SessionRecord) => void (await manager.insert(SessionEntity, session)),
    findSession: (hash: string, now: number) => manager.findOneBy(SessionEntity, unexpired(hash, now)),
    deleteSession: async (hash: string) => void (await manager.delete(SessionEntity, { hash })),
    saveToken: async (token: TokenRecord) => void (await manager.insert(TokenEntity, token)),
    findToken: (hash: string, now: number) => manager.findOneBy(TokenEntity, unexpired(hash, now)),
    listTokens: (person_id: string, page: PageRequest) =>
      pageOf<TokenRecord>(manager, TokenEntity, { person_id }, page),
    deleteToken: async (person_id: string, id: string) =>
      ((await manager.delete(TokenEntity, { person_id, id })).affected ?? 0) > 0,
  };
}

function clustersOf(source: DataSource) {
  const { manager } = source;
  return {
    saveCluster: async (cluster: ClusterRecord) => void (await manager.insert(ClusterEntity, cluster)),
    updateCluster: async (id: string, changes: Partial<ClusterRecord>) =>
      void (await manager.update(ClusterEntity, { id }, changes)),
    findCluster: (id: string) => manager.findOneBy(ClusterEntity, { id }),
    listClusters: (owner: string | null, page: PageRequest) =>
      pageOf<ClusterRecord>(manager, ClusterEntity, owner === null ? {} : { owner_id: owner }, page),
    dropOrphans: () =>
      source.transaction(async (transaction) => {
        for (const table of ['log_entry', 'checkpoint']) {
          const deletion = transaction.createQueryBuilder().delete().from(table);
          await deletion.where('cluster_id NOT IN (SELECT id FROM cluster)').execute();
        }
      }),
    deleteCluster: (id: string) =>
      source.transaction(async (transaction) => {
        await transaction.delete(ClusterEntity, { id });
        await transaction.delete(TokenEntity, { cluster_id: id });
        await transaction.delete(RequestEntity, { cluster_id: id });
        for (const table of ['log_entry', 'checkpoint']) {
          await transaction
            .createQueryBuilder()
            .delete()
            .from(table)
            .where('cluster_id = :id', { id })
            .execute();
        }
      }),
  };
}

function requestsOf(source: DataSource) {
  const { manager } = source;
  return {
    saveRequests: (requests: RequestRecord[], keep: number) =>
      source.transaction(async (transaction) => {
        await transaction.insert(RequestEntity, requests);
        for (const cluster_id of new Set(requests.map((request) => request.cluster_id))) {
          const [oldestKept] = await transaction.find(RequestEntity, {
            where: { cluster_id, pinned: false },
            order: { created_at: 'DESC', id: 'DESC' },
            skip: keep - 1,
            take: 1,
          });
          if (!oldestKept) continue;
          const created_at = LessThan(oldestKept.created_at);
          await transaction.delete(RequestEntity, { cluster_id, pinned: false, created_at });
        }
      }),
    findRequest: (cluster_id: string, id: string) => manager.findOneBy(RequestEntity, { cluster_id, id }),
    requestsBetween: (cluster_id: string, fromRv: number, toRv: number) =>
      manager.find(RequestEntity, {
        where: { cluster_id, rv: Between(fromRv, toRv) },
        order: { rv: 'ASC', connection: 'ASC' },
      }),
    listRequests: (cluster_id: string, page: PageRequest) =>
      pageOf<RequestRecord>(manager, RequestEntity, { cluster_id }, page),
  };
}

function keysOf({ manager }: DataSource) {
  return {
    findIdempotent: (caller_id: string, key: string, after: number) =>
      manager.findOneBy(IdempotencyEntity, { caller_id, key, created_at: MoreThan(after) }),
    saveIdempotent: async (record: IdempotencyRecord) => void (await manager.save(IdempotencyEntity, record)),
    findSecret: (name: string) => manager.findOneBy(SecretEntity, { name }),
    saveSecret: async (secret: SecretRecord) => void (await manager.save(SecretEntity, secret)),
    expire: async (now: number, idempotencyBefore: number) => {
      await manager.delete(SignInCodeEntity, { expires_at: LessThan(now) });
      await manager.delete(SessionEntity, { expires_at: LessThan(now) });
      await manager.delete(TokenEntity, { expires_at: LessThan(now) });
      await manager.delete(IdempotencyEntity, { created_at: LessThan(idempotencyBefore) });
    },
  };
}
