import { Conntrack } from './conntrack';
import { acknowledgeFin, advanceFlow } from './conntrack-flow';
import { parseAddress } from './address';
import type { Packet, PacketKind, Protocol } from './packet';
import type { ConntrackTableState } from './state';

let now = 0;
beforeEach(() => {
  now = 0;
});

function table(maximum = 100): { state: ConntrackTableState; conntrack: Conntrack } {
  const state: ConntrackTableState = { entries: new Map(), next_id: 1, evict_from: 1 };
  return {
    state,
    conntrack: new Conntrack(
      state,
      () => now,
      () => maximum,
      () => undefined,
    ),
  };
}

function packet(protocol: Protocol, kind: PacketKind, port = 40000, reply = false): Packet {
  const client = { address: parseAddress('10.244.1.5'), port };
  const server = { address: parseAddress('10.244.2.7'), port: protocol === 'ICMP' ? 0 : 80 };
  const [from, to] = reply ? [server, client] : [client, server];
  return {
    protocol,
    source: from.address,
    source_port: from.port,
    destination: to.address,
    destination_port: to.port,
    ttl: 64,
    mark: 0,
    kind,
    error: undefined,
    inner: undefined,
  };
}

function find(conntrack: Conntrack, wanted: Packet): ReturnType<Conntrack['lookup']> {
  const { protocol, source, source_port, destination, destination_port } = wanted;
  return conntrack.lookup(protocol, source, source_port, destination, destination_port);
}

/** Lets packets of one flow pass, each `[kind, is a reply]`. */
function flow(conntrack: Conntrack, protocol: Protocol, port: number, kinds: [PacketKind, boolean][]): void {
  const entry = conntrack.create(packet(protocol, kinds[0][0], port));
  conntrack.confirm(entry);
  for (const [kind, reply] of kinds.slice(1)) {
    advanceFlow(entry, packet(protocol, kind, port, reply), reply, now);
  }
}

const OPEN: [PacketKind, boolean][] = [
  ['syn', false],
  ['syn-ack', true],
  ['data', false],
];

