/** Requests that were issued, and what became of them. */
import { Between, type DataSource, LessThan } from 'typeorm';
import { RequestEntity } from '../entities';
import type { PageRequest, RequestRecord } from '../records';
import { pageOf } from './page';

export interface Requests {
  /** Keeps the newest `keep` of the cluster beside the pinned ones. */
  saveRequests(requests: RequestRecord[], keep: number): Promise<void>;
  findRequest(cluster: string, id: string): Promise<RequestRecord | null>;
  listRequests(cluster: string, page: PageRequest): Promise<RequestRecord[]>;
  /** In order of rv and connection, both ends included. */
  requestsBetween(cluster: string, fromRv: number, toRv: number): Promise<RequestRecord[]>;
}

export function requestsOf(source: DataSource): Requests {
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
