/** Issues requests in the simulated network, keeps what became of them, and finds them again. */
import { Inject, Injectable } from '@nestjs/common';
import type { Page, PageQuery, Request, RequestAnswer, SendRequest } from '@podlab/contracts';
import type { Domain, RequestRecord } from '@podlab/persistence';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import { RequestRates } from '../classroom/request-rates';
import { Recall } from '../cluster-host/recall';
import { afterCursor, pageOf } from '../clusters/page';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';

/** Of each cluster so many requests are kept beside the pinned ones. */
const KEPT_REQUESTS = 2000;

/** `by`: whose requests they are; null: of whoever works in the cluster. */
export type SentListener = (cluster: string, requests: readonly Request[], by: string | null) => void;

@Injectable()
export class RequestDesk {
  private readonly listeners = new Set<SentListener>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Recall) private readonly recall: Recall,
    @Inject(RequestRates) private readonly rates: RequestRates,
  ) {}

  /** Is told of each answer when it is durable. */
  onSent(listener: SentListener): void {
    this.listeners.add(listener);
  }

  async send(hosted: HostedCluster, body: SendRequest, by: string | null): Promise<RequestAnswer> {
    const answer = await hosted.change((core) => {
      const sent = core.send(body);
      hosted.whenDurable(core.resourceVersion(), () => {
        for (const listener of this.listeners) listener(hosted.id, sent.requests, by);
      });
      return sent;
    });
    await this.domain.saveRequests(recordsOf(hosted.id, answer.requests), KEPT_REQUESTS);
    return answer;
  }

  /** Keeps, counts and tells of requests that a command sent; each was durable before. */
  async keep(hosted: HostedCluster, requests: readonly Request[], by: string | null): Promise<void> {
    if (requests.length === 0) return;
    if (by !== null) await this.rates.count(by, hosted.id, requests.length);
    for (const listener of this.listeners) listener(hosted.id, requests, by);
    await this.domain.saveRequests(recordsOf(hosted.id, requests), KEPT_REQUESTS);
  }

  /** Those whose resourceVersion lies between the two, both included, without their traces. */
  async between(cluster: string, from: number, to: number): Promise<Request[]> {
    return (await this.domain.requestsBetween(cluster, from, to)).map(outcomeOf);
  }

  async list(cluster: string, query: PageQuery): Promise<Page<Request>> {
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const { items, next_cursor } = pageOf(await this.domain.listRequests(cluster, page), query.limit);
    return { items: items.map(outcomeOf), next_cursor };
  }

  /** With its trace, walked again in the state of then; without it when that moment was compacted. */
  async get(caller: string, cluster: string, id: string): Promise<Request> {
    const record = await this.domain.findRequest(cluster, id);
    if (!record) throw new ProblemException('NotFound', `This cluster knows no request ${id}.`);
    const look = { caller, cluster, resourceVersion: record.rv };
    const again = isOfCommand(id)
      ? await this.recall.commandRequest(look, id)
      : await this.recall.request(look, record.connection);
    return { ...outcomeOf(record), ...(again?.trace && { trace: again.trace }) };
  }
}

/** Requests of commands are called by the input that started the command. */
const isOfCommand = (id: string) => id.startsWith('e');

const outcomeOf = (record: RequestRecord): Request => JSON.parse(record.outcome) as Request;

function recordsOf(cluster_id: string, requests: readonly Request[]): RequestRecord[] {
  const created_at = Date.now();
  return requests.map(({ trace: _, ...outcome }, connection) => ({
    cluster_id,
    id: outcome.id,
    rv: Number(outcome.resourceVersion),
    at: Date.parse(outcome.at),
    created_at,
    pinned: false,
    outcome: JSON.stringify(outcome),
    connection,
  }));
}
