/** Watches and streams that people hold open: whose rights become smaller loses those that he could not open now. */
import { Inject, Injectable } from '@nestjs/common';
import type { Socket } from 'node:net';
import { AccessChanges } from '../auth/access-changes';

/** Whether what is open would be let in again, with as much right. */
export type StillMay = () => Promise<boolean>;

@Injectable()
export class OpenStreams {
  private readonly byPerson = new Map<string, Map<Socket, StillMay>>();

  constructor(@Inject(AccessChanges) access: AccessChanges) {
    access.onChange((person) => {
      for (const [socket, stillMay] of this.byPerson.get(person) ?? []) {
        stillMay().then(
          (may) => may || socket.destroy(),
          () => socket.destroy(),
        );
      }
    });
  }

  keep(person: string, socket: Socket, stillMay: StillMay): void {
    const sockets = this.byPerson.get(person) ?? new Map<Socket, StillMay>();
    const isKnown = sockets.has(socket);
    this.byPerson.set(person, sockets.set(socket, stillMay));
    if (isKnown) return;
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.byPerson.get(person) === sockets) this.byPerson.delete(person);
    });
  }
}
