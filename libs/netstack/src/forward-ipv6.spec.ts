import { decodeData, encodeData, utf8Decode, utf8Encode } from '@podlab/kernel';
import { Bench } from '../bench/two-nodes';
import type { Match, Rule } from './iptables/types';
import type { Network } from './network';
import type { NetworkState } from './state';
import { TraceRecorder } from './trace';

const NODE_A = 'node/a';
const NODE_B = 'node/b';
const POD_A = 'pod/a';
const POD_A2 = 'pod/a2';
const POD_B = 'pod/b';
const OUTSIDE = 'external';
const SPEAKS_IPV6 = { 'net.ipv6.conf.all.disable_ipv6': 0 };
const ROUTER = {
  ...SPEAKS_IPV6,
  'net.ipv6.conf.all.forwarding': 1,
  'net.bridge.bridge-nf-call-ip6tables': 1,
};

let bench: Bench;
let network: Network;

beforeEach(() => {
  bench = new Bench();
  network = bench.network();
  network.addWire('underlay', { latency_ms: 1 });
  network.addNamespace(OUTSIDE, ROUTER);
  const uplink = [{ address: 'fd00:172:18::1', prefix_length: 64 }];
  network.addEthernet(OUTSIDE, 'underlay', { name: 'eth0', addresses: uplink });
  network.addAddress(OUTSIDE, 'lo', { address: '2001:db8::7', prefix_length: 128 });
  addNode(NODE_A, 1, 2);
  addNode(NODE_B, 2, 1);
  addPod(POD_A, NODE_A, 1, '5');
  addPod(POD_A2, NODE_A, 1, '6');
  addPod(POD_B, NODE_B, 2, '7');
  listenEverywhere();
  for (const node of [NODE_A, NODE_B]) writeService(node);
});

function addNode(id: string, own: number, other: number): void {
  const local = `fd00:172:18::1${own}`;
  network.addNamespace(id, ROUTER);
  network.addEthernet(id, 'underlay', { name: 'eth0', addresses: [{ address: local, prefix_length: 64 }] });
  network.setRoute(id, { destination: '::/0', via: 'fd00:172:18::1', interface: 'eth0' });
  const bridge = [{ address: `fd00:10:244:${own}::1`, prefix_length: 64 }];
  network.addBridge(id, { name: 'cni0', addresses: bridge });
  const overlay = [{ address: `fd00:10:244:${own}::`, prefix_length: 128 }];
  network.addVxlan(id, { name: 'flannel-v6.1', vni: 1, local, addresses: overlay });
  const gateway = `fd00:10:244:${other}::`;
  const peer = { gateway, mac: `0a:00:00:00:00:0${other}`, remote: `fd00:172:18::1${other}` };
  network.setVxlanPeer(id, 'flannel-v6.1', peer);
  const overlayRoute = { via: gateway, interface: 'flannel-v6.1', onlink: true };
  network.setRoute(id, { destination: `${gateway}/64`, ...overlayRoute });
}

function addPod(id: string, node: string, subnet: number, host: string): void {
  network.addNamespace(id, SPEAKS_IPV6);
  network.addVethPair(
    { namespace: node, name: `veth${host}`, master: 'cni0' },
    {
      namespace: id,
      name: 'eth0',
      addresses: [{ address: `FD00:10:244:${subnet}::${host}`, prefix_length: 64 }],
    },
  );
  network.setRoute(id, { destination: '::/0', via: `fd00:10:244:${subnet}::1`, interface: 'eth0' });
}

function listenEverywhere(): void {
  network.handlers.set('echo', {
    onData: (connection, bytes) => void connection.send(bytes),
    onDatagram: (datagram) => datagram.reply(datagram.bytes),
  });
  for (const id of [POD_A2, POD_B, NODE_A, NODE_B]) {
    network.listen(id, { protocol: 'TCP', port: 8080, handler: 'echo' });
    network.listen(id, { protocol: 'UDP', port: 53, handler: 'echo' });
  }
}

