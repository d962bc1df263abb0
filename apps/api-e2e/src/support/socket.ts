/** A socket.io client that keeps what it heard. */
import type {
  ClassToServerEvents,
  ClientToServerEvents,
  ServerToClientEvents,
  SocketAnswer,
  SubscribeBody,
  SubscribeClass,
  Subscribed,
  SubscribedClass,
} from '@podlab/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { TestServer } from './server';

type EventOf<Name extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[Name]>[0];

export type Heard = {
  [Name in keyof ServerToClientEvents]: { name: Name; event: EventOf<Name> };
}[keyof ServerToClientEvents];

const NAMES: Record<keyof ServerToClientEvents, true> = {
  watch: true,
  trace: true,
  clock: true,
  fault: true,
  presence: true,
  wall: true,
  heat: true,
  hand: true,
  attempt: true,
  message: true,
  broadcast: true,
  gone: true,
};

export class Listener {
  readonly heard: Heard[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>) {
    for (const name of Object.keys(NAMES) as (keyof ServerToClientEvents)[]) {
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

  /** To a class: the wall with a lab, for those who teach. */
  async subscribeClass(body: SubscribeClass): Promise<SocketAnswer<SubscribedClass>> {
    const socket = this.socket as unknown as Socket<ServerToClientEvents, ClassToServerEvents>;
    return socket.emitWithAck('subscribe', body);
  }

  async subscribedClass(body: SubscribeClass): Promise<SubscribedClass> {
    const answer = await this.subscribeClass(body);
    if ('problem' in answer) throw new Error(answer.problem.detail);
    return answer.ok;
  }

  async subscribed(body: SubscribeBody): Promise<Subscribed> {
    const answer = await this.subscribe(body);
    if ('problem' in answer) throw new Error(answer.problem.detail);
    return answer.ok;
  }

  /** Resolves with the first thing heard (from now or before) that fits. */
  hear<Name extends Heard['name']>(
    name: Name,
    fits: (event: EventOf<Name>) => boolean = () => true,
  ): Promise<EventOf<Name>> {
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

  /** Everything of one name, in the order of its coming. */
  all<Name extends Heard['name']>(name: Name): EventOf<Name>[] {
    return this.heard.filter((one) => one.name === name).map(({ event }) => event as EventOf<Name>);
  }

  /** resourceVersions of what was heard, in order, clocks left out. */
  versions(): number[] {
    return this.heard.flatMap(({ name, event }) =>
      name !== 'clock' && 'resourceVersion' in event ? [Number(event.resourceVersion)] : [],
    );
  }

  close(): void {
    this.socket.close();
  }
}
