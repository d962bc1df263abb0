import { copyData } from '@podlab/kernel';
import { FilterSyntaxError, matchesFilter, Network, parseFilter, renderPacket } from './index';
import type { CapturedPacket, PacketStyle } from './index';
import { createNetworkState } from './state';

const STYLE: PacketStyle = { any: true, numeric: true, stamp: 'none', ascii: false };
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Two pods at a node's bridge, and a host on its wire. */
function lab(state = createNetworkState(), latency_ms = 0): Network {
  const network = new Network(state, { now: () => 1_000, random: () => 0.5 });
  network.handlers.set('echo', {
    onData: (connection, data) => void connection.send(data),
    onDatagram: (datagram) => datagram.reply(datagram.bytes),
  });
  if (state.namespaces.size > 0) return network;
  network.addWire('lan', { latency_ms });
  for (const name of ['node', 'host', 'one', 'two']) network.addNamespace(name, { 'net.ipv4.ip_forward': 1 });
  const ethernet = (address: string) => ({ name: 'eth0', addresses: [{ address, prefix_length: 24 }] });
  network.addEthernet('node', 'lan', ethernet('172.18.0.3'));
  network.addEthernet('host', 'lan', ethernet('172.18.0.4'));
  network.addBridge('node', { name: 'cni0', addresses: [{ address: '10.0.0.1', prefix_length: 24 }] });
  for (const [name, address] of [
    ['one', '10.0.0.2'],
    ['two', '10.0.0.3'],
  ]) {
    network.addVethPair(
      { namespace: name, ...ethernet(address) },
      { namespace: 'node', name: `veth-${name}`, master: 'cni0' },
    );
    network.setRoute(name, { destination: '0.0.0.0/0', via: '10.0.0.1' });
  }
  network.setRoute('host', { destination: '10.0.0.0/24', via: '172.18.0.3' });
  for (const namespace of ['two', 'host'])
    for (const protocol of ['TCP', 'UDP'] as const)
      network.listen(namespace, { protocol, port: 7, handler: 'echo' });
  return network;
}

function lines(network: Network, capture: number): string[] {
  const state = network.captures.find(capture);
  return network.captures
    .take(capture)
    .map((packet) => renderPacket(packet, state as never, STYLE).trimEnd());
}

const short = (line: string): string => line.replace(/ (seq|options|win|ack) .*/, '');

it('sees a packet on every interface that it passes, in before the first hook and out after the last', () => {
  const network = lab();
  const node = network.captures.open('node', undefined, parseFilter([])) as number;
  const pod = network.captures.open('one', 'eth0', parseFilter(['icmp'])) as number;
  network.ping('one', { destination: '172.18.0.4' });
  const places = (capture: number) =>
    lines(network, capture).map((line) => line.split(/\s+/).slice(0, 2).join(' '));
  expect(places(node)).toEqual(['veth-one In', 'cni0 In', 'eth0 Out', 'eth0 In', 'cni0 Out', 'veth-one Out']);
  expect(places(pod)).toEqual(['eth0 Out', 'eth0 In']);
});

it('tells times that never go back: an answer starts when what it answers has come', () => {
  const network = lab(createNetworkState(), 2);
  const capture = network.captures.open('node', undefined, parseFilter(['tcp'])) as number;
  const { connection } = network.connect('one', { protocol: 'TCP', destination: '172.18.0.4', port: 7 });
  connection?.send(bytes('hi'));
  const times = network.captures.take(capture).map(({ at_ms, interface: link }) => `${at_ms} ${link}`);
  expect(times.slice(0, 6)).toEqual([
    '1000 veth-one',
    '1000 cni0',
    '1000 eth0',
    '1004 eth0',
    '1004 cni0',
    '1004 veth-one',
  ]);
  expect(times.map(parseFloat)).toEqual(times.map(parseFloat).sort((one, other) => one - other));
});

it('sees what only crosses a bridge on its ports', () => {
  const network = lab();
  const node = network.captures.open('node', undefined, parseFilter(['udp'])) as number;
  network.sendDatagram('one', { destination: '10.0.0.3', port: 7, data: bytes('hi') });
  expect(lines(network, node)).toEqual([
    expect.stringMatching(/^veth-one In {2}IP 10\.0\.0\.2\.\d+ > 10\.0\.0\.3\.7: UDP, length 2$/),
    expect.stringMatching(/^veth-two Out IP /),
    expect.stringMatching(/^veth-two In {2}IP 10\.0\.0\.3\.7 > 10\.0\.0\.2/),
    expect.stringMatching(/^veth-one Out IP /),
  ]);
});

