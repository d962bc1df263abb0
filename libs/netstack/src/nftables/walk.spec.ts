import { Network } from '../network';
import { createNetworkState } from '../state';
import { TraceRecorder } from '../trace';
import { parseRuleset } from './parse';

const HOST = 'host';
const CLIENT = 'client';

/** A host with a table, and a client on the same wire; the host listens on port 80. */
function createHost(ruleset: string, chance = 0.5, clock = { now: 0 }) {
  const network = new Network(createNetworkState(), { now: () => clock.now, random: () => chance });
  network.addWire('wire');
  for (const [id, last] of [
    [HOST, 1],
    [CLIENT, 2],
  ] as const) {
    network.addNamespace(id);
    const addresses = [
      { address: `10.0.0.${last}`, prefix_length: 24 },
      { address: `fd00::${last}`, prefix_length: 64 },
    ];
    network.addEthernet(id, 'wire', { name: 'eth0', addresses });
  }
  network.handlers.set('silent', {});
  for (const port of [80, 81, 82]) network.listen(HOST, { protocol: 'TCP', port, handler: 'silent' });
  for (const { family, name, commands } of parseRuleset(ruleset))
    network.nftables(HOST).run(family, name, commands);
  return network;
}

const IN = 'type filter hook input priority filter; policy accept;';

/** How a connection to the host ends, and the rule that ended it. */
function ask(network: Network, port = 80, destination = '10.0.0.1') {
  const { disposition, end } = network.connect(CLIENT, { protocol: 'TCP', destination, port });
  return end.rule === undefined
    ? disposition
    : `${disposition} ${end.rule.table} ${end.rule.chain}: ${end.rule.text}`;
}

