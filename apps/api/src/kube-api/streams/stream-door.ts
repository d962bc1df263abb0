/** `pods/exec`, `attach` and `portforward`: chooses the protocol, and hands the streams to whoever serves them. */
import { Inject, Injectable } from '@nestjs/common';
import type { PodStream } from '@podlab/apiserver';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { HostedCluster } from '../../cluster-host/hosted-cluster';
import { RequestDesk } from '../../requests/request-desk';
import { sendStatus } from '../status';
import type { CommandClient } from './command-client';
import { CommandRunner } from './command-runner';
import { forwardOverChannels, forwardOverSpdy, forwardOverTunnel } from './port-forward';
import { SpdyClient } from './spdy-client';
import { WebSocketClient } from './websocket-client';

/** Open streams of one cluster. */
export const STREAMS_PER_CLUSTER = 100;
const MESSAGE_BYTES = 1024 * 1024;

const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
const OVER_WEBSOCKET = {
  exec: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  attach: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  portforward: [TUNNEL, 'v5.channel.k8s.io', 'v4.channel.k8s.io'],
};
const OVER_SPDY = {
  exec: ['v4.channel.k8s.io'],
  attach: ['v4.channel.k8s.io'],
  portforward: ['portforward.k8s.io'],
};

/** A stream, and the person who wants it. */
type AskedStream = PodStream & { readonly by: string };

interface Upgrade {
  readonly socket: Socket;
  readonly head: Buffer;
}

@Injectable()
export class StreamDoor {
  private readonly upgrades = new WeakMap<IncomingMessage, Upgrade>();
  private readonly open = new Map<string, Set<Socket>>();
  private readonly webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    handleProtocols: (offered) => chosenOf([...offered], ALL_PROTOCOLS) ?? false,
  });

  constructor(@Inject(RequestDesk) private readonly requests: RequestDesk) {}

  /** Takes note of a request to speak another protocol. */
  note(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.upgrades.set(request, { socket, head });
  }

  isUpgrade(request: IncomingMessage): boolean {
    return this.upgrades.has(request);
  }

  /** Answers a request that the API server lets become a stream. */
  serve(hosted: HostedCluster, asked: AskedStream, request: IncomingMessage, response: ServerResponse): void {
    const upgrade = this.upgrades.get(request);
    const wanted = request.headers.upgrade?.toLowerCase();
    if (!upgrade || (wanted !== 'websocket' && wanted !== 'spdy/3.1'))
      return sendStatus(response, 400, 'BadRequest', 'Upgrade request required');
    const { size } = this.open.get(hosted.id) ?? new Set();
    if (size >= STREAMS_PER_CLUSTER) {
      const message = `streamsPerCluster is limited to ${STREAMS_PER_CLUSTER}`;
      return sendStatus(response, 429, 'TooManyRequests', message);
    }
    const isWebSocket = wanted === 'websocket';
    const header = request.headers[isWebSocket ? 'sec-websocket-protocol' : 'x-stream-protocol-version'];
    const offered = String(header ?? '').split(/\s*,\s*/);
    const served = (isWebSocket ? OVER_WEBSOCKET : OVER_SPDY)[asked.subresource];
    const protocol = chosenOf(offered, served);
    if (protocol === undefined) {
      const lists = `client supports [${offered.join(' ')}], server accepts [${served.join(' ')}]`;
      const message = `unable to upgrade: unable to negotiate protocol: ${lists}`;
      return sendStatus(response, 403, 'Forbidden', message);
    }
    response.detachSocket(upgrade.socket);
    this.keep(hosted, upgrade.socket);
    if (isWebSocket) this.overWebSocket(hosted, asked, request, upgrade);
    else this.overSpdy(hosted, asked, protocol, upgrade);
  }

  /** Cuts all streams off. */
  stop(): void {
    for (const sockets of this.open.values()) for (const socket of sockets) socket.destroy();
  }

  private keep({ id }: HostedCluster, socket: Socket): void {
    const sockets = this.open.get(id) ?? new Set<Socket>();
    this.open.set(id, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.open.get(id) === sockets) this.open.delete(id);
    });
  }

  private overWebSocket(
    hosted: HostedCluster,
    asked: AskedStream,
    request: IncomingMessage,
    { socket, head }: Upgrade,
  ): void {
    this.webSockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      if (asked.subresource !== 'portforward') this.run(hosted, asked, new WebSocketClient(webSocket));
      else if (webSocket.protocol === TUNNEL) forwardOverTunnel(hosted, asked, webSocket);
      else forwardOverChannels(hosted, asked, webSocket);
    });
  }

  private overSpdy(
    hosted: HostedCluster,
    asked: AskedStream,
    protocol: string,
    { socket, head }: Upgrade,
  ): void {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
        `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    );
    socket.setNoDelay(true);
    if (asked.subresource !== 'portforward') {
      const run = (client: SpdyClient) => this.run(hosted, asked, client);
      new SpdyClient(socket, head, asked, run).begin();
      return;
    }
    const connection = forwardOverSpdy(hosted, asked, {
      write: (bytes) => void socket.write(bytes),
      close: () => socket.destroySoon(),
    });
    socket.on('data', (bytes: Buffer) => connection.receive(bytes));
    socket.on('close', () => connection.close());
    socket.on('error', () => connection.close());
    if (head.length > 0) connection.receive(head);
  }

  private run(hosted: HostedCluster, asked: AskedStream, client: CommandClient): void {
    new CommandRunner({
      hosted,
      asked,
      client,
      keep: (requests) => void this.requests.keep(hosted, requests, asked.by).catch(() => undefined),
    }).start();
  }
}

const ALL_PROTOCOLS = [...OVER_WEBSOCKET.portforward];

/** The first that both sides know, in the order of the client. */
function chosenOf(offered: readonly string[], served: readonly string[]): string | undefined {
  return offered.find((protocol) => served.includes(protocol));
}
