/** Watches and streams that people hold open: whose rights become smaller loses those that he could not open now. */
import { Inject, Injectable } from '@nestjs/common';
import type { Socket } from 'node:net';
import { AccessChanges } from '../auth/access-changes';
import type { KubeCaller } from './kube-callers';

/** Whether what is open would be let in again, with as much right. */
export type StillMay = () => Promise<boolean>;

/** How long a stream may outlive the session or token that opened it, where that ends by itself. */
const EXPIRY_PERIOD_MS = 10_000;

interface Kept {
  /** Nobody: what a pod was given opened it, so that it is anybody's. */
  readonly people: ReadonlySet<string>;
  readonly expiresAt: number;
  readonly stillMay: StillMay;
}

@Injectable()
export class OpenStreams {
  private readonly kept = new Map<Socket, Kept>();
  private readonly expiry: NodeJS.Timeout;
  private isStopped = false;

  constructor(@Inject(AccessChanges) access: AccessChanges) {
    access.onChange((person) => this.recheck(person));
    this.expiry = setInterval(() => this.endExpired(), EXPIRY_PERIOD_MS);
    this.expiry.unref();
  }

  /** Cuts all off, and what is opened from now on: a server that stops waits for whoever is connected. */
  stop(): void {
    this.isStopped = true;
    clearInterval(this.expiry);
    for (const socket of this.kept.keys()) socket.destroy();
  }

  keep(caller: Pick<KubeCaller, 'askers' | 'principal'>, socket: Socket, stillMay: StillMay): void {
    if (this.isStopped) return void socket.destroy();
    const isKnown = this.kept.has(socket);
    const people = new Set(caller.askers.map(({ id }) => id));
    this.kept.set(socket, { people, expiresAt: caller.principal.expiresAt ?? Infinity, stillMay });
    if (!isKnown) socket.once('close', () => this.kept.delete(socket));
  }

  private recheck(person: string): void {
    for (const [socket, { people, stillMay }] of this.kept) {
      if (people.size > 0 && !people.has(person)) continue;
      stillMay().then(
        (may) => may || socket.destroy(),
        () => socket.destroy(),
      );
    }
  }

  private endExpired(): void {
    for (const [socket, { expiresAt }] of this.kept) if (expiresAt <= Date.now()) socket.destroy();
  }
}
