/**
 * The server's side of SPDY/3.1, as kubectl speaks it for exec, attach and port-forward: streams that the client opens,
 * data both ways, pings. No flow control: neither does moby/spdystream, which every such client uses, have any.
 */
import { HeaderCodec } from './header-codec';

/** What carries the frames: a socket, or messages of a WebSocket. */
export interface SpdyCarrier {
  write(bytes: Buffer): void;
  close(): void;
}

export interface SpdyListener {
  opened(stream: SpdyStream): void;
  /** The connection is over; streams hear of it by `ended`. */
  closed(): void;
}

/** Longest frame that is taken. */
const FRAME_BYTES = 1024 * 1024;
/** Streams that may be open at a time on one connection. */
const STREAMS = 256;
/** So much of a stream's data goes into one frame. */
const CHUNK_BYTES = 32 * 1024;

const TYPES = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
const FLAG_FIN = 1;
const REFUSED_STREAM = 3;
const CANCEL = 5;

export class SpdyStream {
  data: (bytes: Buffer) => void = () => undefined;
  /** The client sends no more. */
  ended: () => void = () => undefined;
  private isOver = false;

  constructor(
    private readonly connection: SpdyConnection,
    readonly id: number,
    readonly headers: ReadonlyMap<string, string>,
  ) {}

  write(bytes: Buffer): void {
    if (this.isOver) return;
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
      this.connection.sendData(this.id, bytes.subarray(at, at + CHUNK_BYTES), false);
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.connection.sendData(this.id, Buffer.alloc(0), true);
  }

  reset(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.connection.sendReset(this.id, CANCEL);
  }
}

export class SpdyConnection {
  private readonly codec = new HeaderCodec();
  private readonly streams = new Map<number, SpdyStream>();
  private waiting: Buffer = Buffer.alloc(0);
  private work: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly carrier: SpdyCarrier,
    private readonly listener: SpdyListener,
  ) {}

  /** Bytes from the client, cut anywhere. */
  receive(bytes: Buffer): void {
    if (this.isClosed) return;
    this.waiting = this.waiting.length === 0 ? bytes : Buffer.concat([this.waiting, bytes]);
    while (this.waiting.length >= 8) {
      const length = this.waiting.readUIntBE(5, 3);
      if (length > FRAME_BYTES) return this.close();
      if (this.waiting.length < 8 + length) return;
      const frame = this.waiting.subarray(0, 8 + length);
      this.waiting = this.waiting.subarray(8 + length);
      this.work = this.work.then(() => this.handle(frame)).catch(() => this.close());
    }
  }

  /** Resolves when all that came so far has been handled. */
  handled(): Promise<void> {
    return this.work;
  }

  /** Ends the connection from this side, or notes that it has ended. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const stream of this.streams.values()) stream.ended();
    this.streams.clear();
    this.codec.close();
    this.carrier.close();
    this.listener.closed();
  }

  sendData(id: number, bytes: Buffer, last: boolean): void {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head.writeUInt8(last ? FLAG_FIN : 0, 4);
    head.writeUIntBE(bytes.length, 5, 3);
    this.send(Buffer.concat([head, bytes]));
  }

  sendReset(id: number, status: number): void {
    this.streams.delete(id);
    const body = Buffer.alloc(8);
    body.writeUInt32BE(id, 0);
    body.writeUInt32BE(status, 4);
    this.sendControl(TYPES.rstStream, body);
  }

  private sendControl(type: number, body: Buffer): void {
    const head = Buffer.from([0x80, 3, 0, type, 0, 0, 0, 0]);
    head.writeUIntBE(body.length, 5, 3);
    this.send(Buffer.concat([head, body]));
  }

  private send(bytes: Buffer): void {
    if (!this.isClosed) this.carrier.write(bytes);
  }

  private async handle(frame: Buffer): Promise<void> {
    const flags = frame[4];
    const body = frame.subarray(8);
    if ((frame[0] & 0x80) === 0) return this.takeData(frame.readUInt32BE(0), body, flags);
    switch (frame.readUInt16BE(2)) {
      case TYPES.synStream:
        return this.open(body, flags);
      case TYPES.rstStream:
        return this.finish(body.readUInt32BE(0));
      case TYPES.ping:
        return this.sendControl(TYPES.ping, body);
      case TYPES.goAway:
        return this.close();
    }
  }

  private async open(body: Buffer, flags: number): Promise<void> {
    const id = body.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.codec.decode(body.subarray(10));
    if (this.streams.size >= STREAMS) return this.sendReset(id, REFUSED_STREAM);
    const stream = new SpdyStream(this, id, headers);
    this.streams.set(id, stream);
    const number = Buffer.alloc(4);
    number.writeUInt32BE(id);
    this.sendControl(TYPES.synReply, Buffer.concat([number, await this.codec.encode(new Map())]));
    this.listener.opened(stream);
    if (flags & FLAG_FIN) this.finish(id);
  }

  private takeData(id: number, bytes: Buffer, flags: number): void {
    if (bytes.length > 0) this.streams.get(id)?.data(bytes);
    if (flags & FLAG_FIN) this.finish(id);
  }

  private finish(id: number): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    stream?.ended();
  }
}
