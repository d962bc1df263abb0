/** A socket.io client that keeps what it heard. */
import type {
  ClientToServerEvents,
  ClockEvent,
  FaultEvent,
  GoneEvent,
  ServerToClientEvents,
  SocketAnswer,
  SubscribeBody,
  Subscribed,
  TraceEvent,
  WatchEvent,
} from '@podlab/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { TestServer } from './server';

export type Heard =
  | { name: 'watch'; event: WatchEvent }
  | { name: 'trace'; event: TraceEvent }
  | { name: 'clock'; event: ClockEvent }
  | { name: 'fault'; event: FaultEvent }
  | { name: 'gone'; event: GoneEvent };

export class Listener {
  readonly heard: Heard[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>) {
    for (const name of ['watch', 'trace', 'clock', 'fault', 'gone'] as const) {
      socket.on(name, (event: never) => {
        this.heard.push({ name, event });
        for (const look of this.waiting) look();
      });
    }
  }

  /** Rejects with the problem when the server does not let it in. */
  static async connect(
    server: TestServer,
    options: Partial<ManagerOptions & SocketOptions> = { auth: { token: server.adminToken } },
  ): Promise<Listener> {
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...options,
    });
    const listener = new Listener(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', (error) => reject((error as Error & { data?: unknown }).data ?? error));
    });
    return listener;
  }

  async subscribe(body: SubscribeBody): Promise<SocketAnswer<Subscribed>> {
    return this.socket.emitWithAck('subscribe', body);
  }

  async subscribed(body: SubscribeBody): Promise<Subscribed> {
    const answer = await this.subscribe(body);
    if ('problem' in answer) throw new Error(answer.problem.detail);
    return answer.ok;
  }

  /** Resolves with the first thing heard (from now or before) that fits. */
  hear<Name extends Heard['name']>(
    name: Name,
    fits: (event: Extract<Heard, { name: Name }>['event']) => boolean = () => true,
  ): Promise<Extract<Heard, { name: Name }>['event']> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.heard.find((one) => one.name === name && fits(one.event as never));
        if (!found) return;
        this.waiting.delete(look);
        resolve(found.event as never);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** resourceVersions of what was heard, in order, clocks left out. */
  versions(): number[] {
    return this.heard
      .filter(({ name }) => name !== 'clock')
      .map(({ event }) => Number(event.resourceVersion));
  }

  close(): void {
    this.socket.close();
  }
}
