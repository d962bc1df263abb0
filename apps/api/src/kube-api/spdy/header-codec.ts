/** Header blocks of SPDY/3: one compressed stream a direction, so that blocks are read and written in their order. */
import { constants, createDeflate, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';
import { SPDY_DICTIONARY } from './dictionary';

/** A block that unpacks to more than this is an attack. */
const BLOCK_BYTES = 65_536;
const OPTIONS = { dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH };

export class HeaderCodec {
  private readonly unpacking = createInflate(OPTIONS);
  private readonly packing = createDeflate(OPTIONS);

  async decode(block: Buffer): Promise<Map<string, string>> {
    return parseHeaders(await through(this.unpacking, block));
  }

  encode(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    const words = [...headers].flatMap(([name, value]) => [counted(name), counted(value)]);
    return through(this.packing, Buffer.concat([number(headers.size), ...words]));
  }

  close(): void {
    this.unpacking.destroy();
    this.packing.destroy();
  }
}

function through(transform: Transform, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const settle = (error?: Error | null) => {
      transform.off('data', take);
      transform.off('error', settle);
      if (error) reject(error);
      else resolve(Buffer.concat(parts));
    };
    const take = (part: Buffer) => {
      size += part.length;
      if (size > BLOCK_BYTES) settle(new Error(`spdyHeaderBytes is limited to ${BLOCK_BYTES}`));
      else parts.push(part);
    };
    transform.on('data', take);
    transform.on('error', settle);
    transform.write(bytes, settle);
  });
}

function parseHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const word = () => {
    const length = bytes.readUInt32BE(at);
    const text = bytes.toString('latin1', at + 4, at + 4 + length);
    at += 4 + length;
    return text;
  };
  for (let left = bytes.readUInt32BE(0); left > 0; left--) {
    const name = word().toLowerCase();
    headers.set(name, word());
  }
  return headers;
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
