import { Nftables } from './nftables';
import { parseRuleset } from './parse';
import { parseRule } from './parse-rule';
import { parseDuration, durationText, ruleText } from './statement-text';

describe('a rule of nft is read as it is written', () => {
  it.each([
    'accept',
    'jump services',
    'ct state established,related accept',
    'ct state new jump firewall-check comment "only new ones"',
    'ip daddr . meta l4proto . th dport vmap @service-ips',
    'ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports',
    'ip saddr != { 203.0.113.0/25, 172.18.0.0/16 } drop',
    'fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports',
    'meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random',
    'meta mark set 0x00000001',
    'ct status dnat ip saddr . ip daddr . meta l4proto . th dport @hairpin-connections masquerade',
    'tcp dport vmap { 22 : accept, 80 : goto web }',
    'udp sport 1024-65535 iifname "cni*" oifname != { "eth0", "eth1" } return',
    'numgen random mod 2 vmap { 0 : goto endpoint-A-ns/svc/tcp/__10.0.0.1/80, 1 : drop }',
    'ip saddr @affinity-A goto endpoint-A',
    'update @affinity-A { ip saddr timeout 3h }',
    'meta l4proto tcp dnat to 10.180.0.1:80',
    'meta l4proto tcp dnat to [fd00::1]:80',
    'meta l4proto tcp dnat ip6 to numgen random mod 1 map { 0 : fd00::1 . 80 }',
    'snat to 192.0.2.1',
    'reject with tcp reset',
    'reject with icmpv6 admin-prohibited',
  ])('%s', (text) => {
    expect(ruleText(parseRule(text))).toBe(text);
  });

  it('without the remark of a trace behind it', () => {
    expect(
      ruleText(parseRule('reject # @no-endpoint-services 10.96.0.1 . tcp . 80 : goto reject-chain')),
    ).toBe('reject');
  });

  it.each([
    ['ip saddr . nonsense @x', 'unexpected nonsense'],
    ['dnat to', 'unexpected end of file'],
    ['numgen random mod 2 vmap { 0 : drop }', 'unexpected }'],
    ['limit rate 1/second', 'unexpected limit'],
  ])('%s is refused', (text, message) => {
    expect(() => parseRule(text)).toThrow(message);
  });

  it.each([
    [10_800_000, '3h'],
    [86_399_500, '23h59m59s500ms'],
    [0, '0s'],
  ])('%i ms is %s', (duration, text) => {
    expect([durationText(duration), parseDuration(text)]).toEqual([text, duration]);
  });
});

const RULESET = `table ip kube-proxy {
\tcomment "rules for kube-proxy"
\tset affinity-A {
\t\ttype ipv4_addr
\t\tsize 65535
\t\tflags dynamic,timeout
\t\ttimeout 3h
\t\telements = { 10.0.0.1 timeout 3h expires 59m, 10.0.0.2 timeout 3h expires 1h }
\t}

\tset nets {
\t\ttype ipv4_addr
\t\tflags interval
\t\telements = { 10.0.0.0/8, 172.16.0.0/12,
\t\t\t     192.168.0.0/16 }
\t}

\tmap none {
\t\ttype ipv4_addr . inet_proto . inet_service : verdict
\t\tcomment "nobody there"
\t\telements = { 172.30.0.46 . tcp . 80 comment "nobody, and not there" : goto reject-chain,
\t\t\t     172.30.0.47 . udp . 53 : drop }
\t}

\tchain first {
\t\ttype filter hook prerouting priority dstnat - 10; policy accept;
\t\tct state new jump user
\t}

\tchain other {
\t\ttype nat hook output priority -100; policy drop;
\t}

\tchain user {
\t\tcomment "by hand"
\t\tip daddr . meta l4proto . th dport vmap @none
\t}

\tchain reject-chain {
\t\treject
\t}
}
table ip6 empty {
}
`;

describe('a ruleset of nft', () => {
  it('is made again from its own text', () => {
    const nftables = new Nftables(
      {},
      () => 1_000,
      () => undefined,
    );
    for (const { family, name, commands } of parseRuleset(RULESET, 1_000))
      nftables.run(family, name, commands);
    expect(nftables.render()).toBe(RULESET);
  });
});