describe('a packet in the chains of nftables', () => {
  const rows: [string, string, string][] = [
    ['is accepted by a chain without rules', `chain in {\n${IN}\n}`, 'Connected'],
    [
      'is dropped by the policy of a base chain',
      'chain in {\ntype filter hook input priority filter; policy drop;\n}',
      'TimedOut ip t in: policy drop',
    ],
    [
      'is dropped by a rule',
      `chain in {\n${IN}\ntcp dport 80 drop\n}`,
      'TimedOut ip t in: tcp dport 80 drop',
    ],
    [
      'is rejected',
      `chain in {\n${IN}\nip saddr 10.0.0.0/24 reject\n}`,
      'Refused ip t in: ip saddr 10.0.0.0/24 reject',
    ],
    [
      'goes through chains by priority, not by place, and an acceptance ends only its own chain',
      `chain late {\ntype filter hook input priority security; policy accept;\ndrop\n}\nchain early {\n${IN}\naccept\n}`,
      'TimedOut ip t late: drop',
    ],
    [
      'comes back from a jump, and from a goto to where the chain was called from',
      `chain a {\nreturn\ndrop\n}\nchain b {\njump a\n}\nchain in {\n${IN}\njump b\ntcp dport 80 goto a\ndrop\n}`,
      'Connected',
    ],
    [
      'finds its verdict in a map',
      `map m {\ntype inet_proto . inet_service : verdict\nelements = { tcp . 80 comment "web" : goto no, tcp . 81 : accept }\n}
chain no {\nreject\n}\nchain in {\n${IN}\nmeta l4proto . th dport vmap @m\n}`,
      'Refused ip t no: reject # @m tcp . 80 comment "web" : goto no',
    ],
    [
      'goes on where a map has nothing for it',
      `map m {\ntype inet_service : verdict\nelements = { 443 : drop }\n}\nchain in {\n${IN}\nth dport vmap @m\nreject\n}`,
      'Refused ip t in: reject',
    ],
    [
      'lies in the narrowest range of a set with intervals',
      `map m {\ntype ipv4_addr : verdict\nflags interval\nelements = { 10.0.0.0/8 : drop, 10.0.0.0/24 : goto no }\n}
chain no {\nreject\n}\nchain in {\n${IN}\nip saddr vmap @m\n}`,
      'Refused ip t no: reject # @m 10.0.0.0/24 : goto no',
    ],
    [
      'meets a match that is not so',
      `chain in {\n${IN}\nip saddr != { 10.0.0.2, 10.0.0.3 } drop\niifname != "eth0" drop\nct state established drop\n}`,
      'Connected',
    ],
    [
      'takes one of several ways by chance',
      `chain in {\n${IN}\nnumgen random mod 3 vmap { 0 : drop, 1 : goto no, 2 : drop }\n}\nchain no {\nreject\n}`,
      'Refused ip t no: reject',
    ],
    [
      'carries its mark',
      `chain first {\ntype filter hook input priority mangle; policy accept;\nmeta mark set 0x00000003\nmeta mark set meta mark ^ 0x00000001\n}
chain in {\n${IN}\nmeta mark & 0x00000003 == 0x00000002 reject\n}`,
      'Refused ip t in: meta mark & 0x00000003 == 0x00000002 reject',
    ],
    [
      'is translated, and the answer is translated back',
      'chain pre {\ntype nat hook prerouting priority dstnat; policy accept;\ntcp dport 8080 dnat to 10.0.0.1:80\ntcp dport 80 dnat to 10.0.0.1:81\n}',
      'Connected',
    ],
  ];
  it.each(rows)('%s', (_, chains, expected) => {
    expect(ask(createHost(`table ip t {\n${chains}\n}`))).toBe(expected);
  });

  it('of one family passes no table of the other; one of inet sees both', () => {
    const chain = `chain in {\n${IN}\nreject\n}`;
    expect(ask(createHost(`table ip t {\n${chain}\n}`), 80, 'fd00::1')).toBe('Connected');
    expect(ask(createHost(`table ip6 t {\n${chain}\n}`), 80, 'fd00::1')).toBe('Refused ip6 t in: reject');
    expect(ask(createHost(`table inet t {\n${chain}\n}`), 80, 'fd00::1')).toBe('Refused inet t in: reject');
  });

  it('meets iptables and nftables in the order of their priorities, iptables first at an equal one', () => {
    const rules = (priority: string) =>
      `table ip t {\nchain in {\ntype filter hook input priority ${priority}; policy accept;\nreject\n}\n}`;
    const drop = { matches: [], target: { kind: 'DROP' } } as const;
    for (const [priority, expected] of [
      ['-10', 'Refused ip t in: reject'],
      ['filter', 'TimedOut filter INPUT: -A INPUT -j DROP'],
      ['10', 'TimedOut filter INPUT: -A INPUT -j DROP'],
    ]) {
      const network = createHost(rules(priority));
      network.iptables(HOST).restore('filter', { INPUT: [drop] });
      expect(ask(network)).toBe(expected);
    }
  });

  it('is remembered by a set for as long as the set says, from the last packet on', () => {
    const clock = { now: 0 };
    const network = createHost(
      `table ip t {\nset seen {\ntype ipv4_addr\nflags dynamic,timeout\ntimeout 10s\n}
chain in {\n${IN}\ntcp dport 82 update @seen { ip saddr } accept\nip saddr @seen accept\nreject\n}\n}`,
      0.5,
      clock,
    );
    const at = (now: number, port: number) => {
      clock.now = now;
      return ask(network, port).split(' ')[0];
    };
    expect([at(0, 80), at(0, 82), at(9_999, 80), at(9_999, 82), at(19_998, 80), at(19_999, 80)]).toEqual([
      'Refused',
      'Connected',
      'Connected',
      'Connected',
      'Connected',
      'Refused',
    ]);
    clock.now = 9_999;
    expect(network.nftables(HOST).render()).toContain('elements = { 10.0.0.2 timeout 10s expires 10s }');
  });

  it('tells in its trace which of its choices a rule took', () => {
    const network = createHost(
      'table ip t {\nchain pre {\ntype nat hook prerouting priority dstnat; policy accept;\nmeta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.0.0.1 . 81, 1 : 10.0.0.1 . 82 }\n}\n}',
    );
    const recorder = new TraceRecorder();
    network.connect(CLIENT, { protocol: 'TCP', destination: '10.0.0.1', port: 80, recorder });
    const steps = recorder.hops.flatMap((hop) => hop.steps);
    const chosen = steps.find(({ type }) => type === 'LoadBalancing');
    expect(chosen?.detail).toEqual({
      hook: 'PREROUTING',
      path: ['pre'],
      chosen: '10.0.0.1:82',
      candidates: ['10.0.0.1:81', '10.0.0.1:82'].map((chain) => ({ chain, probability: 0.5 })),
      probability: 0.5,
    });
    expect(chosen?.rule?.text).toMatch(/ # 1 : 10\.0\.0\.1:82$/);
    expect(steps.find(({ type }) => type === 'DestinationNat')?.rule).toBe(chosen?.rule);
  });
});
