/** The Socket.IO server: who may hear of a cluster subscribes, and gets every change in commit order. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type AttemptChange,
  type ClassRole,
  type ClientToServerEvents,
  CONTRACT_LIMITS,
  type Request,
  type ServerToClientEvents,
  type SocketAnswer,
  Subscribe,
  SubscribeClass,
  type Subscribed,
  type SubscribedClass,
  Unsubscribe,
  UnsubscribeClass,
} from '@podlab/contracts';
import type { AttemptRecord, Domain, RevisionLog } from '@podlab/persistence';
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
import { AttemptFeed } from '../labs/attempt-feed';
import { RequestDesk } from '../requests/request-desk';
import { ADDRESSES, DOMAIN, LOGGER, REVISION_LOG } from '../tokens';
import { ClassFeed } from '../wall/class-feed';
import { Pace } from '../wall/pace';
import { Presence } from '../wall/presence';
import { ClassRooms } from './class-rooms';
import type { ClassSubscription } from './class-subscription';
import { type Onlooker, Subscription } from './subscription';
import type { ClientSocket } from './unsent';

const MESSAGE_BYTES = 64 * 1024;
const CLOCK_PERIOD_MS = 500;
/** How long a socket may outlive the session or token that opened it. */
const RECHECK_PERIOD_MS = 10_000;
/** A client that missed more than this begins again. */
const MISSED_ENTRIES = 5000;
const PRESENCE_GAP_MS = 250;

/** A subscription, and how one finds out whether its owner may still have it. */
interface Held {
  subscription: Subscription | ClassSubscription;
  check(principal: Principal): Promise<unknown>;
}
/** By what it is of: a cluster's identifier, or {@link ofClass}. */
type Mine = Map<string, Held>;

const ofClass = (id: string) => `class ${id}`;

