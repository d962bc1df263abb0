import { cells, create, refusals } from '../../testing/strategy-context';
import { networkPolicyStrategy } from './strategy';

const ingress = (rule: object) => ({ spec: { podSelector: {}, ingress: [rule] } });
const from = (peer: object) => ingress({ from: [peer] });
const port = (fields: object) => ingress({ ports: [fields] });
const block = (cidr: string, ...except: string[]) => from({ ipBlock: { cidr, except } });
const PEER = 'spec.ingress[0].from[0]';
const PORT = 'spec.ingress[0].ports[0]';
const NOT_A_RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const labels = (value: string) => ({ matchLabels: { a: value } });

// Cases of k8s.io/kubernetes pkg/apis/networking/validation/validation_test.go TestValidateNetworkPolicy.
describe('a NetworkPolicy', () => {
  test.each<[title: string, object, string[]]>([
    ['everything denied', { spec: { podSelector: {} } }, []],
    ['a rule for all', ingress({}), []],
    ['both selectors in one peer', from({ podSelector: labels('b'), namespaceSelector: labels('c') }), []],
    ['a range of ports', port({ protocol: 'TCP', port: 32_000, endPort: 32_768 }), []],
    ['a range of one port', port({ port: 32_000, endPort: 32_000 }), []],
    ['a named port', port({ protocol: 'SCTP', port: 'metrics' }), []],
    ['addresses', block('192.168.0.0/16', '192.168.3.0/24', '192.168.4.0/24'), []],
    ['addresses of IPv6', block('fd00:192:168::/48', 'fd00:192:168:3::/64'), []],
    ['a peer that is none', from({}), [`${PEER}: Required value: must specify a peer`]],
    [
      'addresses and pods in one peer',
      from({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
      [`${PEER}: Forbidden: may not specify both ipBlock and another peer`],
    ],
    [
      'another protocol',
      port({ protocol: 'ICMP', port: 80 }),
      [`${PORT}.protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"`],
    ],
    [
      'a port out of range',
      port({ port: 123_456_789 }),
      [`${PORT}.port: Invalid value: 123456789: must be between 1 and 65535, inclusive`],
    ],
    [
      'a name that no port can have',
      port({ port: '!@#$' }),
      [
        `${PORT}.port: Invalid value: "!@#$": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)`,
        `${PORT}.port: Invalid value: "!@#$": must contain at least one letter (a-z)`,
      ],
    ],
    [
      'an end before its start',
      port({ port: 32_768, endPort: 32_000 }),
      [`${PORT}.endPort: Invalid value: 32000: must be greater than or equal to \`port\``],
    ],
    [
      'an end of a named port',
      port({ port: 'dns', endPort: 32_768 }),
      [`${PORT}.endPort: Invalid value: 32768: may not be specified when \`port\` is non-numeric`],
    ],
    [
      'an end without a start',
      port({ endPort: 32_768 }),
      [`${PORT}.endPort: Invalid value: 32768: may not be specified when \`port\` is not specified`],
    ],
    [
      'an end out of range',
      port({ port: 30_000, endPort: 65_537 }),
      [`${PORT}.endPort: Invalid value: 65537: must be between 1 and 65535, inclusive`],
    ],
    ['no addresses', block(''), [`${PEER}.ipBlock.cidr: Required value`]],
    [
      'an address without a length',
      block('192.168.1.1'),
      [`${PEER}.ipBlock.cidr: Invalid value: "192.168.1.1": ${NOT_A_RANGE}`],
    ],
    [
      'an exception outside',
      block('192.168.8.0/24', '192.168.9.1/32'),
      [`${PEER}.ipBlock.except[0]: Invalid value: "192.168.9.1/32": must be a strict subset of \`cidr\``],
    ],
    [
      'an exception that takes everything',
      block('10.0.0.0/8', '10.0.0.0/8'),
      [`${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``],
    ],
    [
      'an exception of another family',
      block('10.0.0.0/8', 'fd00::/64'),
      [`${PEER}.ipBlock.except[0]: Invalid value: "fd00::/64": must be a strict subset of \`cidr\``],
    ],
    [
      'an exception that is no range',
      block('10.0.0.0/8', '10.0.0.1'),
      [`${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.1": ${NOT_A_RANGE}`],
    ],
    [
      'a range with bits behind its length',
      block('192.168.1.1/16', '192.168.3.1/24'),
      [
        `${PEER}.ipBlock.cidr: Invalid value: "192.168.1.1/16": must not have bits set beyond the prefix length`,
        `${PEER}.ipBlock.except[0]: Invalid value: "192.168.3.1/24": must not have bits set beyond the prefix length`,
      ],
    ],
    [
      'a range with zeros in front',
      block('010.0.0.0/8', '10.1.0.0/016'),
      [
        `${PEER}.ipBlock.cidr: Invalid value: "010.0.0.0/8": must not have leading 0s in IP or prefix length`,
        `${PEER}.ipBlock.except[0]: Invalid value: "10.1.0.0/016": must not have leading 0s in IP or prefix length`,
      ],
    ],
    [
      'a range of IPv4 in IPv6',
      block('::ffff:10.0.0.0/104'),
      [
        `${PEER}.ipBlock.cidr: Invalid value: "::ffff:10.0.0.0/104": must not have an IPv4-mapped IPv6 address`,
      ],
    ],
    ['a range of IPv6 in another form', block('FD00:0:0::/48'), []],
    [
      'a type that is none',
      { spec: { podSelector: {}, policyTypes: ['foo'] } },
      ['spec.policyTypes[0]: Unsupported value: "foo": supported values: "Egress", "Ingress"'],
    ],
    [
      'three types',
      { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress', 'Ingress'] } },
      [
        'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes',
      ],
    ],
    [
      'a selector that is none',
      { spec: { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } } },
      [
        "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      ],
    ],
    [
      'a label that is none in an egress peer',
      {
        spec: { podSelector: {}, egress: [{ to: [{ namespaceSelector: { matchLabels: { 'a!': 'b' } } }] }] },
      },
      [
        "spec.egress[0].to[0].namespaceSelector.matchLabels: Invalid value: \"a!\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
  ])('%s', (_title, fields, expected) => {
    expect(refusals(networkPolicyStrategy, fields)).toEqual(expected);
  });

  // Models pkg/apis/networking/v1/defaults_test.go TestSetDefaultNetworkPolicy.
  test.each<[title: string, object, object]>([
    ['nothing said', { podSelector: {} }, { podSelector: {}, policyTypes: ['Ingress'] }],
    ['no selector', {}, { podSelector: {}, policyTypes: ['Ingress'] }],
    ['an empty list of egress rules', { egress: [] }, { policyTypes: ['Ingress'] }],
    ['egress rules', { egress: [{}] }, { policyTypes: ['Ingress', 'Egress'] }],
    ['types said', { egress: [{}], policyTypes: ['Egress'] }, { policyTypes: ['Egress'] }],
    [
      'ports without a protocol',
      { ingress: [{ ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] }] },
      {
        ingress: [
          {
            ports: [
              { port: 80, protocol: 'TCP' },
              { port: 53, protocol: 'UDP' },
            ],
          },
        ],
      },
    ],
  ])('defaults: %s', (_title, spec, expected) => {
    expect(create(networkPolicyStrategy, { spec }).spec).toMatchObject(expected);
  });

  test('warns of a range of IPv6 that is not written as usual', () => {
    const policy = create(networkPolicyStrategy, block('FD00::/48', 'fd00:0::/64', 'fd00:0:0:1::/64'));
    expect(networkPolicyStrategy.warnings?.(policy)).toEqual([
      `${PEER}.ipBlock.cidr: IPv6 CIDR value "FD00::/48" should be in RFC 5952 canonical format ("fd00::/48")`,
      `${PEER}.ipBlock.except[0]: IPv6 CIDR value "fd00:0::/64" should be in RFC 5952 canonical format ("fd00::/64")`,
    ]);
  });

  test.each<[object, string]>([
    [{}, '<none>'],
    [{ matchLabels: { app: 'web', tier: 'front' } }, 'app=web,tier=front'],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['b', 'a'] }] }, 'app in (a,b)'],
  ])('shows its selector %j', (podSelector, text) => {
    const shown = cells(networkPolicyStrategy, create(networkPolicyStrategy, { spec: { podSelector } }));
    expect([Object.keys(shown), shown['Pod-Selector']]).toEqual([['Name', 'Pod-Selector', 'Age'], text]);
  });
});
