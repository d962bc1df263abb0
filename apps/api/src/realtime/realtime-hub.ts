/** The Socket.IO server: who may hear of a cluster subscribes, and gets every change in commit order. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type ClientToServerEvents,
  type Request,
  type ServerToClientEvents,
  type SocketAnswer,
  Subscribe,
  type Subscribed,
  Unsubscribe,
  CONTRACT_LIMITS,
} from '@podlab/contracts';
import type { RevisionLog } from '@podlab/persistence';
import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { AccessChanges } from '../auth/access-changes';
import { Authenticator } from '../auth/authenticator';
import { fromOwnOrigin } from '../auth/origin';
import type { Principal } from '../auth/principal';
import type { LogEntry } from '../cluster-host/core';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import { objectsOf } from '../cluster-host/objects';
import { ClusterDirectory } from '../clusters/cluster-directory';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { problemOf } from '../problems/problem-of';
import { parsed } from '../problems/validation';
import { RequestDesk } from '../requests/request-desk';
import { ADDRESSES, LOGGER, REVISION_LOG } from '../tokens';
import { type ClientSocket, Subscription } from './subscription';

const MESSAGE_BYTES = 64 * 1024;
const CLOCK_PERIOD_MS = 500;
/** How long a socket may outlive the session or token that opened it. */
const RECHECK_PERIOD_MS = 10_000;
/** A client that missed more than this begins again. */
const MISSED_ENTRIES = 5000;

interface SocketData {
  principal: Principal;
  subscriptions: Map<string, Subscription>;
}

interface Missed {
  entries: LogEntry[];
  requests: Request[];
}
const NOTHING_MISSED: Missed = { entries: [], requests: [] };

