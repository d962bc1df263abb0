import type { Asides, Datagram, ServerConnection, SocketHandler, WalkEnd } from '@podlab/netstack';
import { encodeResponse, readRequest } from './http/codec';
import { headerValue } from './http/message';
import type { HttpRequest, HttpResponse } from './http/message';
import { decodeText, encodeText } from './http/text';
import type { ServerBehaviour, ServerContext, ServerKind, ServerState, StreamAnswer } from './servers/server';

/** What a listener carries: plain data, by which its container is found again. */
export interface ListenerData {
  readonly container: string;
  readonly server: number;
}

/** What a server may ask of the socket that it answers on. */
export type Socket = Pick<ServerConnection & Datagram, 'local' | 'remote'> & {
  readonly listener: { readonly protocol: 'TCP' | 'UDP' | 'SCTP' };
  readonly asides?: Asides | undefined;
  onward?: WalkEnd | undefined;
};

/** The server behind a socket; `finish` is to be called once its answer is sent. */
export interface FoundServer extends ServerContext {
  /** It has answered a request, which costs its container CPU. */
  served(): void;
  finish(): void;
}

/** Finds the server behind a listener; undefined when its container is gone. */
export type FindServer = (listener: ListenerData, socket: Socket) => FoundServer | undefined;

/** Longest text that a server keeps of an unfinished request, in characters. */
const PENDING_LIMIT_CHARACTERS = 1_200_000;

/** The handler `workloads`: hands what arrives on a socket to the behaviour of the server that listens there. */
export function createSocketHandler(
  behaviours: Readonly<Record<ServerKind, ServerBehaviour>>,
  find: FindServer,
): SocketHandler {
  const found = (socket: ServerConnection | Datagram): FoundServer | undefined =>
    find(socket.listener.data as ListenerData, socket as Socket);
  const memory = new HttpMemory();
  return {
    onOpen: (connection) => {
      const server = found(connection);
      if (!server) return;
      const answer = behaviours[server.server.kind].open?.(server);
      if (answer) send(connection, answer);
      server.finish();
    },
    onData: (connection, bytes) => {
      const server = found(connection);
      if (!server) return connection.reset();
      take(connection, bytes, behaviours[server.server.kind], server, memory);
      server.finish();
    },
    onDatagram: (datagram) => {
      const server = found(datagram);
      if (!server) return;
      const reply = behaviours[server.server.kind].datagram?.(decodeText(datagram.bytes), server);
      server.served();
      if (reply !== undefined) datagram.reply(encodeText(reply));
      server.finish();
    },
  };
}

/**
 * What was read and written last, so that a client that sends the very same bytes again and a server that answers with
 * the very same response cost no second reading and writing. Bytes given to a socket are never changed afterwards.
 */
class HttpMemory {
  private readonly requests = new WeakMap<Uint8Array, HttpRequest>();
  private readonly answers = new WeakMap<ServerState, { response: HttpResponse; bytes: Uint8Array }>();

  /** The one whole request that these bytes were found to be. */
  requestIn(bytes: Uint8Array): HttpRequest | undefined {
    return this.requests.get(bytes);
  }

  remember(bytes: Uint8Array, request: HttpRequest): void {
    this.requests.set(bytes, request);
  }

  /** The bytes of a response; a response object answers one request only. */
  encode(server: ServerState, response: HttpResponse, method: string): Uint8Array {
    const last = this.answers.get(server);
    if (last?.response === response) return last.bytes;
    const bytes = encodeResponse(response, method);
    if (last) {
      last.response = response;
      last.bytes = bytes;
    } else {
      this.answers.set(server, { response, bytes });
    }
    return bytes;
  }
}

function take(
  connection: ServerConnection,
  bytes: Uint8Array,
  behaviour: ServerBehaviour,
  context: FoundServer,
  memory: HttpMemory,
): void {
  const pending = typeof connection.state === 'string' ? connection.state : '';
  const known = pending === '' && behaviour.http ? memory.requestIn(bytes) : undefined;
  if (known) {
    answerHttp(connection, known, behaviour, context, memory);
    return;
  }
  const text = pending + decodeText(bytes);
  if (behaviour.http && looksLikeHttp(text)) {
    const only = serveHttp(connection, text, behaviour, context, memory);
    if (only && pending === '') memory.remember(bytes, only);
  } else if (behaviour.data) {
    send(connection, behaviour.data(text.slice(pending.length), pending, context));
    context.served();
  } else if (behaviour.http) {
    badRequest(connection);
  }
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

/** Answers the requests in a text; the request, when the text was a single whole one. */
function serveHttp(
  connection: ServerConnection,
  text: string,
  behaviour: ServerBehaviour,
  context: FoundServer,
  memory: HttpMemory,
): HttpRequest | undefined {
  let rest = text;
  let only: HttpRequest | undefined;
  while (rest !== '') {
    const reading = readRequest(rest);
    if (reading.kind === 'malformed') {
      badRequest(connection);
      return undefined;
    }
    if (reading.kind === 'incomplete') break;
    only = rest === text && reading.rest === '' ? reading.message : undefined;
    rest = reading.rest;
    if (!answerHttp(connection, reading.message, behaviour, context, memory)) return only;
  }
  if (rest.length > PENDING_LIMIT_CHARACTERS) {
    badRequest(connection);
    return undefined;
  }
  connection.state = rest === '' ? undefined : rest;
  return only;
}

/** Answers one request; false when the connection ends with it. */
function answerHttp(
  connection: ServerConnection,
  request: HttpRequest,
  behaviour: ServerBehaviour,
  context: FoundServer,
  memory: HttpMemory,
): boolean {
  const response = (behaviour.http as NonNullable<ServerBehaviour['http']>)(request, context);
  context.served();
  connection.send(memory.encode(context.server, response, request.method));
  const wish = headerValue(request.headers, 'connection')?.toLowerCase();
  const last = wish === 'close' || (request.version === '1.0' && wish !== 'keep-alive');
  if (last) connection.close();
  return !last;
}

function send(connection: ServerConnection, answer: StreamAnswer): void {
  if (answer.reply !== undefined && answer.reply !== '') connection.send(encodeText(answer.reply));
  connection.state = answer.state;
  if (answer.reset) connection.reset();
  else if (answer.close) connection.close();
}
