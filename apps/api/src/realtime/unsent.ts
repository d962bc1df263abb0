import type { ClientToServerEvents, ServerToClientEvents } from '@podlab/contracts';
import type { Socket } from 'socket.io';

export type ClientSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** What may wait for a client that reads too slowly. */
export const QUEUE_MESSAGES = 2000;

/** Messages that engine.io holds because the transport has not taken them yet. */
export function unsentMessages(socket: ClientSocket): number {
  return (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
}
