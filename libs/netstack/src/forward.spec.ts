import { utf8Decode, utf8Encode } from '@podlab/kernel';
import {
  addPod,
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
import type { Match, Rule } from './iptables/types';
import type { Network } from './network';
import type { ConnectOptions } from './socket';
import { TraceRecorder } from './trace';

let bench: Bench;
let network: Network;

beforeEach(() => {
  bench = new Bench();
  network = bench.network();
  buildTwoNodes(network);
  network.handlers.set('echo', {
    onData: (connection, bytes) => void connection.send(bytes),
    onDatagram: (datagram) => datagram.reply(datagram.bytes),
  });
  for (const pod of [POD_A2, POD_B]) network.listen(pod, { protocol: 'TCP', port: 8080, handler: 'echo' });
  for (const node of [NODE_A, NODE_B]) {
    writeBalancing(network, node, [
      {
        name: 'far',
        address: '10.96.0.1',
        port: 80,
        node_port: 30123,
        backends: [{ address: '10.244.2.7', port: 8080 }],
      },
      { name: 'near', address: '10.96.0.2', port: 80, backends: [{ address: '10.244.1.6', port: 8080 }] },
      { name: 'self', address: '10.96.0.3', port: 80, backends: [{ address: '10.244.1.5', port: 8080 }] },
      { name: 'none', address: '10.96.0.4', port: 80, backends: [] },
    ]);
  }
});

interface Expected {
  readonly disposition: string;
  readonly backend?: string;
  /** Address of the client as the backend sees it. */
  readonly seen?: string;
  readonly end?: string;
  readonly rule?: string;
}

/** One TCP connection and an echo over it. */
function request(from: string, options: Omit<ConnectOptions, 'protocol'>): Expected & { path: string[] } {
  const recorder = new TraceRecorder();
  const { disposition, connection, end } = network.connect(from, { protocol: 'TCP', ...options, recorder });
  const path = recorder.hops.map(({ direction, namespace }) => `${direction} ${namespace}`);
  const stopped = { disposition, path, end: `${end.code} ${end.namespace}`, rule: end.rule?.text };
  if (connection === undefined) return stopped;
  expect(connection.send(utf8Encode('ping'))).toBe(true);
  expect(connection.receive().map(utf8Decode)).toEqual(['ping']);
  const { backend, source_seen: seen } = connection.peer;
  connection.close();
  return { ...stopped, backend: `${backend.address}:${backend.port}`, seen: seen.address };
}

/** Who asks whom, and what comes of it. */
const ROWS: [string, string, string, number, Expected][] = [
  [
    'a pod, its neighbour',
    POD_A,
    '10.244.1.6',
    8080,
    { disposition: 'Connected', backend: '10.244.1.6:8080', seen: '10.244.1.5' },
  ],
  [
    'a pod, one on the other node',
    POD_A,
    '10.244.2.7',
    8080,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.1.5' },
  ],
  [
    'a pod, a virtual address on the other node',
    POD_A,
    '10.96.0.1',
    80,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.1.5' },
  ],
  [
    'a pod, a virtual address next door (the answer passes the bridge)',
    POD_A,
    '10.96.0.2',
    80,
    { disposition: 'Connected', backend: '10.244.1.6:8080', seen: '10.244.1.5' },
  ],
  [
    'a node, a virtual address',
    NODE_A,
    '10.96.0.1',
    80,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.1.0' },
  ],
  [
    'a node, its own pod behind a virtual address',
    NODE_A,
    '10.96.0.2',
    80,
    { disposition: 'Connected', backend: '10.244.1.6:8080', seen: '10.244.1.1' },
  ],
  [
    'the outside, a node port where the pod is',
    OUTSIDE,
    '192.168.0.12',
    30123,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.2.1' },
  ],
  [
    'the outside, a node port where no pod is',
    OUTSIDE,
    '192.168.0.11',
    30123,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.1.0' },
  ],
  [
    'a pod, a node port',
    POD_A,
    '192.168.0.11',
    30123,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.1.0' },
  ],
  [
    'a node, a node port on its loopback',
    NODE_A,
    '127.0.0.1',
    30123,
    { disposition: 'Connected', backend: '10.244.2.7:8080', seen: '10.244.1.0' },
  ],
  [
    'the outside, a virtual address',
    OUTSIDE,
    '10.96.0.1',
    80,
    { disposition: 'NoRoute', end: 'NoRoute external' },
  ],
  [
    'a pod, a virtual address without backends',
    POD_A,
    '10.96.0.4',
    80,
    {
      disposition: 'Refused',
      end: `RejectedByRule ${NODE_A}`,
      rule: '-A KUBE-SERVICES -d 10.96.0.4/32 -p tcp -m comment --comment "none has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
    },
  ],
  [
    'a node, a virtual address without backends',
    NODE_A,
    '10.96.0.4',
    80,
    { disposition: 'Refused', end: `RejectedByRule ${NODE_A}` },
  ],
  [
    'a pod, a port where nobody listens',
    POD_A,
    '10.244.2.7',
    81,
    { disposition: 'Refused', end: `NoListener ${POD_B}` },
  ],
  [
    'a node, a port of its own where nobody listens',
    NODE_A,
    '192.168.0.11',
    81,
    { disposition: 'Refused', end: `NoListener ${NODE_A}` },
  ],
  [
    'a pod, an address of its subnet that nobody has',
    POD_A,
    '10.244.1.99',
    80,
    { disposition: 'Refused', end: `NeighbourFailed ${POD_A}` },
  ],
  [
    'a pod, an address of another subnet that nobody has',
    POD_A,
    '10.244.2.99',
    80,
    { disposition: 'Refused', end: `NeighbourFailed ${NODE_B}` },
  ],
  [
    'a pod, a virtual address that nobody has: it leaves the cluster',
    POD_A,
    '10.96.9.9',
    80,
    { disposition: 'TimedOut', end: `NoRoute ${OUTSIDE}` },
  ],
  ['a pod, its own loopback', POD_A, '127.0.0.1', 80, { disposition: 'Refused', end: `NoListener ${POD_A}` }],
];

describe('a packet', () => {
  it.each(ROWS)('from %s', (_, from, destination, port, expected) => {
    expect(request(from, { destination, port })).toMatchObject(expected);
  });

  it('to a virtual address whose backend is the sender comes back to it by way of the node', () => {
    network.listen(POD_A, { protocol: 'TCP', port: 8080, handler: 'echo' });
    expect(request(POD_A, { destination: '10.96.0.3', port: 80 })).toMatchObject({
      disposition: 'Connected',
      backend: '10.244.1.5:8080',
      seen: '10.244.1.1',
    });
  });

  it.each([
    [NODE_A, '192.168.0.11'],
    [NODE_B, '192.168.0.12'],
    [POD_A, '10.244.1.5'],
    [POD_B, '192.168.0.12'],
  ])('from %s to a virtual address whose backend is a node is seen as %s', (from, seen) => {
    network.listen(NODE_A, { protocol: 'TCP', port: 6443, handler: 'echo' });
    const backends = [{ address: '192.168.0.11', port: 6443 }];
    for (const node of [NODE_A, NODE_B]) {
      writeBalancing(network, node, [{ name: 'host', address: '10.96.0.5', port: 443, backends }]);
      const outbound: Match[] = [
        { kind: 'source', address: '10.244.0.0/16' },
        { kind: 'destination', address: '10.244.0.0/16', invert: true },
        { kind: 'out-interface', name: 'eth0' },
      ];
      const rule: Rule = { matches: outbound, target: { kind: 'MASQUERADE' } };
      network.iptables(node).ensureRule('nat', 'POSTROUTING', rule, 'append');
    }
    const result = request(from, { destination: '10.96.0.5', port: 443 });
    expect(result).toMatchObject({ disposition: 'Connected', backend: '192.168.0.11:6443', seen });
  });

  it('to a virtual address enters the cluster through the node that it is handed to', () => {
    const result = request(OUTSIDE, { destination: '10.96.0.1', port: 80, via: '192.168.0.11' });
    expect(result).toMatchObject({ disposition: 'Connected', seen: '10.244.1.0' });
  });

  it('goes and returns through the namespaces in between, each once', () => {
    expect(request(POD_A, { destination: '10.96.0.1', port: 80 }).path).toEqual([
      'request pod/a',
      'request node/node-a',
      'request node/node-b',
      'request pod/b',
      'reply pod/b',
      'reply node/node-b',
      'reply node/node-a',
      'reply pod/a',
    ]);
  });

  it('stays behind the bridge with an answer that nobody translates back, unless bridges are filtered', () => {
    network.setSysctl(NODE_A, 'net.bridge.bridge-nf-call-iptables', 0);
    expect(request(POD_A, { destination: '10.96.0.2', port: 80 })).toMatchObject({
      disposition: 'TimedOut',
      end: `NoListener ${POD_A}`,
    });
  });

  it('is told the rule that dropped it, and passes when that rule is gone', () => {
    const rule = {
      matches: [{ kind: 'destination', address: '10.244.2.7/32' } as const],
      target: { kind: 'DROP' } as const,
    };
    network.iptables(NODE_B).ensureRule('filter', 'FORWARD', rule, 'prepend');
    expect(request(POD_A, { destination: '10.96.0.1', port: 80 })).toMatchObject({
      disposition: 'TimedOut',
      end: `DroppedByRule ${NODE_B}`,
      rule: '-A FORWARD -d 10.244.2.7/32 -j DROP',
    });
    network.iptables(NODE_B).removeRule('filter', 'FORWARD', rule);
    expect(request(POD_A, { destination: '10.96.0.1', port: 80 }).disposition).toBe('Connected');
  });

  it('stops at the policy of a chain', () => {
    network.iptables(NODE_B).setPolicy('filter', 'FORWARD', 'DROP');
    expect(request(POD_A, { destination: '10.96.0.1', port: 80 })).toMatchObject({
      disposition: 'TimedOut',
      rule: '-P FORWARD DROP',
    });
  });

  it('between nodes needs the tunnel: dropped there, nobody is told', () => {
    const rule = {
      matches: [
        { kind: 'protocol', protocol: 'udp' } as const,
        { kind: 'destination-port', port: 8472 } as const,
      ],
      target: { kind: 'REJECT' } as const,
    };
    network.iptables(NODE_B).ensureRule('filter', 'INPUT', rule, 'append');
    expect(request(POD_A, { destination: '10.244.2.7', port: 8080 })).toMatchObject({
      disposition: 'TimedOut',
      end: `RejectedByRule ${NODE_B}`,
    });
  });

  it('is not forwarded by a host that is no router', () => {
    network.setSysctl(NODE_A, 'net.ipv4.ip_forward', 0);
    expect(request(POD_A, { destination: '10.244.2.7', port: 8080 })).toMatchObject({
      disposition: 'TimedOut',
      end: `ForwardingDisabled ${NODE_A}`,
    });
  });

  it.each([
    ['blackhole', 'TimedOut', `BlackholeRoute ${NODE_A}`],
    ['unreachable', 'Refused', `UnreachableRoute ${NODE_A}`],
    ['prohibit', 'Refused', `ProhibitedRoute ${NODE_A}`],
  ] as const)('meets a %s route: %s', (kind, disposition, end) => {
    network.setRoute(NODE_A, { destination: '10.244.2.7/32', kind });
    expect(request(POD_A, { destination: '10.244.2.7', port: 8080 })).toMatchObject({ disposition, end });
  });

  it('going in circles ends with its time to live, and its sender hears of it', () => {
    network.setRoute(NODE_A, { destination: '172.16.0.0/16', via: '192.168.0.12', interface: 'eth0' });
    network.setRoute(NODE_B, { destination: '172.16.0.0/16', via: '192.168.0.11', interface: 'eth0' });
    const result = request(POD_A, { destination: '172.16.0.1', port: 80 });
    expect(result).toMatchObject({ disposition: 'Refused', end: `TtlExceeded ${NODE_B}` });
    expect(result.path.filter((hop) => hop.startsWith('request'))).toHaveLength(65);
  });

  it('from a loopback address leaves a node only where the sysctl allows it', () => {
    network.setSysctl(NODE_A, 'net.ipv4.conf.all.route_localnet', 0);
    expect(request(NODE_A, { destination: '127.0.0.1', port: 30123 })).toMatchObject({
      end: `Martian ${NODE_A}`,
    });
  });
});

describe('a balanced address', () => {
  const backends = ['10.244.1.6', '10.244.2.7'];
  const chosen = (): string => request(POD_A, { destination: '10.96.0.9', port: 80 }).backend ?? '';

  /** Affinity as kube-proxy writes it: remembered clients first, the choice after. */
  function writeSticky(): void {
    const portal = network.iptables(NODE_A).rules('nat', 'KUBE-SERVICES') ?? [];
    const nat: Record<string, Rule[]> = { 'KUBE-SVC-STICKY': [] };
    const destination = { kind: 'destination', address: '10.96.0.9' } as const;
    nat['KUBE-SERVICES'] = [
      { matches: [destination], target: { kind: 'JUMP', chain: 'KUBE-SVC-STICKY' } },
      ...portal,
    ];
    for (const address of backends) {
      const chain = `KUBE-SEP-${address}`;
      const recent = { kind: 'recent', name: chain, operation: 'rcheck', seconds: 60, reap: true } as const;
      nat['KUBE-SVC-STICKY'].push({ matches: [recent], target: { kind: 'JUMP', chain } });
      const matches: Match[] = [
        { kind: 'recent', name: chain, operation: 'set' },
        { kind: 'protocol', protocol: 'tcp' },
      ];
      nat[chain] = [{ matches, target: { kind: 'DNAT', address, port: 8080 } }];
    }
    backends.forEach((address, index) => {
      const matches: Match[] = index === 0 ? [{ kind: 'statistic', probability: 0.5 }] : [];
      nat['KUBE-SVC-STICKY'].push({ matches, target: { kind: 'JUMP', chain: `KUBE-SEP-${address}` } });
    });
    network.iptables(NODE_A).restore('nat', nat);
  }

  it('spreads by chance, and tells the candidates and the odds', () => {
    const two = backends.map((address) => ({ address, port: 8080 }));
    writeBalancing(network, NODE_A, [{ name: 'two', address: '10.96.0.9', port: 80, backends: two }]);
    const counts = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const backend = chosen();
      counts.set(backend, (counts.get(backend) ?? 0) + 1);
    }
    for (const address of backends) expect(counts.get(`${address}:8080`)).toBeGreaterThan(70);
    const recorder = new TraceRecorder();
    network.connect(POD_A, { protocol: 'TCP', destination: '10.96.0.9', port: 80, recorder });
    const steps = recorder.hops.flatMap((hop) => hop.steps);
    expect(steps.find((step) => step.type === 'LoadBalancing')).toMatchObject({
      detail: {
        path: ['PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC-TWO'],
        candidates: [
          { chain: 'KUBE-SEP-TWO-0', probability: 0.5 },
          { chain: 'KUBE-SEP-TWO-1', probability: 0.5 },
        ],
      },
    });
  });

  it('remembers a client for its time', () => {
    writeSticky();
    const first = chosen();
    for (let i = 0; i < 20; i++) {
      bench.now_ms += 59_000;
      expect(chosen()).toBe(first);
    }
    const later = new Set<string>();
    for (let i = 0; i < 20; i++) {
      bench.now_ms += 61_000;
      later.add(chosen());
    }
    expect(later.size).toBe(2);
  });

  it('says when it chose by memory', () => {
    writeSticky();
    chosen();
    const recorder = new TraceRecorder();
    network.connect(POD_A, { protocol: 'TCP', destination: '10.96.0.9', port: 80, recorder });
    const steps = recorder.hops.flatMap((hop) => hop.steps);
    expect(steps.find((step) => step.type === 'LoadBalancing')).toMatchObject({ detail: { sticky: true } });
  });
});