const VIP = 'fd00:10:96::a';
const to = (address: string): Match => ({ kind: 'destination', address });
const TCP: Match = { kind: 'protocol', protocol: 'tcp' };
const MASQUERADE: Rule = {
  matches: [{ kind: 'mark', value: 0x4000, mask: 0x4000 }],
  target: { kind: 'MASQUERADE', random_fully: true },
};

/** A Service in front of the pod on node b, one address that refuses and one that drops. */
function writeService(node: string): void {
  const tables = network.ip6tables(node);
  const mark: Rule = {
    matches: [{ kind: 'source', address: 'fd00:10:244::/56', invert: true }],
    target: { kind: 'MARK', value: 0x4000, mask: 0x4000 },
  };
  const balance: Rule = {
    matches: [to(VIP), TCP, { kind: 'destination-port', port: 80 }],
    target: { kind: 'DNAT', address: 'fd00:10:244:2::7', port: 8080 },
  };
  const rules = [{ ...mark, matches: [...mark.matches, to(VIP)] }, balance];
  tables.restore('nat', { SERVICES: rules, POSTROUTING: [MASQUERADE] });
  const jump: Rule = { matches: [], target: { kind: 'JUMP', chain: 'SERVICES' } };
  tables.restore('nat', { PREROUTING: [jump], OUTPUT: [jump] });
  const refuse: Rule = { matches: [to('fd00:10:96::b')], target: { kind: 'REJECT' } };
  const drop: Rule = { matches: [to('fd00:10:96::c')], target: { kind: 'DROP' } };
  tables.restore('filter', { FORWARD: [refuse, drop], OUTPUT: [refuse, drop] });
}

interface Outcome {
  readonly disposition: string;
  readonly backend?: string;
  readonly seen?: string;
  readonly end?: string;
}

function request(on: Network, from: string, destination: string, port: number): Outcome {
  const { disposition, connection, end } = on.connect(from, { protocol: 'TCP', destination, port });
  if (connection === undefined) return { disposition, end: `${end.code} ${end.namespace}` };
  connection.send(utf8Encode('ping'));
  expect(connection.receive().map(utf8Decode)).toEqual(['ping']);
  const { backend, source_seen } = connection.peer;
  connection.close();
  return { disposition, backend: `${backend.address} ${backend.port}`, seen: source_seen.address };
}

const connected = (backend: string, seen: string): Outcome => ({ disposition: 'Connected', backend, seen });
const failed = (disposition: string, end: string): Outcome => ({ disposition, end });

const ROWS: [string, string, string, number, Outcome][] = [
  ['its neighbour', POD_A, 'fd00:10:244:1::6', 8080, connected('fd00:10:244:1::6 8080', 'fd00:10:244:1::5')],
  [
    'one on the other node',
    POD_A,
    'fd00:10:244:2::7',
    8080,
    connected('fd00:10:244:2::7 8080', 'fd00:10:244:1::5'),
  ],
  ['its own node', POD_A, 'fd00:172:18::11', 8080, connected('fd00:172:18::11 8080', 'fd00:10:244:1::5')],
  ['the other node', POD_A, 'fd00:172:18::12', 8080, connected('fd00:172:18::12 8080', 'fd00:10:244:1::5')],
  ['a Service', POD_A, VIP, 80, connected('fd00:10:244:2::7 8080', 'fd00:10:244:1::5')],
  ['a Service from a node', NODE_A, VIP, 80, connected('fd00:10:244:2::7 8080', 'fd00:10:244:1::')],
  [
    'a node from the outside',
    OUTSIDE,
    'fd00:172:18::11',
    8080,
    connected('fd00:172:18::11 8080', 'fd00:172:18::1'),
  ],
  ['itself', POD_B, '::1', 8080, connected('::1 8080', '::1')],
  [
    'itself by its address',
    POD_B,
    'fd00:10:244:2::7',
    8080,
    connected('fd00:10:244:2::7 8080', 'fd00:10:244:2::7'),
  ],
  ['a port where nothing listens', POD_A, 'fd00:10:244:2::7', 81, failed('Refused', `NoListener ${POD_B}`)],
  ['a rejected address', POD_A, 'fd00:10:96::b', 80, failed('Refused', `RejectedByRule ${NODE_A}`)],
  ['a dropped address', POD_A, 'fd00:10:96::c', 80, failed('TimedOut', `DroppedByRule ${NODE_A}`)],
  [
    'a pod that is not there',
    POD_A,
    'fd00:10:244:2::99',
    8080,
    failed('Refused', `NeighbourFailed ${NODE_B}`),
  ],
  ['an address behind no route', OUTSIDE, 'fd00:10:244:2::7', 8080, failed('NoRoute', `NoRoute ${OUTSIDE}`)],
  ['IPv4, which none of them has', POD_A, '10.244.2.7', 8080, failed('NoRoute', `NoRoute ${POD_A}`)],
];