@Injectable()
export class RealtimeHub {
  private readonly subscriptions = new Map<string, Set<Subscription>>();
  private server: Server<ClientToServerEvents, ServerToClientEvents> | undefined;
  private ticker: NodeJS.Timeout | undefined;
  private rechecker: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(RequestDesk) private readonly desk: RequestDesk,
    @Inject(REVISION_LOG) private readonly log: RevisionLog<LogEntry>,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(AccessChanges) access: AccessChanges,
  ) {
    access.onChange((person) => this.recheck(person));
    desk.onSent((cluster, requests) => this.sent(cluster, requests));
  }

  get sockets(): number {
    return this.server?.engine.clientsCount ?? 0;
  }

  attach(httpServer: HttpServer): void {
    this.server = new Server(httpServer, {
      transports: ['websocket'],
      maxHttpBufferSize: MESSAGE_BYTES,
      serveClient: false,
    });
    this.server.use((socket, next) => void this.admit(socket as ClientSocket).then(() => next(), next));
    this.server.on('connection', (socket) => this.welcome(socket as ClientSocket));
    this.rechecker = setInterval(() => this.recheck(), RECHECK_PERIOD_MS);
    this.rechecker.unref();
    this.ticker = setInterval(() => this.tick(), CLOCK_PERIOD_MS);
    this.ticker.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.ticker);
    clearInterval(this.rechecker);
    await this.server?.close();
  }

  private async admit(socket: ClientSocket): Promise<void> {
    const { auth, headers } = socket.handshake;
    const token = (auth as { token?: unknown }).token;
    const principal =
      typeof token === 'string'
        ? await this.authenticator.fromToken(token)
        : await this.authenticator.fromHeaders(headers);
    const own =
      typeof token === 'string' ||
      fromOwnOrigin({ method: 'GET', headers, upgrade: true }, this.addresses.publicUrl);
    if (!principal || principal.onlyCluster !== undefined) throw refusal('Unauthenticated', 'Sign in first.');
    if (!own) throw refusal('ForeignOrigin', 'The socket was opened by a page of another origin.');
    (socket.data as SocketData).principal = principal;
  }

  /** A socket whose session or token has ended is told and closed; one that lost a cluster hears no more of that. */
  private recheck(person?: string): void {
    for (const socket of this.server?.sockets.sockets.values() ?? []) {
      const { principal, subscriptions } = socket.data as SocketData;
      if (person !== undefined && principal.id !== person) continue;
      this.admit(socket as ClientSocket).then(
        () => this.recheckClusters(socket.data as SocketData),
        (error: Error) => {
          if (error.message !== 'Unauthenticated') return;
          for (const subscription of [...subscriptions.values()]) subscription.gone('AccessLost');
          socket.disconnect(true);
        },
      );
    }
  }

  private recheckClusters({ principal, subscriptions }: SocketData): void {
    for (const [cluster, subscription] of subscriptions) {
      this.directory.find(principal, cluster, 'see').catch((error: unknown) => {
        if (error instanceof ProblemException && error.code === 'NotFound') subscription.gone('AccessLost');
      });
    }
  }

  private welcome(socket: ClientSocket): void {
    const mine = new Map<string, Subscription>();
    (socket.data as SocketData).subscriptions = mine;
    socket.on(
      'subscribe',
      (body, answer) => void answered(answer, () => this.subscribe(socket, mine, body), this.logger),
    );
    socket.on(
      'unsubscribe',
      (body, answer) =>
        void answered(
          answer,
          async () => {
            mine.get(parsed(Unsubscribe, body).cluster)?.end();
            return {};
          },
          this.logger,
        ),
    );
    socket.on('disconnect', () => {
      for (const subscription of [...mine.values()]) subscription.end();
    });
  }

  private async subscribe(
    socket: ClientSocket,
    mine: Map<string, Subscription>,
    body: unknown,
  ): Promise<Subscribed> {
    const asked = parsed(Subscribe, body);
    const { principal } = socket.data as SocketData;
    const hosted = await this.directory.open(principal, asked.cluster, 'see');
    mine.get(asked.cluster)?.end();
    if (mine.size >= CONTRACT_LIMITS.subscriptionsPerSocket) {
      const limit = CONTRACT_LIMITS.subscriptionsPerSocket;
      throw new ProblemException('LimitExceeded', `subscriptionsPerSocket is limited to ${limit}`);
    }
    const snapshot = hosted.turn((core) => ({
      resourceVersion: String(core.resourceVersion()),
      objects: asked.since === undefined ? objectsOf(core, asked.kinds) : undefined,
    }));
    const at = Number(snapshot.resourceVersion);
    const subscription = new Subscription(
      socket,
      hosted,
      () => this.forget(mine, hosted.id, subscription),
      asked,
      at,
    );
    mine.set(hosted.id, subscription);
    this.of(hosted.id).add(subscription);
    await hosted.durable();
    const missed =
      asked.since === undefined ? NOTHING_MISSED : await this.missed(hosted, Number(asked.since), at);
    // The answer goes out before what follows it: both leave in this order.
    setImmediate(() => {
      if (missed) subscription.begin(missed.entries, missed.requests);
      else subscription.gone('Compacted');
    });
    const { objects, resourceVersion } = snapshot;
    return { resourceVersion, clock: hosted.clock(), ...(objects && { objects }) };
  }

  /** What came after `since`, up to `to`; undefined when that is not kept, or too much. */
  private async missed(hosted: HostedCluster, since: number, to: number): Promise<Missed | undefined> {
    const oldest = await this.log.oldestCheckpoint(hosted.id);
    if (oldest === undefined || since < oldest || since > to || to - since > MISSED_ENTRIES) return undefined;
    const entries: LogEntry[] = [];
    for await (const entry of this.log.read(hosted.id, since + 1, to)) entries.push(entry);
    return { entries, requests: await this.desk.between(hosted.id, since + 1, to) };
  }

  private sent(cluster: string, requests: readonly Request[]): void {
    for (const subscription of this.subscriptions.get(cluster) ?? []) subscription.requests(requests);
  }

  private tick(): void {
    for (const subscriptions of this.subscriptions.values()) {
      for (const subscription of subscriptions) subscription.clock();
    }
  }

  private of(cluster: string): Set<Subscription> {
    let known = this.subscriptions.get(cluster);
    if (!known) this.subscriptions.set(cluster, (known = new Set()));
    return known;
  }

  private forget(mine: Map<string, Subscription>, cluster: string, subscription: Subscription): void {
    if (mine.get(cluster) === subscription) mine.delete(cluster);
    const known = this.subscriptions.get(cluster);
    known?.delete(subscription);
    if (known?.size === 0) this.subscriptions.delete(cluster);
  }
}

/** socket.io hands `data` of a middleware's error to the client. */
function refusal(code: 'Unauthenticated' | 'ForeignOrigin', detail: string): Error {
  return Object.assign(new Error(code), { data: new ProblemException(code, detail).body() });
}

async function answered<Result>(answer: unknown, call: () => Promise<Result>, logger: Logger): Promise<void> {
  const reply =
    typeof answer === 'function' ? (answer as (answer: SocketAnswer<Result>) => void) : () => undefined;
  try {
    reply({ ok: await call() });
  } catch (error) {
    const problem = problemOf(error);
    if (problem.code === 'Internal') logger.error({ err: error as Error }, 'unforeseen error at a socket');
    reply({ problem: problem.body() });
  }
}
