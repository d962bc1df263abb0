import { ruleText } from './rule-text';
import { orMark, xorMark } from './types';
import type { Match, Rule } from './types';

const tcp: Match = { kind: 'protocol', protocol: 'tcp' };
const jump = (chain: string): Rule['target'] => ({ kind: 'JUMP', chain });

/** Left: what the rule means. Right: how iptables-save writes it. */
const ROWS: [string, Rule, string][] = [
  [
    'a service portal',
    {
      matches: [
        { kind: 'comment', comment: 'lab06/nginx-service:http cluster IP' },
        tcp,
        { kind: 'destination', address: '10.96.0.10' },
        { kind: 'destination-port', port: 80 },
      ],
      target: jump('KUBE-SVC-X'),
    },
    '-d 10.96.0.10/32 -p tcp -m comment --comment "lab06/nginx-service:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-X',
  ],
  [
    'traffic from outside the pod range',
    {
      matches: [{ kind: 'source', address: '10.244.0.0/16', invert: true }, tcp],
      target: jump('KUBE-MARK-MASQ'),
    },
    '! -s 10.244.0.0/16 -p tcp -j KUBE-MARK-MASQ',
  ],
  [
    'an equal choice out of three',
    {
      matches: [
        { kind: 'comment', comment: 'a -> b' },
        { kind: 'statistic', probability: 0.3333333333 },
      ],
      target: jump('KUBE-SEP-A'),
    },
    '-m comment --comment "a -> b" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-A',
  ],
  [
    'a remembered client',
    {
      matches: [{ kind: 'recent', operation: 'rcheck', name: 'KUBE-SEP-A', seconds: 10800, reap: true }],
      target: jump('KUBE-SEP-A'),
    },
    '-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-A --mask 255.255.255.255 --rsource -j KUBE-SEP-A',
  ],
  [
    'remembering a client while translating',
    {
      matches: [
        { kind: 'comment', comment: 'plain-word_1' },
        { kind: 'recent', operation: 'set', name: 'KUBE-SEP-A' },
        tcp,
      ],
      target: { kind: 'DNAT', address: '10.244.1.7', port: 8080 },
    },
    '-p tcp -m comment --comment plain-word_1 -m recent --set --name KUBE-SEP-A --mask 255.255.255.255 --rsource -j DNAT --to-destination 10.244.1.7:8080',
  ],
  ['marking', { matches: [], target: orMark(0x4000) }, '-j MARK --set-xmark 0x4000/0x4000'],
  ['unmarking', { matches: [], target: xorMark(0x4000) }, '-j MARK --set-xmark 0x4000/0x0'],
  [
    'a mark that is missing',
    {
      matches: [{ kind: 'mark', value: 0x4000, mask: 0x4000, invert: true }],
      target: { kind: 'RETURN' },
    },
    '-m mark ! --mark 0x4000/0x4000 -j RETURN',
  ],
  [
    'states in the order of the tool',
    {
      matches: [{ kind: 'conntrack-state', states: ['ESTABLISHED', 'RELATED'] }],
      target: { kind: 'ACCEPT' },
    },
    '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ],
  [
    'node ports of the node itself',
    {
      matches: [
        { kind: 'comment', comment: 'say "hi"' },
        { kind: 'address-type', destination_type: 'LOCAL', source_type: 'LOCAL', invert_source: true },
      ],
      target: jump('KUBE-NODEPORTS'),
    },
    '-m comment --comment "say \\"hi\\"" -m addrtype ! --src-type LOCAL --dst-type LOCAL -j KUBE-NODEPORTS',
  ],
  [
    'ports and interfaces',
    {
      matches: [
        { kind: 'out-interface', name: 'eth0' },
        { kind: 'in-interface', name: 'veth+', invert: true },
        { kind: 'protocol', protocol: 'udp' },
        { kind: 'source-port', port: 53 },
        { kind: 'destination-port', port: 30000, last_port: 32767 },
        { kind: 'destination-ports', ports: [80, 443] },
      ],
      target: { kind: 'DROP' },
    },
    '! -i veth+ -o eth0 -p udp -m udp --sport 53 --dport 30000:32767 -m multiport --dports 80,443 -j DROP',
  ],
  [
    'masquerading',
    { matches: [], target: { kind: 'MASQUERADE', random_fully: true } },
    '-j MASQUERADE --random-fully',
  ],
  [
    'the address that the sender wrote',
    {
      matches: [{ kind: 'conntrack-original-destination', address: '10.96.0.1/32', invert: true }],
      target: { kind: 'REJECT' },
    },
    '-m conntrack ! --ctorigdst 10.96.0.1 -j REJECT --reject-with icmp-port-unreachable',
  ],
];

describe('rule text', () => {
  it.each(ROWS)('%s', (_, rule, text) => expect(ruleText(rule)).toBe(text));
});