interface SocketData {
  principal: Principal;
  subscriptions: Mine;
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
  private readonly presences: Pace;

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(RequestDesk) private readonly desk: RequestDesk,
    @Inject(ClassRooms) private readonly rooms: ClassRooms,
    @Inject(Presence) private readonly presence: Presence,
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(REVISION_LOG) private readonly log: RevisionLog<LogEntry>,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ClassFeed) private readonly feed: ClassFeed,
    @Inject(AttemptFeed) attempts: AttemptFeed,
    @Inject(AccessChanges) access: AccessChanges,
  ) {
    access.onChange((person) => this.recheck(person));
    desk.onSent((cluster, requests) => this.sent(cluster, requests));
    attempts.listen((record, change) => {
      this.attemptChanged(record, change).catch((error: unknown) =>
        logger.error({ err: error }, 'a student was not told of a change'),
      );
    });
    this.presences = new Pace(
      PRESENCE_GAP_MS,
      async (cluster) => this.tellPresence(cluster),
      (error) => logger.error({ err: error }, 'presence was not told'),
    );
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
    this.presences.stop();
    this.rooms.stop();
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
    const opensSockets = principal?.onlyCluster === undefined && principal?.scope !== 'grade';
    if (!principal || !opensSockets) throw refusal('Unauthenticated', 'Sign in first.');
    if (!own) throw refusal('ForeignOrigin', 'The socket was opened by a page of another origin.');
    (socket.data as SocketData).principal = principal;
  }

  /** A socket whose session or token has ended is told and closed; one that lost a cluster or class hears no more of that. */
  private recheck(person?: string): void {
    for (const socket of this.server?.sockets.sockets.values() ?? []) {
      const { principal, subscriptions } = socket.data as SocketData;
      if (person !== undefined && principal.id !== person) continue;
      this.admit(socket as ClientSocket).then(
        () => this.recheckSubscriptions(socket.data as SocketData),
        (error: Error) => {
          if (error.message !== 'Unauthenticated') return;
          for (const { subscription } of [...subscriptions.values()]) subscription.gone('AccessLost');
          socket.disconnect(true);
        },
      );
    }
  }

  private recheckSubscriptions({ principal, subscriptions }: SocketData): void {
    for (const { subscription, check } of subscriptions.values()) {
      check(principal).catch((error: unknown) => {
        const isRefused = error instanceof ProblemException && /^(?:NotFound|Forbidden)$/.test(error.code);
        if (isRefused) subscription.gone('AccessLost');
      });
    }
  }

  private welcome(socket: ClientSocket): void {
    const mine: Mine = new Map();
    const data = socket.data as SocketData;
    data.subscriptions = mine;
    const person = data.principal.id;
    this.presence.came(person);
    socket.on(
      'subscribe',
      (body, answer) =>
        void answered<Subscribed | SubscribedClass>(
          answer,
          () =>
            isOfClass(body) ? this.subscribeClass(socket, mine, body) : this.subscribe(socket, mine, body),
          this.logger,
        ),
    );
    socket.on(
      'unsubscribe',
      (body, answer) =>
        void answered(
          answer,
          async () => {
            mine.get(unsubscribed(body))?.subscription.end();
            return {};
          },
          this.logger,
        ),
    );
    socket.on('disconnect', () => {
      for (const { subscription } of [...mine.values()]) subscription.end();
      this.presence.went(person);
    });
  }

  /** Again for a class it already hears: the new one takes the place of the old. */
  private async subscribeClass(socket: ClientSocket, mine: Mine, body: unknown): Promise<SubscribedClass> {
    const asked = parsed(SubscribeClass, body);
    const { principal } = socket.data as SocketData;
    const key = ofClass(asked.class);
    await this.rooms.check(principal, asked);
    mine.get(key)?.subscription.end();
    refuseTooMany(mine);
    const { subscription, answer, begin } = await this.rooms.subscribe(socket, principal, asked, (over) => {
      if (mine.get(key)?.subscription === over) mine.delete(key);
    });
    // Another call for the class may have come in between, and the socket may have gone.
    mine.get(key)?.subscription.end();
    if (socket.disconnected) subscription.end();
    else mine.set(key, { subscription, check: (now) => this.rooms.check(now, asked) });
    setImmediate(begin);
    return answer;
  }

  private async subscribe(socket: ClientSocket, mine: Mine, body: unknown): Promise<Subscribed> {
    const asked = parsed(Subscribe, body);
    const { principal } = socket.data as SocketData;
    const hosted = await this.directory.open(principal, asked.cluster, 'see');
    const onlooker = await this.onlooker(principal, asked.cluster);
    mine.get(asked.cluster)?.subscription.end();
    refuseTooMany(mine);
    const snapshot = hosted.turn((core) => ({
      resourceVersion: String(core.resourceVersion()),
      objects: asked.since === undefined ? objectsOf(core, asked.kinds) : undefined,
    }));
    const at = Number(snapshot.resourceVersion);
    const subscription = new Subscription(
      socket,
      hosted,
      onlooker,
      () => this.forget(mine, hosted.id, subscription),
      asked,
      at,
    );
    mine.set(hosted.id, { subscription, check: (now) => this.directory.find(now, hosted.id, 'see') });
    this.of(hosted.id).add(subscription);
    this.presences.ask(hosted.id);
    this.feed.tell({ kind: 'Joined', cluster: hosted.id, person: onlooker });
    if (socket.disconnected) subscription.end();
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

  /** Of an attempt in a class, those hear who are subscribed to that. */
  private async attemptChanged(record: AttemptRecord, change: AttemptChange): Promise<void> {
    const { class_id, cluster_id, person_id } = record;
    const all = class_id === null ? [...(this.subscriptions.get(cluster_id) ?? [])] : [];
    const own = all.filter(({ onlooker }) => onlooker.id === person_id);
    if (own.length === 0) return;
    const event = await this.rooms.attemptEvent(record, change);
    for (const subscription of own) subscription.attempt(event);
  }

  private tick(): void {
    for (const subscriptions of this.subscriptions.values()) {
      for (const subscription of subscriptions) subscription.clock();
    }
  }

  private async onlooker({ id, name }: Principal, cluster: string): Promise<Onlooker> {
    const classId = (await this.domain.findCluster(cluster))?.class_id ?? null;
    const membership = classId === null ? null : await this.domain.findMembership(classId, id);
    return { id, name, role: (membership?.role ?? null) as ClassRole | null };
  }

  private tellPresence(cluster: string): void {
    const subscriptions = this.subscriptions.get(cluster) ?? new Set();
    const byId = new Map([...subscriptions].map(({ onlooker }) => [onlooker.id, onlooker]));
    const people = [...byId.values()].slice(0, CONTRACT_LIMITS.presencePeople);
    for (const subscription of subscriptions) subscription.presence(people);
  }

  private of(cluster: string): Set<Subscription> {
    let known = this.subscriptions.get(cluster);
    if (!known) this.subscriptions.set(cluster, (known = new Set()));
    return known;
  }

  private forget(mine: Mine, cluster: string, subscription: Subscription): void {
    if (mine.get(cluster)?.subscription === subscription) mine.delete(cluster);
    this.presences.ask(cluster);
    const known = this.subscriptions.get(cluster);
    known?.delete(subscription);
    if (known?.size === 0) this.subscriptions.delete(cluster);
  }
}

const isOfClass = (body: unknown) => typeof body === 'object' && body !== null && 'class' in body;

function unsubscribed(body: unknown): string {
  return isOfClass(body) ? ofClass(parsed(UnsubscribeClass, body).class) : parsed(Unsubscribe, body).cluster;
}

function refuseTooMany(mine: Mine): void {
  const limit = CONTRACT_LIMITS.subscriptionsPerSocket;
  if (mine.size >= limit)
    throw new ProblemException('LimitExceeded', `subscriptionsPerSocket is limited to ${limit}`);
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
