/** Channels over a WebSocket: the first byte of each message is the channel. Models k8s.io/apiserver remotecommand/websocket.go. */
import type { WebSocket } from 'ws';
import {
  DEAF,
  failureStatus,
  type CommandClient,
  type CommandListener,
  type CommandStatus,
} from './command-client';

const CHANNELS = { stdin: 0, stdout: 1, stderr: 2, error: 3 } as const;
/** Of version 5: the byte after it is a channel that gets no more. */
const CLOSE = 255;
const NORMAL_CLOSURE = 1000;
/** The API server itself translates it into the kubelet's SPDY; what is older goes through to the kubelet. */
const TRANSLATED = 'v5.channel.k8s.io';

export class WebSocketClient implements CommandClient {
  listener: CommandListener = DEAF;
  private isOver = false;

  constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.take(data));
    socket.on('close', () => this.listener.gone());
    socket.on('error', () => socket.terminate());
    // Tells the client that the connection stands.
    this.send(CHANNELS.stdout, Buffer.alloc(0));
  }

  get waitingBytes(): number {
    return this.socket.bufferedAmount;
  }

  output(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (!this.isOver) this.send(CHANNELS[stream], bytes);
  }

  finish(status: CommandStatus): void {
    if (this.isOver) return;
    this.isOver = true;
    const told = this.socket.protocol === TRANSLATED ? translated(status) : status;
    this.send(CHANNELS.error, Buffer.from(JSON.stringify(told)));
    this.socket.close(NORMAL_CLOSURE);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  private take(data: Buffer): void {
    if (data.length === 0) return;
    if (data[0] === CHANNELS.stdin) {
      if (data.length > 1) this.listener.input(data.subarray(1));
    } else if (data[0] === CLOSE && data[1] === CHANNELS.stdin) this.listener.inputEnded();
  }

  private send(channel: number, bytes: Buffer): void {
    this.socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  }
}

/**
 * To the API server the kubelet's failures are errors of its own, but for a command's exit code.
 * Models k8s.io/apiserver pkg/util/proxy/streamtranslator.go StreamTranslatorHandler.
 */
function translated(status: CommandStatus): CommandStatus {
  if (status.status === 'Success' || status.reason === 'NonZeroExitCode') return status;
  const { message = '' } = status;
  return { ...failureStatus(`Internal error occurred: ${message}`), details: { causes: [{ message }] } };
}
