import { copyData, decodeData, encodeData, hex, sha256, utf8Decode, utf8Encode } from '@podlab/kernel';
import fc from 'fast-check';
import {
  Bench,
  buildTwoNodes,
  NODE_A,
  NODE_B,
  OUTSIDE,
  POD_A,
  POD_A2,
  POD_B,
  writeBalancing,
} from '../bench/two-nodes';
import type { Network } from './network';
import type { NetworkState } from './state';
import { TraceRecorder } from './trace';

const PLACES = [POD_A, POD_A2, POD_B, NODE_A, NODE_B, OUTSIDE];
const TARGETS: readonly [string, number][] = [
  ['10.96.0.1', 80],
  ['10.96.0.2', 80],
  ['10.244.1.5', 8080],
  ['10.244.2.7', 8080],
  ['10.244.2.7', 81],
  ['192.168.0.11', 30123],
  ['192.168.0.12', 30123],
  ['127.0.0.1', 30123],
  ['10.244.2.99', 80],
  ['172.16.0.1', 80],
];

function register(network: Network): void {
  network.handlers.set('echo', {
    onData(connection, bytes) {
      connection.state = ((connection.state as number | undefined) ?? 0) + bytes.length;
      connection.send(utf8Encode(`${connection.state as number}`));
    },
    onDatagram: (datagram) => datagram.reply(datagram.bytes),
  });
}

function build(bench: Bench): Network {
  const network = bench.network();
  buildTwoNodes(network);
  register(network);
  for (const pod of [POD_A, POD_A2, POD_B]) {
    network.listen(pod, { protocol: 'TCP', port: 8080, handler: 'echo' });
    network.listen(pod, { protocol: 'UDP', port: 8080, handler: 'echo' });
  }
  const all = ['10.244.1.5', '10.244.1.6', '10.244.2.7'].map((address) => ({ address, port: 8080 }));
  for (const node of [NODE_A, NODE_B]) {
    writeBalancing(network, node, [
      { name: 'all', address: '10.96.0.1', port: 80, node_port: 30123, backends: all },
      { name: 'none', address: '10.96.0.2', port: 80, backends: [] },
    ]);
  }
  network.setLink(POD_A2, 'eth0', { loss: 0.2, latency_ms: 3 });
  return network;
}

type Step =
  | { readonly kind: 'connect' | 'datagram' | 'ping'; readonly from: string; readonly to: [string, number] }
  | { readonly kind: 'speak'; readonly which: number }
  | { readonly kind: 'close'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number };

const place = fc.constantFrom(...PLACES);
const target = fc.constantFrom(...TARGETS).map(([address, port]): [string, number] => [address, port]);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('connect' as const, 'datagram' as const, 'ping' as const),
    from: place,
    to: target,
  }),
  fc.record({ kind: fc.constantFrom('speak' as const, 'close' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 5000, 200_000) }),
);

/** What an observer sees of one step: the whole outcome, trace included. */
function perform(network: Network, bench: Bench, action: Step): unknown {
  const recorder = new TraceRecorder();
  const open = [...network.state.connections.keys()];
  switch (action.kind) {
    case 'wait':
      bench.now_ms += action.ms;
      return undefined;
    case 'connect': {
      const [destination, port] = action.to;
      const result = network.connect(action.from, { protocol: 'TCP', destination, port, recorder });
      return [result.disposition, result.elapsed_ms, result.end, result.connection?.peer, recorder.hops];
    }
    case 'datagram': {
      const [destination, port] = action.to;
      const data = utf8Encode('question');
      return [network.sendDatagram(action.from, { destination, port, data, recorder }), recorder.hops];
    }
    case 'ping':
      return [network.ping(action.from, { destination: action.to[0], recorder }), recorder.hops];
    default: {
      const connection = network.clientConnection(open[action.which % Math.max(1, open.length)] ?? -1);
      if (connection === undefined) return undefined;
      if (action.kind === 'close') connection.close();
      else connection.send(utf8Encode('word'));
      return [connection.status, connection.elapsed_ms, connection.receive().map(utf8Decode)];
    }
  }
}