describe('a request over IPv6', () => {
  it.each(ROWS)('goes to %s', (_, from, destination, port, expected) => {
    expect(request(network, from, destination, port)).toEqual(expected);
  });

  it('leaves the network to be written and read, and then fares as before', () => {
    const other = bench.network(decodeData<NetworkState>(encodeData(network.state)));
    const handler = network.handlers.get('echo');
    if (handler) other.handlers.set('echo', handler);
    for (const [, from, destination, port, expected] of ROWS) {
      expect(request(other, from, destination, port)).toEqual(expected);
    }
    for (const [, from, destination, port] of ROWS) request(network, from, destination, port);
    const shape = ({ state }: Network): string => encodeData({ ...state, handlers: undefined });
    expect(shape(other).length).toBe(shape(network).length);
  });
});

describe('ICMPv6', () => {
  const errors = (from: string, destination: string): (string | undefined)[] => {
    const recorder = new TraceRecorder();
    network.sendDatagram(from, { destination, port: 9, data: utf8Encode('x'), recorder });
    const steps = recorder.hops.flatMap(({ steps }) => steps);
    return steps.flatMap((step) => (step.type === 'Socket' && step.detail.error ? [step.detail.error] : []));
  };

  it.each([
    ['nothing listens', 'fd00:10:244:2::7', 'icmp6-port-unreachable'],
    ['a rule rejects', 'fd00:10:96::b', 'icmp6-port-unreachable'],
    ['the router knows no way', '2001:db8:ffff::1', 'icmp6-no-route'],
    ['nobody has the address', 'fd00:10:244:2::99', 'icmp6-addr-unreachable'],
  ])('tells the sender when %s', (_, destination, error) => {
    expect(new Set(errors(POD_A, destination))).toEqual(new Set([error]));
  });

  it.each([
    ['prohibit', 'icmp6-adm-prohibited'],
    ['unreachable', 'icmp6-no-route'],
  ] as const)('tells the sender of a route of kind %s', (kind, error) => {
    network.setRoute(NODE_A, { destination: '2001:db8:1::/48', kind });
    expect(new Set(errors(POD_A, '2001:db8:1::1'))).toEqual(new Set([error]));
  });

  it('echoes, and counts hops', () => {
    expect(network.ping(POD_A, { destination: 'fd00:10:244:2::7' })).toMatchObject({
      disposition: 'Answered',
      source: 'fd00:10:244:2::7',
      ttl: 62,
    });
    const late = network.ping(POD_A, { destination: 'fd00:10:244:2::7', ttl: 1 });
    expect(late).toMatchObject({ disposition: 'Refused', end: { code: 'TtlExceeded', namespace: NODE_A } });
  });
});

