import { utf8Decode, utf8Encode } from '@podlab/kernel';
import { Bench, buildTwoNodes, NODE_A, NODE_B, POD_A, POD_B, writeBalancing } from '../bench/two-nodes';
import type { Network } from './network';
import type { ClientConnection, SocketHandler } from './socket';
import { TraceRecorder } from './trace';

let bench: Bench;
let network: Network;
let heard: string[];

const handler: SocketHandler = {
  onOpen(connection) {
    connection.state = { lines: 0 };
    heard.push('open');
  },
  onData(connection, bytes) {
    const state = connection.state as { lines: number };
    state.lines++;
    const text = utf8Decode(bytes);
    heard.push(text);
    if (text === 'quit') connection.close();
    else if (text === 'crash') connection.reset();
    else connection.send(utf8Encode(`${state.lines}: ${text}`));
  },
  onClose(connection, reset) {
    heard.push(reset ? 'reset' : 'close');
    if (reset) return;
    connection.send(utf8Encode('bye'));
    connection.close();
  },
  onDatagram(datagram) {
    if (utf8Decode(datagram.bytes) !== 'hush') datagram.reply(datagram.bytes);
  },
};

beforeEach(() => {
  heard = [];
  bench = new Bench();
  network = bench.network();
  buildTwoNodes(network);
  network.handlers.set('lines', handler);
  for (const protocol of ['TCP', 'SCTP', 'UDP'] as const) {
    network.listen(POD_B, { protocol, port: 7, handler: 'lines' });
  }
  const backends = [{ address: '10.244.2.7', port: 7 }];
  for (const node of [NODE_A, NODE_B]) {
    writeBalancing(network, node, [{ name: 'lines', address: '10.96.0.1', port: 7, backends }]);
  }
});

function open(protocol: 'TCP' | 'SCTP' = 'TCP', destination = '10.96.0.1'): ClientConnection {
  const { connection } = network.connect(POD_A, { protocol, destination, port: 7 });
  if (connection === undefined) throw new Error('not connected');
  return connection;
}

function say(connection: ClientConnection, text: string): string[] {
  connection.send(utf8Encode(text));
  return connection.receive().map(utf8Decode);
}

describe('a connection', () => {
  it('carries chunks in order both ways, and its server remembers', () => {
    const connection = open();
    expect(say(connection, 'a')).toEqual(['1: a']);
    expect(say(connection, 'b')).toEqual(['2: b']);
    connection.close();
    expect(heard).toEqual(['open', 'a', 'b', 'close']);
    expect(network.state.connections.size).toBe(0);
  });

  it('over SCTP is one, too, where the address is not balanced by a TCP rule', () => {
    expect(say(open('SCTP', '10.244.2.7'), 'a')).toEqual(['1: a']);
  });

  it('half closed by the client still brings what the server says last', () => {
    const connection = open();
    connection.shutdown();
    expect(connection.receive().map(utf8Decode)).toEqual(['bye']);
    expect(connection.send(utf8Encode('more'))).toBe(false);
    connection.close();
    expect(heard).toEqual(['open', 'close']);
  });

  it('closed by the server can still be read, but not written', () => {
    const connection = open();
    expect(say(connection, 'quit')).toEqual([]);
    expect(connection.status).toBe('ClosedByPeer');
    expect(connection.send(utf8Encode('x'))).toBe(false);
    expect(connection.status).toBe('Reset');
  });

  it('is reset by a server that crashes, and by a listener that closes', () => {
    const connection = open();
    say(connection, 'crash');
    expect(connection.status).toBe('Reset');
    const other = open();
    for (const { id } of network.listeners(POD_B)) network.closeListener(id);
    expect(other.status).toBe('Reset');
    expect(network.connect(POD_A, { protocol: 'TCP', destination: '10.244.2.7', port: 7 }).disposition).toBe(
      'Refused',
    );
  });

  it('hears nothing more of a server whose namespace is gone', () => {
    const connection = open();
    network.removeNamespace(POD_B);
    expect(connection.send(utf8Encode('x'))).toBe(false);
    expect(connection.status).toBe('TimedOut');
    expect(connection.elapsed_ms).toBe(5002);
  });

  it('goes on over a service that has other backends by now, as its flow is tracked', () => {
    const connection = open();
    writeBalancing(network, NODE_A, []);
    bench.now_ms += 60_000;
    expect(say(connection, 'a')).toEqual(['1: a']);
  });

  it('whose flow is forgotten is no longer translated', () => {
    const connection = open();
    writeBalancing(network, NODE_A, []);
    expect(network.conntrack(NODE_A).remove({ original_destination: '10.96.0.1' })).toBe(1);
    expect(connection.send(utf8Encode('x'))).toBe(false);
    expect(connection.status).toBe('TimedOut');
  });

  it('is cut by a rule that comes later', () => {
    const connection = open();
    expect(say(connection, 'a')).toEqual(['1: a']);
    const drop = { matches: [], target: { kind: 'DROP' } } as const;
    network.iptables(NODE_B).ensureRule('filter', 'FORWARD', drop, 'prepend');
    expect(connection.send(utf8Encode('x'))).toBe(false);
    expect(connection.status).toBe('TimedOut');
  });

  it('uses a port of its own, and none that is in use', () => {
    expect([open().local.port, open().local.port]).toEqual([32768, 32769]);
    const options = { protocol: 'TCP', destination: '10.96.0.1', port: 7, source_port: 32769 } as const;
    expect(network.connect(POD_A, options).end.code).toBe('AddressInUse');
    network.state.namespaces.get(POD_A)!.next_ephemeral_port = 60_999;
    expect([open().local.port, open().local.port]).toEqual([60_999, 32_770]);
  });

  it('from a port used before finds its old flow closed and begins a new one', () => {
    const options = { protocol: 'TCP', destination: '10.96.0.1', port: 7, source_port: 40_000 } as const;
    for (let i = 0; i < 3; i++) {
      const { connection } = network.connect(POD_A, options);
      connection?.close();
    }
    expect(network.conntrack(NODE_A).describe({ protocol: 'TCP' })).toMatchObject([{ state: 'TIME_WAIT' }]);
  });

  it('to the backend from a port that a translated flow has gets another source port', () => {
    const port = { port: 7, source_port: 40_000, protocol: 'TCP' } as const;
    const first = network.connect(POD_A, { ...port, destination: '10.96.0.1' });
    first.connection?.close();
    const second = network.connect(POD_A, { ...port, destination: '10.244.2.7' });
    expect(second.disposition).toBe('Connected');
    expect(second.connection?.peer.source_seen.port).not.toBe(40_000);
  });

  it('leaves in its trace what the application did', () => {
    const recorder = new TraceRecorder();
    const options = { protocol: 'TCP', destination: '10.96.0.1', port: 7, recorder } as const;
    network.connect(POD_A, options).connection?.send(utf8Encode('abc'));
    expect(recorder.accepting?.namespace).toBe(POD_B);
    expect(recorder.accepting?.steps.at(-1)).toMatchObject({
      type: 'Application',
      action: 'Answered',
      detail: { handler: 'lines', event: 'Answered', bytes: 6 },
    });
  });
});

