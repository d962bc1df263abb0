import type { ClassToServerEvents, ServerToClientEvents } from '@podlab/contracts';
import { io, type Socket } from 'socket.io-client';
import { ProblemError } from '../../lib/problem';
import { EMPTY_WALL, withNews, withWall, type WallNews, type WallState } from './wall-state';

const RETRY_MS = 2000;
/** At most so often are events drawn; a class of a hundred makes many. */
const GATHER_MS = 120;

/** A class's wall over Socket.IO: a store that changes in one go for the events of a moment. */
export class WallConnection {
  #state: WallState = EMPTY_WALL;
  readonly #listeners = new Set<() => void>();
  #socket: Socket<ServerToClientEvents, ClassToServerEvents> | null = null;
  #news: WallNews[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly room: string,
    private readonly lab: string,
  ) {}

  readonly getState = (): WallState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  open(): void {
    const socket: Socket<ServerToClientEvents, ClassToServerEvents> = io({
      transports: ['websocket'],
      withCredentials: true,
      forceNew: true,
    });
    this.#socket = socket;
    const broken = () => this.#set({ ...this.#state, connection: 'broken' });
    socket.on('connect', () => this.#ask());
    socket.on('disconnect', broken);
    socket.on('connect_error', broken);
    socket.on('wall', (event) => this.#isOurs(event) && this.#gather({ kind: 'wall', event }));
    socket.on('hand', (event) => event.class === this.room && this.#gather({ kind: 'hand', event }));
    socket.on('attempt', (event) => event.class === this.room && this.#gather({ kind: 'attempt', event }));
    socket.on('heat', (event) => this.#isOurs(event) && this.#set({ ...this.#state, heat: event.heat }));
    socket.on('broadcast', ({ class: room, cluster }) => room === this.room && this.setBroadcast(cluster));
    socket.on('gone', (gone) => {
      if (!('class' in gone) || gone.class !== this.room) return;
      if (gone.reason === 'TooSlow') return this.#ask();
      this.#set({ ...this.#state, connection: 'gone' });
    });
  }

  close(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#gathering);
    this.#socket?.disconnect();
    this.#socket = null;
  }

  setBroadcast(broadcast: string | null): void {
    this.#set({ ...this.#state, broadcast });
  }

  #isOurs(event: { class: string; lab: string }): boolean {
    return event.class === this.room && event.lab === this.lab;
  }

  #ask(): void {
    this.#socket?.emit('subscribe', { class: this.room, lab: this.lab }, (answer) => {
      if ('ok' in answer) return this.#set(withWall(this.#state, answer.ok));
      const problem = new ProblemError(answer.problem);
      if (problem.status >= 500 || problem.status === 429) {
        this.#set({ ...this.#state, connection: 'broken' });
        this.#retry = setTimeout(() => this.#ask(), RETRY_MS);
      } else this.#set({ ...this.#state, connection: 'gone', problem });
    });
  }

  #gather(news: WallNews): void {
    this.#news.push(news);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const gathered = this.#news;
      this.#news = [];
      this.#set(withNews(this.#state, gathered));
    }, GATHER_MS);
  }

  #set(state: WallState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
