import type { Datagram, ServerConnection, SocketHandler } from '@podlab/netstack';
import { encodeResponse, readRequest } from './http/codec';
import { headerValue } from './http/message';
import { decodeText, encodeText } from './http/text';
import type { ServerBehaviour, ServerContext, ServerKind, StreamAnswer } from './servers/server';

/** What a listener carries: plain data, by which its container is found again. */
export interface ListenerData {
  readonly container: string;
  readonly server: number;
}

/** Finds the server behind a listener; undefined when its container is gone. */
export type FindServer = (
  listener: ListenerData,
  sockets: {
    readonly local: { readonly address: string; readonly port: number };
    readonly remote: { readonly address: string; readonly port: number };
    readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  },
) => { readonly context: ServerContext; finish(): void } | undefined;

/** Longest text that a server keeps of an unfinished request, in characters. */
const PENDING_LIMIT_CHARACTERS = 1_200_000;

/** The handler `workloads`: hands what arrives on a socket to the behaviour of the server that listens there. */
export function createSocketHandler(
  behaviours: Readonly<Record<ServerKind, ServerBehaviour>>,
  find: FindServer,
): SocketHandler {
  const found = (socket: ServerConnection | Datagram): ReturnType<FindServer> =>
    find(socket.listener.data as ListenerData, {
      local: socket.local,
      remote: socket.remote,
      protocol: socket.listener.protocol as 'TCP' | 'UDP' | 'SCTP',
    });
  return {
    onOpen: (connection) => {
      const server = found(connection);
      if (!server) return;
      const answer = behaviours[server.context.server.kind].open?.(server.context);
      if (answer) send(connection, answer);
      server.finish();
    },
    onData: (connection, bytes) => {
      const server = found(connection);
      if (!server) return connection.reset();
      const behaviour = behaviours[server.context.server.kind];
      const pending = typeof connection.state === 'string' ? connection.state : '';
      const text = pending + decodeText(bytes);
      if (behaviour.http && looksLikeHttp(text)) serveHttp(connection, text, behaviour, server.context);
      else if (behaviour.data)
        send(connection, behaviour.data(text.slice(pending.length), pending, server.context));
      else if (behaviour.http) badRequest(connection);
      server.finish();
    },
    onDatagram: (datagram) => {
      const server = found(datagram);
      if (!server) return;
      const reply = behaviours[server.context.server.kind].datagram?.(
        decodeText(datagram.bytes),
        server.context,
      );
      if (reply !== undefined) datagram.reply(encodeText(reply));
      server.finish();
    },
  };
}

const looksLikeHttp = (text: string): boolean => /^[A-Z]{1,16} |^[A-Z]{1,16}$/.test(text.slice(0, 17));

function badRequest(connection: ServerConnection): void {
  connection.send(
    encodeText(
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
    ),
  );
  connection.close();
}

function serveHttp(
  connection: ServerConnection,
  text: string,
  behaviour: ServerBehaviour,
  context: ServerContext,
): void {
  let rest = text;
  while (rest !== '') {
    const reading = readRequest(rest);
    if (reading.kind === 'malformed') return badRequest(connection);
    if (reading.kind === 'incomplete') break;
    const request = reading.message;
    const response = (behaviour.http as NonNullable<ServerBehaviour['http']>)(request, context);
    rest = reading.rest;
    connection.send(encodeResponse(response, request.method));
    const wish = headerValue(request.headers, 'connection')?.toLowerCase();
    if (wish === 'close' || (request.version === '1.0' && wish !== 'keep-alive')) return connection.close();
  }
  if (rest.length > PENDING_LIMIT_CHARACTERS) return badRequest(connection);
  connection.state = rest === '' ? undefined : rest;
}

function send(connection: ServerConnection, answer: StreamAnswer): void {
  if (answer.reply !== undefined && answer.reply !== '') connection.send(encodeText(answer.reply));
  connection.state = answer.state;
  if (answer.reset) connection.reset();
  else if (answer.close) connection.close();
}
