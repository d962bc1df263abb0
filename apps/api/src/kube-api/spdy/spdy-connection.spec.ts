import fc from 'fast-check';
import { HeaderCodec } from './header-codec';
import { SpdyConnection, type SpdyStream } from './spdy-connection';

const FIN = 1;

/** The client's side, as bytes on the wire. */
class Wire {
  readonly codec = new HeaderCodec();
  readonly streams: SpdyStream[] = [];
  readonly heard = new Map<number, string>();
  readonly ended: number[] = [];
  readonly sent: Buffer[] = [];
  isClosed = false;
  readonly connection = new SpdyConnection(
    { write: (bytes) => this.sent.push(bytes), close: () => (this.isClosed = true) },
    {
      opened: (stream) => {
        this.streams.push(stream);
        stream.data = (bytes) => this.heard.set(stream.id, (this.heard.get(stream.id) ?? '') + bytes);
        stream.ended = () => this.ended.push(stream.id);
      },
      closed: () => undefined,
    },
  );

  async open(id: number, headers: Record<string, string>): Promise<Buffer> {
    const block = await this.codec.encode(new Map(Object.entries(headers)));
    const head = Buffer.alloc(10);
    head.writeUInt32BE(id);
    return control(1, Buffer.concat([head, block]));
  }

  /** Bytes cut at `cuts`. */
  async receive(bytes: Buffer, cuts: readonly number[] = []): Promise<void> {
    let from = 0;
    for (const cut of [
      ...cuts.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b),
      bytes.length,
    ]) {
      this.connection.receive(bytes.subarray(from, cut));
      from = cut;
    }
    await this.connection.handled();
  }
}

function control(type: number, body: Buffer): Buffer {
  const head = Buffer.from([0x80, 3, 0, type, 0, 0, 0, 0]);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function data(id: number, text: string, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id);
  head[4] = flags;
  head.writeUIntBE(Buffer.byteLength(text), 5, 3);
  return Buffer.concat([head, Buffer.from(text)]);
}

const word = (value: number) => Buffer.from([0, 0, 0, value]);

it('streams open with their headers and carry data, wherever the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 8 }), async (cuts) => {
      const wire = new Wire();
      const bytes = Buffer.concat([
        await wire.open(1, { streamtype: 'error', port: '80' }),
        await wire.open(3, { streamtype: 'data', port: '80' }),
        data(3, 'hello '),
        data(3, 'world', FIN),
        data(1, '', FIN),
      ]);
      await wire.receive(bytes, cuts);
      expect(wire.streams.map(({ id, headers }) => [id, headers.get('streamtype')])).toEqual([
        [1, 'error'],
        [3, 'data'],
      ]);
      expect(wire.heard.get(3)).toBe('hello world');
      expect(wire.ended).toEqual([3, 1]);
    }),
    { numRuns: 30 },
  );
});

it('each stream is answered, with the headers compressed as one stream', async () => {
  const wire = new Wire();
  await wire.receive(Buffer.concat([await wire.open(1, { a: 'b' }), await wire.open(3, { a: 'b' })]));
  const reader = new HeaderCodec();
  for (const [index, id] of [1, 3].entries()) {
    const reply = wire.sent[index];
    expect([reply.readUInt16BE(2), reply.readUInt32BE(8)]).toEqual([2, id]);
    expect((await reader.decode(reply.subarray(12))).size).toBe(0);
  }
});

it('what a stream writes comes in frames, and its end with a flag', async () => {
  const wire = new Wire();
  await wire.receive(await wire.open(1, {}));
  wire.sent.length = 0;
  wire.streams[0].write(Buffer.alloc(70_000, 'x'));
  wire.streams[0].end();
  wire.streams[0].write(Buffer.from('too late'));
  expect(wire.sent.map((frame) => [frame.readUIntBE(5, 3), frame[4]])).toEqual([
    [32_768, 0],
    [32_768, 0],
    [4_464, 0],
    [0, FIN],
  ]);
});

it('a ping comes back', async () => {
  const wire = new Wire();
  await wire.receive(control(6, word(7)));
  expect(wire.sent).toEqual([control(6, word(7))]);
});

it.each([
  ['a farewell', control(7, Buffer.concat([word(0), word(0)]))],
  ['a frame that is too long', Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff])],
  ['headers that are no such thing', control(1, Buffer.alloc(40, 1))],
])('%s ends the connection', async (_, bytes) => {
  const wire = new Wire();
  await wire.receive(bytes);
  expect(wire.isClosed).toBe(true);
});