describe('a datagram', () => {
  const send = (text: string, port = 7): ReturnType<Network['sendDatagram']> =>
    network.sendDatagram(POD_A, { destination: '10.244.2.7', port, data: utf8Encode(text) });

  it('is answered', () => {
    const { disposition, replies, peer } = send('hello');
    expect([disposition, ...replies.map(utf8Decode), peer?.source_seen.address]).toEqual([
      'Answered',
      'hello',
      '10.244.1.5',
    ]);
  });

  it('without answer times out, though it arrived', () => {
    expect(send('hush')).toMatchObject({
      disposition: 'TimedOut',
      elapsed_ms: 5000,
      peer: { namespace: POD_B },
      end: { code: 'NoAnswer' },
    });
  });

  it('to a closed port is refused by ICMP', () => {
    expect(send('x', 9)).toMatchObject({ disposition: 'Refused', end: { code: 'NoListener' } });
  });
});

describe('an echo', () => {
  it('is answered by the namespace that has the address', () => {
    expect(network.ping(POD_A, { destination: '10.244.2.7' })).toMatchObject({
      disposition: 'Answered',
      namespace: POD_B,
      ttl: 62,
      elapsed_ms: 2,
    });
  });

  it('with a short time to live is refused on the way', () => {
    expect(network.ping(POD_A, { destination: '10.244.2.7', ttl: 1 })).toMatchObject({
      disposition: 'Refused',
      end: { code: 'TtlExceeded', namespace: NODE_A },
    });
  });
});

describe('listening', () => {
  it('refuses what is taken or not one’s own', () => {
    const again = (address?: string): string | undefined =>
      network.listen(POD_B, { protocol: 'TCP', port: 7, handler: 'lines', address }).error;
    expect([again(), again('10.244.2.7'), again('10.244.2.8')]).toEqual([
      'AddressInUse',
      'AddressInUse',
      'AddressNotAvailable',
    ]);
  });

  it('on one address leaves the others', () => {
    network.listen(POD_B, { protocol: 'TCP', port: 8, handler: 'lines', address: '127.0.0.1' });
    const from = (namespace: string, destination: string): string =>
      network.connect(namespace, { protocol: 'TCP', destination, port: 8 }).disposition;
    expect([from(POD_B, '127.0.0.1'), from(POD_B, '10.244.2.7'), from(POD_A, '10.244.2.7')]).toEqual([
      'Connected',
      'Refused',
      'Refused',
    ]);
  });
});