describe('a link', () => {
  it('that is down on the sending side swallows packets', () => {
    network.setLink(NODE_A, 'eth0', { up: false });
    expect(request(POD_A, { destination: '10.244.2.7', port: 8080 })).toMatchObject({
      disposition: 'TimedOut',
      end: `LinkDown ${NODE_A}`,
    });
    network.setLink(NODE_A, 'eth0', { up: true });
    expect(request(POD_A, { destination: '10.244.2.7', port: 8080 }).disposition).toBe('Connected');
  });

  it('adds its latency to each crossing', () => {
    const elapsed = (): number =>
      network.connect(POD_A, { protocol: 'TCP', destination: '10.244.2.7', port: 8080 }).elapsed_ms;
    expect(elapsed()).toBe(2);
    network.setLink(NODE_B, 'eth0', { latency_ms: 50 });
    expect(elapsed()).toBe(102);
    network.setLink(NODE_B, 'eth0', { latency_ms: 2500 });
    expect(network.connect(POD_A, { protocol: 'TCP', destination: '10.244.2.7', port: 8080 })).toMatchObject({
      disposition: 'TimedOut',
      elapsed_ms: 5000,
    });
  });

  it('that loses everything times out, and one that loses some is overcome by asking again', () => {
    network.setLink(POD_B, 'eth0', { loss: 1 });
    expect(request(POD_A, { destination: '10.244.2.7', port: 8080 })).toMatchObject({
      disposition: 'TimedOut',
      end: `LinkLoss ${NODE_B}`,
    });
    network.setLink(POD_B, 'eth0', { loss: 0.1 });
    const elapsed: number[] = [];
    for (let i = 0; i < 20; i++) {
      const options = { protocol: 'TCP', destination: '10.244.2.7', port: 8080, timeout_ms: 60_000 } as const;
      const { connection, elapsed_ms } = network.connect(POD_A, options);
      elapsed.push(elapsed_ms);
      expect(connection?.send(utf8Encode('x'))).toBe(true);
    }
    expect(elapsed).toContain(2);
    expect(elapsed).toContain(1002);
  });
});

describe('a namespace', () => {
  it('gone, its address answers no more; a new one with it does', () => {
    network.removeNamespace(POD_B);
    expect(request(POD_A, { destination: '10.96.0.1', port: 80 })).toMatchObject({
      disposition: 'Refused',
      end: `NeighbourFailed ${NODE_B}`,
    });
    addPod(network, 'pod/new', NODE_B, '10.244.2.7', '10.244.2.1');
    network.listen('pod/new', { protocol: 'TCP', port: 8080, handler: 'echo' });
    expect(request(POD_A, { destination: '10.96.0.1', port: 80 }).disposition).toBe('Connected');
    expect(network.interface(NODE_B, 'veth1024427')?.peer?.namespace).toBe('pod/new');
  });

  it('without an address to use as its own is refused it', () => {
    const result = network.connect(POD_A, {
      protocol: 'TCP',
      destination: '10.244.2.7',
      port: 8080,
      source_address: '10.9.9.9',
    });
    expect(result).toMatchObject({ disposition: 'NoRoute', end: { code: 'AddressNotAvailable' } });
  });
});
