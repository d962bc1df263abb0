/** One SPDY stream a channel, told apart by the header `streamtype`. Models k8s.io/kubelet pkg/cri/streaming/remotecommand/httpstream.go. */
import type { PodStream } from '@podlab/apiserver';
import type { Socket } from 'node:net';
import { SpdyConnection, type SpdyStream } from '../spdy/spdy-connection';
import { DEAF, type CommandClient, type CommandListener, type CommandStatus } from './command-client';

/** How long a client may take to open its streams. */
const OPENING_MS = 30_000;
/** After the last word the client closes the connection; one that does not is cut off. */
const CLOSING_MS = 5_000;

export class SpdyClient implements CommandClient {
  listener: CommandListener = DEAF;
  private readonly streams = new Map<string, SpdyStream>();
  private readonly connection: SpdyConnection;
  private isOver = false;

  /** `ready` is called when all streams that were asked for are open. */
  constructor(
    private readonly socket: Socket,
    private readonly head: Buffer,
    asked: PodStream,
    ready: (client: SpdyClient) => void,
  ) {
    const wanted = wantedStreams(asked);
    const late = setTimeout(() => this.connection.close(), OPENING_MS);
    this.connection = new SpdyConnection(
      { write: (bytes) => void socket.write(bytes), close: () => socket.destroySoon() },
      {
        opened: (stream) => {
          const type = stream.headers.get('streamtype') ?? '';
          if (!wanted.delete(type)) return stream.reset();
          this.streams.set(type, stream);
          if (wanted.size > 0) return;
          clearTimeout(late);
          this.hear();
          ready(this);
        },
        closed: () => {
          clearTimeout(late);
          this.listener.gone();
        },
      },
    );
  }

  /** Begins to read. */
  begin(): void {
    const { socket, head, connection } = this;
    socket.on('data', (bytes: Buffer) => connection.receive(bytes));
    socket.on('close', () => connection.close());
    socket.on('error', () => connection.close());
    if (head.length > 0) connection.receive(head);
  }

  get waitingBytes(): number {
    return this.socket.writableLength;
  }

  output(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (!this.isOver) this.streams.get(stream)?.write(bytes);
  }

  finish(status: CommandStatus): void {
    if (this.isOver) return;
    this.isOver = true;
    this.streams.get('error')?.write(Buffer.from(JSON.stringify(status)));
    for (const stream of this.streams.values()) stream.end();
    setTimeout(() => this.connection.close(), CLOSING_MS).unref();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  private hear(): void {
    const stdin = this.streams.get('stdin');
    if (!stdin) return;
    stdin.data = (bytes) => this.listener.input(bytes);
    stdin.ended = () => this.listener.inputEnded();
  }
}

function wantedStreams({ stdin, stdout, stderr, tty }: PodStream): Set<string> {
  const wanted = new Set(['error']);
  if (stdin) wanted.add('stdin');
  if (stdout) wanted.add('stdout');
  if (stderr && !tty) wanted.add('stderr');
  if (tty) wanted.add('resize');
  return wanted;
}
