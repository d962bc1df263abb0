/** What one socket hears of one cluster: everything from a resourceVersion on, in order, or `gone`. */
import type {
  AttemptEvent,
  GoneEvent,
  KubernetesObject,
  Language,
  PresenceEvent,
  Request,
  Subscribe,
} from '@podlab/contracts';
import { translateRequest } from '@podlab/traceflow';
import type { LogEntry } from '../cluster-host/core';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import { withoutManagers } from '../cluster-host/objects';
import { type ClientSocket, QUEUE_MESSAGES, unsentMessages } from './unsent';

/** Somebody who looks at a cluster. */
export type Onlooker = PresenceEvent['people'][number];

export class Subscription {
  private waiting: (() => void)[] | undefined = [];
  private readonly kinds: ReadonlySet<string> | undefined;
  private readonly language: Language;
  private readonly releases: (() => void)[];
  private readonly missedRequests = new Set<string>();
  private clockPending = false;
  private over = false;

  constructor(
    private readonly socket: ClientSocket,
    private readonly hosted: HostedCluster,
    readonly onlooker: Onlooker,
    private readonly onOver: () => void,
    subscribe: Subscribe,
    /** What was before or at this revision comes from the log. */
    private readonly after: number,
  ) {
    this.kinds = subscribe.kinds && new Set(subscribe.kinds);
    this.language = subscribe.language;
    this.releases = [
      hosted.hold(),
      hosted.listen({
        entry: (entry) => entry.rv > this.after && this.live(() => this.entry(entry)),
        moved: () => (this.clockPending = true),
        ended: (reason) => this.gone(reason),
      }),
    ];
  }

  /** What was missed goes first, in commit order, then what came meanwhile; from here on events go out as they come. */
  begin(entries: readonly LogEntry[], requests: readonly Request[]): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    const inOrder = [
      ...entries.map((entry) => ({ rv: entry.rv, send: () => this.entry(entry) })),
      ...requests.map((request) => ({
        rv: Number(request.resourceVersion),
        send: () => this.request(request),
      })),
    ].sort((one, other) => one.rv - other.rv);
    for (const { send } of inOrder) send();
    for (const send of waiting) send();
  }

  entry(entry: LogEntry): void {
    if (entry.kind === 'fault') this.fault(entry);
    if (entry.kind !== 'revision') return;
    const object = withoutManagers(entry.object as KubernetesObject);
    if (this.kinds && !this.kinds.has(object.kind)) return;
    this.emit(() =>
      this.socket.emit('watch', {
        cluster: this.hosted.id,
        resourceVersion: String(entry.rv),
        type: entry.type,
        object,
      }),
    );
  }

  private fault({ rv, fault }: Extract<LogEntry, { kind: 'fault' }>): void {
    const event = { cluster: this.hosted.id, resourceVersion: String(rv), fault };
    this.emit(() => this.socket.emit('fault', event));
  }

  requests(requests: readonly Request[]): void {
    this.live(() => {
      for (const request of requests) this.request(request);
    });
  }

  /** One that was missed may also have come meanwhile: it goes out once. */
  private request(request: Request): void {
    if (Number(request.resourceVersion) <= this.after) {
      if (this.missedRequests.has(request.id)) return;
      this.missedRequests.add(request.id);
    }
    const told = translateRequest(request, this.language);
    this.emit(() => this.socket.emit('trace', { cluster: this.hosted.id, ...told }));
  }

  /** Called twice a second: the newest state, if it changed. */
  clock(): void {
    if (!this.clockPending || this.waiting || this.over) return;
    this.clockPending = false;
    const clock = { cluster: this.hosted.id, ...this.hosted.clock() };
    this.hosted.whenDurable(Number(clock.resourceVersion), () =>
      this.emit(() => this.socket.emit('clock', clock)),
    );
  }

  /** The subscriber's own attempt in it changed. */
  attempt(event: AttemptEvent): void {
    this.live(() => this.emit(() => this.socket.emit('attempt', event)));
  }

  /** Who looks at it now. */
  presence(people: Onlooker[]): void {
    this.live(() => this.emit(() => this.socket.emit('presence', { cluster: this.hosted.id, people })));
  }

  gone(reason: GoneEvent['reason']): void {
    if (this.over) return;
    const resourceVersion = String(this.hosted.resourceVersion);
    this.socket.emit('gone', { cluster: this.hosted.id, resourceVersion, reason });
    this.end();
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    for (const release of this.releases) release();
    this.onOver();
  }

  private live(send: () => void): void {
    if (this.waiting) this.waiting.push(send);
    else send();
    if (this.waiting && this.waiting.length > QUEUE_MESSAGES) this.gone('TooSlow');
  }

  private emit(send: () => void): void {
    if (this.over) return;
    if (unsentMessages(this.socket) > QUEUE_MESSAGES) this.gone('TooSlow');
    else send();
  }
}
