import type {
  AttemptEvent,
  BroadcastEvent,
  ClassMessage,
  ClassToServerEvents,
  ServerToClientEvents,
} from '@podlab/contracts';
import { io, type Socket } from 'socket.io-client';

export interface Heard {
  /** A message came; after a break there may be more that were missed. */
  onMessage: (message: ClassMessage) => void;
  onBroadcast: (cluster: BroadcastEvent['cluster']) => void;
  /** One's own attempt changed, by whomever. */
  onAttempt: (event: AttemptEvent) => void;
  onConnect: () => void;
}

/** Hears what is said to a class, until the function that it returns is called. */
export function hearClass(
  classId: string,
  { onMessage, onBroadcast, onAttempt, onConnect }: Heard,
): () => void {
  const socket: Socket<ServerToClientEvents, ClassToServerEvents> = io({
    transports: ['websocket'],
    withCredentials: true,
    forceNew: true,
  });
  socket.on('connect', () =>
    socket.emit('subscribe', { class: classId }, (answer) => {
      if (!('ok' in answer)) return;
      onBroadcast(answer.ok.broadcast ?? null);
      onConnect();
    }),
  );
  socket.on('message', (message) => message.class === classId && onMessage(message));
  socket.on('broadcast', (event) => event.class === classId && onBroadcast(event.cluster));
  socket.on('attempt', (event) => event.class === classId && onAttempt(event));
  return () => void socket.disconnect();
}