it('tells a connection from its handshake to its end, and changes nothing of it', () => {
  const plain = lab();
  const watched = lab();
  const capture = watched.captures.open('one', 'eth0', parseFilter(['tcp', 'port', '7'])) as number;
  const [one, other] = [plain, watched].map((network) => {
    const { connection } = network.connect('one', { protocol: 'TCP', destination: '172.18.0.4', port: 7 });
    connection?.send(bytes('GET / HTTP/1.1\r\n'));
    const received = connection?.receive();
    connection?.close();
    return { received, elapsed: connection?.elapsed_ms };
  });
  expect(other).toEqual(one);
  expect(lines(watched, capture).map((line) => short(line.slice(line.indexOf('Flags'))))).toEqual([
    'Flags [S],',
    'Flags [S.],',
    'Flags [.],',
    'Flags [P.],',
    'Flags [P.],',
    'Flags [F.],',
    'Flags [F.],',
  ]);
  watched.captures.close(capture);
  plain.state.captures = new Map();
  plain.state.next_capture = 2;
  plain.state.capture_clock = watched.state.capture_clock;
  expect(copyData(watched.state)).toEqual(copyData(plain.state));
});

it('keeps the numbers of a flow on all its interfaces, also where its addresses are replaced', () => {
  const network = lab();
  network.iptables('node').restore('nat', {
    POSTROUTING: [{ matches: [{ kind: 'out-interface', name: 'eth0' }], target: { kind: 'MASQUERADE' } }],
  });
  const node = network.captures.open('node', undefined, parseFilter(['tcp'])) as number;
  for (const port of [7, 7])
    network.connect('one', { destination: '172.18.0.4', port, protocol: 'TCP' }).connection?.close();
  const numbers = lines(network, node).flatMap((line) => /Flags \[S\], seq (\d+)/.exec(line)?.[1] ?? []);
  expect(numbers).toHaveLength(6);
  expect(new Set(numbers.slice(0, 3)).size).toBe(1);
  expect(new Set(numbers).size).toBe(2);
});

it('is data: a copy of the network goes on with what was seen', () => {
  const network = lab();
  const capture = network.captures.open('two', undefined, parseFilter([])) as number;
  network.ping('one', { destination: '10.0.0.3' });
  const copy = lab(copyData(network.state));
  for (const each of [network, copy]) each.ping('two', { destination: '10.0.0.2' });
  expect(lines(copy, capture)).toEqual(lines(network, capture));
});

const PACKET: CapturedPacket = {
  at_ms: 0,
  interface: 'eth0',
  direction: 'In',
  header: {
    source: '10.0.0.2',
    source_port: 40_000,
    destination: '10.96.0.1',
    destination_port: 80,
    protocol: 'TCP',
    ttl: 64,
  },
  kind: 'syn',
  payload: undefined,
};

it.each([
  ['', true],
  ['port 80', true],
  ['port http', true],
  ['src port 80', false],
  ['dst port 80', true],
  ['tcp port 80 and host 10.0.0.2', true],
  ['udp port 80', false],
  ['not udp and (port 443 or port 80)', true],
  ['! tcp', false],
  ['host 10.0.0.9', false],
  ['src 10.0.0.2', true],
  ['dst 10.0.0.2', false],
  ['net 10.96.0.0/16', true],
  ['src net 10.96.0.0/16', false],
  ['portrange 79-81', true],
  ['icmp', false],
  ['ip6', false],
  ['ip and tcp', true],
])('%j is %s for a packet to port 80', (text, wanted) => {
  expect(matches(text)).toBe(wanted);
});

function matches(text: string): boolean {
  return matchesFilter(parseFilter(text.split(' ').filter((word) => word !== '')), PACKET);
}

it.each([
  'port',
  'port abc',
  'host nowhere',
  'foo',
  '( port 80',
  'port 80 port 81',
  `${'( '.repeat(100)}tcp`,
])('%j is no expression', (text) => {
  expect(() => parseFilter(text.split(' '))).toThrow(FilterSyntaxError);
});