describe('conntrack', () => {
  it.each<[string, Protocol, [PacketKind, boolean][], number]>([
    ['a SYN without answer', 'TCP', [['syn', false]], 120],
    ['an answered SYN', 'TCP', OPEN.slice(0, 2), 60],
    ['an open connection', 'TCP', OPEN, 432_000],
    ['one whose first side is done, unheard', 'TCP', [...OPEN, ['fin', false]], 120],
    ['one whose second side is done too, unheard', 'TCP', [...OPEN, ['fin', false], ['fin', true]], 30],
    ['a reset one', 'TCP', [...OPEN, ['rst', true]], 10],
    ['a datagram without answer', 'UDP', [['datagram', false]], 30],
    [
      'an answered datagram',
      'UDP',
      [
        ['datagram', false],
        ['datagram', true],
      ],
      30,
    ],
    [
      'an echo',
      'ICMP',
      [
        ['echo-request', false],
        ['echo-reply', true],
      ],
      30,
    ],
  ])('%s is remembered for its time and not longer', (_, protocol, kinds, seconds) => {
    const { state, conntrack } = table();
    flow(conntrack, protocol, 40000, kinds);
    now = seconds * 1000 - 1;
    expect(conntrack.list()).toHaveLength(1);
    expect(find(conntrack, packet(protocol, kinds[0][0]))).toBeDefined();
    expect(find(conntrack, packet(protocol, kinds[0][0], 40000, true))).toBeDefined();
    expect(conntrack.found_reply).toBe(true);
    now = seconds * 1000;
    expect(conntrack.list()).toEqual([]);
    expect(find(conntrack, packet(protocol, kinds[0][0]))).toBeUndefined();
    expect(state.entries.size).toBe(0);
  });

  it('names every state that a connection goes through', () => {
    const { conntrack } = table();
    flow(conntrack, 'TCP', 40000, [['syn', false]]);
    const entry = conntrack.list()[0];
    const seen = [entry.state];
    const pass = (kind: PacketKind, reply: boolean, acknowledged = false) => {
      advanceFlow(entry, packet('TCP', kind, 40000, reply), reply, now);
      seen.push(entry.state);
      if (acknowledged) acknowledgeFin(entry);
      if (acknowledged) seen.push(entry.state);
    };
    pass('syn-ack', true);
    pass('data', false);
    pass('fin', false, true);
    pass('data', true);
    pass('fin', true, true);
    expect(seen).toEqual([
      'SYN_SENT',
      'SYN_RECV',
      'ESTABLISHED',
      'FIN_WAIT',
      'CLOSE_WAIT',
      'CLOSE_WAIT',
      'LAST_ACK',
      'TIME_WAIT',
    ]);
  });

  it('a datagram flow that goes on after two seconds is a stream', () => {
    const { conntrack } = table();
    flow(conntrack, 'UDP', 40000, [
      ['datagram', false],
      ['datagram', true],
    ]);
    const entry = conntrack.list()[0];
    now = 2001;
    advanceFlow(entry, packet('UDP', 'datagram'), false, now);
    expect(conntrack.render()).toContain('udp      17 120 ');
  });

  it('prints as conntrack -L does', () => {
    const { conntrack } = table();
    flow(conntrack, 'TCP', 40000, OPEN);
    flow(conntrack, 'TCP', 40001, [['syn', false]]);
    flow(conntrack, 'UDP', 40002, [
      ['datagram', false],
      ['datagram', true],
    ]);
    flow(conntrack, 'ICMP', 7, [
      ['echo-request', false],
      ['echo-reply', true],
    ]);
    flow(conntrack, 'SCTP', 40003, OPEN);
    now = 1000;
    expect(conntrack.render().split('\n')).toEqual([
      'tcp      6 431999 ESTABLISHED src=10.244.1.5 dst=10.244.2.7 sport=40000 dport=80 src=10.244.2.7 dst=10.244.1.5 sport=80 dport=40000 [ASSURED] mark=0 use=1',
      'tcp      6 119 SYN_SENT src=10.244.1.5 dst=10.244.2.7 sport=40001 dport=80 [UNREPLIED] src=10.244.2.7 dst=10.244.1.5 sport=80 dport=40001 mark=0 use=1',
      'udp      17 29 src=10.244.1.5 dst=10.244.2.7 sport=40002 dport=80 src=10.244.2.7 dst=10.244.1.5 sport=80 dport=40002 mark=0 use=1',
      'icmp     1 29 src=10.244.1.5 dst=10.244.2.7 type=8 code=0 id=7 src=10.244.2.7 dst=10.244.1.5 type=0 code=0 id=7 mark=0 use=1',
      'sctp     132 209 ESTABLISHED src=10.244.1.5 dst=10.244.2.7 sport=40003 dport=80 src=10.244.2.7 dst=10.244.1.5 sport=80 dport=40003 [ASSURED] mark=0 use=1',
      '',
    ]);
  });

  it('removes what fits the filter and says how much', () => {
    const { conntrack } = table();
    for (const port of [1, 2, 3]) flow(conntrack, 'UDP', port, [['datagram', false]]);
    flow(conntrack, 'TCP', 1, OPEN);
    expect(conntrack.remove({ protocol: 'UDP', original_destination: '10.244.2.8' })).toBe(0);
    expect(conntrack.remove({ protocol: 'UDP', original_destination: '10.244.2.7' })).toBe(3);
    expect(conntrack.describe()).toMatchObject([{ protocol: 'TCP', state: 'ESTABLISHED', assured: true }]);
  });

  it('forgets what expired as new flows come, and does not grow by those that are over', () => {
    const { conntrack, state } = table();
    for (let port = 1; port <= 500; port++) {
      flow(conntrack, 'UDP', port, [['datagram', false]]);
      now += 1000;
    }
    expect(state.entries.size).toBeLessThan(65);
    expect(conntrack.list()).toHaveLength(29);
  });

  it('full, it makes room by what is closed or unanswered, never by what lives', () => {
    const { conntrack, state } = table(3);
    flow(conntrack, 'TCP', 1, OPEN);
    flow(conntrack, 'TCP', 2, [...OPEN, ['fin', false]]);
    flow(conntrack, 'TCP', 3, OPEN);
    expect(conntrack.confirm(conntrack.create(packet('TCP', 'syn', 4)))).toBe(true);
    expect([...state.entries.values()].map((entry) => entry.original.source_port)).toEqual([1, 3, 4]);
    flow(conntrack, 'TCP', 5, OPEN);
    expect([...state.entries.values()].map((entry) => entry.original.source_port)).toEqual([1, 3, 5]);
    expect(conntrack.confirm(conntrack.create(packet('TCP', 'syn', 6)))).toBe(false);
  });
});