describe('what the tools print of IPv6', () => {
  it('routes as ip -6 route does, the default last', () => {
    expect(network.renderRoutes(NODE_A, 'IPv6')).toBe(
      [
        'fd00:10:244:1::/64 dev cni0 proto kernel metric 256 pref medium \n',
        'fd00:10:244:2::/64 via fd00:10:244:2:: dev flannel-v6.1 metric 1024 onlink pref medium \n',
        'fd00:172:18::/64 dev eth0 proto kernel metric 256 pref medium \n',
        'default via fd00:172:18::1 dev eth0 metric 1024 pref medium \n',
      ].join(''),
    );
    expect(network.renderRoutes(NODE_A)).toBe('');
  });

  it('addresses as ip -6 addr does', () => {
    expect(network.renderAddresses(POD_A, 'IPv6')).toBe(
      [
        '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN qlen 1000',
        '    inet6 ::1/128 scope host noprefixroute ',
        '       valid_lft forever preferred_lft forever',
        '2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP qlen 1000',
        '    inet6 fd00:10:244:1::5/64 scope global ',
        '       valid_lft forever preferred_lft forever',
        '',
      ].join('\n'),
    );
  });

  it('flows as conntrack -L -f ipv6 does', () => {
    network.connect(POD_A, { protocol: 'TCP', destination: VIP, port: 80, source_port: 40_000 });
    network.ping(POD_A, { destination: 'fd00:10:244:2::7', source_port: 7 });
    const printed = network.conntrack(NODE_A).render('IPv6');
    const withoutTunnel = printed.split('\n').filter((line) => !line.includes('dport=8472'));
    expect(withoutTunnel.join('\n')).toBe(
      [
        'tcp      6 432000 ESTABLISHED src=fd00:10:244:1::5 dst=fd00:10:96::a sport=40000 dport=80 src=fd00:10:244:2::7 dst=fd00:10:244:1::5 sport=8080 dport=40000 [ASSURED] mark=0 use=1\n',
        'icmpv6   58 30 src=fd00:10:244:1::5 dst=fd00:10:244:2::7 type=128 code=0 id=7 src=fd00:10:244:2::7 dst=fd00:10:244:1::5 type=129 code=0 id=7 mark=0 use=1\n',
      ].join(''),
    );
    expect(network.conntrack(NODE_A).render('IPv4')).toBe('');
  });

  it('rules as ip6tables-save does', () => {
    expect(network.ip6tables(NODE_A).render('nat')).toContain(
      '-A SERVICES -d fd00:10:96::a/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00:10:244:2::7]:8080\n',
    );
    expect(network.ip6tables(NODE_A).render('filter')).toContain(
      '-A FORWARD -d fd00:10:96::b/128 -j REJECT --reject-with icmp6-port-unreachable\n',
    );
    expect(network.iptables(NODE_A).render()).toBe('');
  });

  it('tells neighbour discovery in place of ARP', () => {
    const recorder = new TraceRecorder();
    network.connect(POD_A, { protocol: 'TCP', destination: 'fd00:10:244:1::6', port: 8080, recorder });
    const step = recorder.hops.flatMap(({ steps }) => steps).find(({ type }) => type === 'Arp');
    expect(step?.detail).toMatchObject({
      event: 'Resolved',
      protocol: 'NeighbourDiscovery',
      address: 'fd00:10:244:1::6',
    });
  });
});

describe('a namespace of both families', () => {
  it('takes clients of both on one socket, unless it is bound to an address', () => {
    const addresses = [
      { address: '10.0.0.1', prefix_length: 24 },
      { address: 'fd00::1', prefix_length: 64 },
    ];
    network.addWire('lan');
    network.addNamespace('both', SPEAKS_IPV6);
    network.addEthernet('both', 'lan', { name: 'eth0', addresses });
    network.listen('both', { protocol: 'TCP', port: 80, handler: 'echo', address: '::' });
    network.listen('both', { protocol: 'TCP', port: 81, handler: 'echo', address: 'FD00::1' });
    const dispositions = ['10.0.0.1', 'fd00::1', '127.0.0.1', '::1'].map((destination) =>
      [80, 81].map((port) => request(network, 'both', destination, port).disposition),
    );
    expect(dispositions).toEqual([
      ['Connected', 'Refused'],
      ['Connected', 'Connected'],
      ['Connected', 'Refused'],
      ['Connected', 'Refused'],
    ]);
  });
});