/** Equal for states that are written alike, short in a failure. */
function fingerprint(state: NetworkState): string {
  return hex(sha256(encodeData(state)));
}

describe('the state of a network', () => {
  it.each<[string, (state: NetworkState) => NetworkState]>([
    ['copied', (state) => copyData(state)],
    ['written and read', (state) => decodeData<NetworkState>(encodeData(state))],
  ])('%s in the middle goes on as if nothing had been', (_, carry) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 12 }), (before, after) => {
        const bench = new Bench();
        const network = build(bench);
        for (const action of before) perform(network, bench, action);
        const other = new Bench();
        other.now_ms = bench.now_ms;
        Object.assign(other.prng.state, bench.prng.state);
        const carried = other.network(carry(network.state));
        register(carried);
        for (const action of after) {
          expect(perform(carried, other, action)).toEqual(perform(network, bench, action));
        }
        expect(fingerprint(carried.state)).toBe(fingerprint(network.state));
      }),
      { numRuns: 40 },
    );
  });

  it('is the same after being recorded and after not', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ from: place, to: target }), { maxLength: 10 }), (requests) => {
        const states = [true, false].map((traced) => {
          const bench = new Bench();
          const network = build(bench);
          for (const { from, to } of requests) {
            const [destination, port] = to;
            const recorder = traced ? new TraceRecorder() : undefined;
            network.connect(from, { protocol: 'TCP', destination, port, recorder });
          }
          return fingerprint(network.state);
        });
        expect(states[0]).toBe(states[1]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('an answer', () => {
  it('comes back to the sender with the address that was asked, and every hop has a cause', () => {
    fc.assert(
      fc.property(place, target, (from, [destination, port]) => {
        const network = build(new Bench());
        const recorder = new TraceRecorder();
        const result = network.connect(from, { protocol: 'TCP', destination, port, recorder });
        expect(recorder.hops.length).toBeLessThan(140);
        for (const hop of recorder.hops) expect(hop.steps.length).toBeGreaterThan(0);
        const last = recorder.hops.at(-1)?.steps.at(-1);
        if (result.connection === undefined) return;
        expect(recorder.hops.at(-1)?.namespace).toBe(from);
        expect(last?.after).toMatchObject({
          source: destination,
          source_port: port,
          destination_port: result.connection.local.port,
        });
      }),
    );
  });

  it('each step begins with the header that the one before left', () => {
    fc.assert(
      fc.property(place, target, (from, [destination, port]) => {
        const network = build(new Bench());
        const recorder = new TraceRecorder();
        network.connect(from, { protocol: 'TCP', destination, port, recorder });
        for (const hop of recorder.hops) {
          hop.steps.slice(1).forEach((one, index) => expect(one.before).toEqual(hop.steps[index].after));
        }
      }),
    );
  });
});

describe('text', () => {
  it('of ip addr', () => {
    expect(build(new Bench()).renderAddresses(POD_B)).toBe(
      [
        '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000',
        '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00',
        '    inet 127.0.0.1/8 scope host lo',
        '       valid_lft forever preferred_lft forever',
        '2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000',
        '    link/ether 02:00:00:00:00:0d brd ff:ff:ff:ff:ff:ff',
        '    inet 10.244.2.7/24 brd 10.244.2.255 scope global eth0',
        '       valid_lft forever preferred_lft forever',
        '',
      ].join('\n'),
    );
  });

  it('of ip route', () => {
    expect(build(new Bench()).renderRoutes(NODE_A)).toBe(
      [
        'default via 192.168.0.1 dev eth0 ',
        '10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1 ',
        '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink ',
        '192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.11 ',
        '',
      ].join('\n'),
    );
  });
});
