/** Watches and streams that people hold open: whose rights become smaller loses them, and may ask anew. */
import { Inject, Injectable } from '@nestjs/common';
import type { Socket } from 'node:net';
import { AccessChanges } from '../auth/access-changes';

@Injectable()
export class OpenStreams {
  private readonly byPerson = new Map<string, Set<Socket>>();

  constructor(@Inject(AccessChanges) access: AccessChanges) {
    access.onChange((person) => {
      for (const socket of this.byPerson.get(person) ?? []) socket.destroy();
    });
  }

  keep(person: string, socket: Socket): void {
    const sockets = this.byPerson.get(person) ?? new Set<Socket>();
    if (sockets.has(socket)) return;
    this.byPerson.set(person, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.byPerson.get(person) === sockets) this.byPerson.delete(person);
    });
  }
}
