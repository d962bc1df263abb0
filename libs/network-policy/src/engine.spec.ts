import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicySpec } from '@podlab/api';
import type { Flow } from './decision';
import { engineOf, namespace, pod, policy } from './test-support';
import { truthTable } from './truth-table';

const HTTP = [{ name: 'http', containerPort: 8080 }];
const PODS = [
  pod('shop/web', { labels: { app: 'web' }, ip: '10.244.1.1', ports: HTTP }),
  pod('shop/api', {
    labels: { app: 'api', role: 'search' },
    ip: '10.244.1.2',
    ports: [{ name: 'http', containerPort: 80 }],
  }),
  pod('shop/db', { labels: { app: 'db' }, ip: '10.244.2.3' }),
  pod('prod/web', { labels: { app: 'web' }, ip: '10.244.2.4' }),
  pod('prod/monitor', { labels: { type: 'monitoring' }, ip: '10.244.3.5' }),
  pod('other/web', { labels: { app: 'web' }, ip: '10.244.3.6' }),
  pod('shop/agent', { labels: { app: 'web' }, ip: '172.18.0.3', hostNetwork: true }),
  pod('shop/job', { labels: { app: 'web' }, ip: '10.244.1.9', phase: 'Succeeded' }),
];
const NAMESPACES = [
  namespace('shop', { team: 'shop' }),
  namespace('prod', { purpose: 'production', team: 'ops' }),
  namespace('other'),
];
const ADDRESSES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    PODS.map(({ metadata, status }) => [`${metadata.namespace}/${metadata.name}`, status?.podIP]),
  ),
  outside: '198.51.100.7',
};
const flow = (from: string, to: string, port = 80, protocol = 'TCP'): Flow => ({
  source: ADDRESSES[from] ?? from,
  destination: ADDRESSES[to] ?? to,
  protocol,
  destination_port: port,
});
const engine = (...policies: NetworkPolicy[]) => engineOf({ policies, pods: PODS, namespaces: NAMESPACES });
const app = (value: string) => ({ matchLabels: { app: value } });
const guard = (spec: NetworkPolicySpec) => policy('shop/guard', spec);
const from = (...peers: NetworkPolicyPeer[]): NetworkPolicySpec => ({
  podSelector: app('api'),
  ingress: [{ from: peers }],
});
const to = (...peers: NetworkPolicyPeer[]): NetworkPolicySpec => ({
  podSelector: app('web'),
  policyTypes: ['Egress'],
  egress: [{ to: peers }],
});
const SENDERS = ['shop/web', 'shop/db', 'prod/web', 'prod/monitor', 'other/web', 'shop/agent', 'outside'];

/**
 * Who reaches shop/api on port 80. Cases of kubernetes.io/docs/concepts/services-networking/network-policies and of
 * github.com/ahmetb/kubernetes-network-policy-recipes (their numbers).
 */
describe('ingress to shop/api is allowed from', () => {
  const rows: [title: string, NetworkPolicySpec[], allowed: string[]][] = [
    ['all without a policy', [], SENDERS],
    ['all when the policy selects another pod', [{ podSelector: app('db') }], SENDERS],
    ['01 nobody: deny all to an application', [{ podSelector: app('api'), ingress: [] }], []],
    ['02 the pods that a podSelector picks', [from({ podSelector: app('web') })], ['shop/web']],
    ['02a all: an empty rule beside a deny', [{ podSelector: {} }, { ingress: [{}] }], SENDERS],
    ['03 nobody: deny all of a namespace', [{ podSelector: {} }], []],
    ['04 pods of the own namespace only', [from({ podSelector: {} })], ['shop/web', 'shop/db']],
    [
      '05 pods of all namespaces, not nodes and not the outside',
      [from({ namespaceSelector: {} })],
      ['shop/web', 'shop/db', 'prod/web', 'prod/monitor', 'other/web'],
    ],
    [
      '06 a namespace by its label',
      [from({ namespaceSelector: { matchLabels: { purpose: 'production' } } })],
      ['prod/web', 'prod/monitor'],
    ],
    [
      '07 some pods of another namespace: one peer with both is AND',
      [
        from({
          namespaceSelector: { matchLabels: { team: 'ops' } },
          podSelector: { matchLabels: { type: 'monitoring' } },
        }),
      ],
      ['prod/monitor'],
    ],
    [
      'docs: the same selectors as two peers are OR, and the pod one is for the own namespace',
      [from({ namespaceSelector: { matchLabels: { team: 'ops' } } }, { podSelector: app('db') })],
      ['shop/db', 'prod/web', 'prod/monitor'],
    ],
    ['08 all, the outside too', [from()], SENDERS],
    [
      '09 all on the allowed port',
      [{ podSelector: app('api'), ingress: [{ ports: [{ port: 80 }] }] }],
      SENDERS,
    ],
    ['09 nobody on another port', [{ podSelector: app('api'), ingress: [{ ports: [{ port: 5000 }] }] }], []],
    [
      '10 the pods of several peers',
      [from({ podSelector: app('web') }, { podSelector: app('db') })],
      ['shop/web', 'shop/db'],
    ],
    [
      'docs: a namespace by its name',
      [from({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } })],
      ['other/web'],
    ],
    [
      'docs: namespaces by an expression',
      [
        from({
          namespaceSelector: {
            matchExpressions: [
              { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['other', 'prod'] },
              { key: 'purpose', operator: 'DoesNotExist' },
            ],
          },
        }),
      ],
      ['other/web'],
    ],
    [
      'an address block, a pod\u2019s and a node\u2019s too',
      [from({ ipBlock: { cidr: '0.0.0.0/0' } })],
      SENDERS,
    ],
    [
      'an address block without its exceptions',
      [from({ ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.2.0/24'] } })],
      ['shop/web', 'prod/monitor', 'other/web'],
    ],
    ['a block of IPv6, to no IPv4', [from({ ipBlock: { cidr: '::/0' } })], []],
    [
      'two policies together',
      [from({ podSelector: app('web') }), from({ podSelector: app('db') })],
      ['shop/web', 'shop/db'],
    ],
    [
      'egress policies say nothing of ingress',
      [{ podSelector: {}, policyTypes: ['Egress'] }],
      ['prod/web', 'prod/monitor', 'other/web', 'shop/agent', 'outside'],
    ],
    [
      'policyTypes without Ingress: rules are not looked at',
      [{ ...from({ podSelector: app('db') }), policyTypes: ['Egress'] }],
      SENDERS,
    ],
  ];
  it.each(rows)('%s', (_title, specs, allowed) => {
    const asked = engine(...specs.map((spec, index) => policy(`shop/p${index}`, spec)));
    expect(SENDERS.filter((sender) => asked.allows(flow(sender, 'shop/api')))).toEqual(allowed);
  });
});

describe('egress from shop/web is allowed to', () => {
  const receivers = ['shop/api', 'shop/db', 'prod/web', 'prod/monitor', 'shop/agent', 'outside'];
  const rows: [title: string, NetworkPolicySpec[], allowed: string[]][] = [
    [
      '11 nobody: deny all egress of an application',
      [{ podSelector: app('web'), policyTypes: ['Egress'] }],
      [],
    ],
    ['12 nobody: deny all egress of a namespace', [{ policyTypes: ['Egress'] }], []],
    [
      '14 pods only: no external egress',
      [to({ namespaceSelector: {} })],
      ['shop/api', 'shop/db', 'prod/web', 'prod/monitor'],
    ],
    ['docs: a range of addresses', [to({ ipBlock: { cidr: '198.51.100.0/24' } })], ['outside']],
    ['all, from policyTypes inferred by a rule', [{ podSelector: app('web'), egress: [{}] }], receivers],
  ];
  it.each(rows)('%s', (_title, specs, allowed) => {
    const asked = engine(...specs.map((spec, index) => policy(`shop/p${index}`, spec)));
    expect(receivers.filter((receiver) => asked.allows(flow('shop/web', receiver)))).toEqual(allowed);
  });
});

describe('a port', () => {
  const rows: [title: string, port: object, asked: [number, string], boolean][] = [
    ['by its number', { port: 80 }, [80, 'TCP'], true],
    ['of another protocol', { port: 80, protocol: 'UDP' }, [80, 'TCP'], false],
    ['of UDP', { port: 80, protocol: 'UDP' }, [80, 'UDP'], true],
    ['of SCTP', { port: 80, protocol: 'SCTP' }, [80, 'SCTP'], true],
    ['any of a protocol', { protocol: 'UDP' }, [5353, 'UDP'], true],
    ['by the name that it has in this pod', { port: 'http' }, [80, 'TCP'], true],
    ['by the name that it has in another', { port: 'http' }, [8080, 'TCP'], false],
    ['by a name of another protocol', { port: 'http', protocol: 'UDP' }, [80, 'UDP'], false],
    ['at the start of a range', { port: 32_000, endPort: 32_768 }, [32_000, 'TCP'], true],
    ['at the end of a range', { port: 32_000, endPort: 32_768 }, [32_768, 'TCP'], true],
    ['behind a range', { port: 32_000, endPort: 32_768 }, [32_769, 'TCP'], false],
    ['of ICMP, which has none', { port: 80 }, [0, 'ICMP'], false],
  ];
  it.each(rows)('%s', (_title, port, [number, protocol], allowed) => {
    const ports = [{ protocol: 'TCP', ...port }];
    const asked = engine(guard({ podSelector: app('api'), ingress: [{ ports }] }));
    expect(asked.allows(flow('shop/web', 'shop/api', number, protocol))).toBe(allowed);
  });

  it('is that of the destination for egress, too', () => {
    const asked = engine(
      guard({ podSelector: app('web'), egress: [{ ports: [{ port: 'http', protocol: 'TCP' }] }] }),
    );
    const reached = [80, 8080].map((port) => asked.allows(flow('shop/web', 'shop/api', port)));
    expect(reached).toEqual([true, false]);
    expect(asked.allows(flow('shop/web', 'outside', 80))).toBe(false);
  });

  it('a rule without ports is for ICMP, too', () => {
    expect(engine(guard(from())).allows(flow('shop/web', 'shop/api', 0, 'ICMP'))).toBe(true);
  });
});

describe('a pod of both families', () => {
  const both = pod('shop/both', { labels: { app: 'api' }, ip: '10.244.1.8' });
  both.status = { ...both.status, podIPs: [{ ip: '10.244.1.8' }, { ip: 'fd00:10:244:1::8' }] };
  const rows: [title: string, NetworkPolicyPeer, source: string, destination: string, boolean][] = [
    [
      'is the same pod by its other address',
      { podSelector: app('api') },
      'fd00:10:244:1::8',
      '10.244.1.2',
      true,
    ],
    [
      'is isolated by both addresses',
      { podSelector: app('db') },
      'fd00:10:244:1::9',
      'fd00:10:244:1::8',
      false,
    ],
    [
      'is reached from a block',
      { ipBlock: { cidr: 'fd00:10:244::/56' } },
      'fd00:10:244:1::9',
      'fd00:10:244:1::8',
      true,
    ],
    [
      'is not reached from an exception',
      { ipBlock: { cidr: '::/0', except: ['fd00:10:244:1::/64'] } },
      'fd00:10:244:1::9',
      'fd00:10:244:1::8',
      false,
    ],
    [
      'is not reached by a block of the other family',
      { ipBlock: { cidr: '0.0.0.0/0' } },
      'fd00::1',
      'fd00:10:244:1::8',
      false,
    ],
  ];
  it.each(rows)('%s', (_title, peer, source, destination, allowed) => {
    const asked = engine(guard(from(peer)));
    asked.setPod(both);
    expect(asked.allows(flow(source, destination))).toBe(allowed);
  });
});

describe('a verdict', () => {
  it('lists every policy that isolates and every rule that allows', () => {
    const asked = engine(
      policy('shop/c-deny', {}),
      policy('shop/b-ports', {
        podSelector: app('api'),
        ingress: [{ ports: [{ port: 443 }, { port: 80, protocol: 'TCP' }] }],
      }),
      policy(
        'shop/a-peers',
        from({ podSelector: app('db') }, { podSelector: app('web') }, { namespaceSelector: {} }),
      ),
      policy('shop/egress', { policyTypes: ['Egress'], egress: [] }),
      policy('shop/elsewhere', { podSelector: app('db') }),
    );
    expect(asked.decide('Ingress', flow('shop/web', 'shop/api'))).toEqual({
      direction: 'Ingress',
      allowed: true,
      flow: flow('shop/web', 'shop/api'),
      pod: { namespace: 'shop', name: 'api' },
      isolated_by: ['a-peers', 'b-ports', 'c-deny'].map((name) => ({ namespace: 'shop', name })),
      allowed_by: [
        { namespace: 'shop', name: 'a-peers', field: 'spec.ingress[0].from[1]' },
        { namespace: 'shop', name: 'a-peers', field: 'spec.ingress[0].from[2]' },
        {
          namespace: 'shop',
          name: 'b-ports',
          field: 'spec.ingress[0]',
          port_field: 'spec.ingress[0].ports[1]',
        },
      ],
    });
    expect(asked.decide('Egress', flow('shop/web', 'shop/api'))).toMatchObject({
      allowed: false,
      isolated_by: [{ namespace: 'shop', name: 'egress' }],
      allowed_by: [],
    });
  });

  it.each([
    ['a pod that no policy selects', 'shop/web', 'prod/web'],
    ['a pod on its node\u2019s network', 'shop/web', 'shop/agent'],
    ['the outside', 'prod/web', 'outside'],
    ['a pod that asks itself', 'shop/api', 'shop/api'],
    ['the address of a pod that has ended', 'prod/web', 'shop/job'],
  ])('there is none about ingress to %s', (_title, source, destination) => {
    expect(engine(policy('shop/deny', {})).decide('Ingress', flow(source, destination))).toBeUndefined();
  });
});

describe('changes', () => {
  const asked = () => engine(guard(from({ namespaceSelector: { matchLabels: { team: 'ops' } } })));
  const reached = (of: ReturnType<typeof asked>) => of.allows(flow('other/web', 'shop/api'));

  it('of a namespace\u2019s labels count at once, both ways', () => {
    const changing = asked();
    const before = reached(changing);
    changing.setNamespace(namespace('other', { team: 'ops' }));
    const during = reached(changing);
    changing.removeNamespace('other');
    expect([before, during, reached(changing)]).toEqual([false, true, false]);
  });

  it('of a policy and of a pod\u2019s labels and address count at once', () => {
    const changing = asked();
    const before = reached(changing);
    changing.setPolicy(guard(from({ namespaceSelector: {}, podSelector: app('web') })));
    const during = reached(changing);
    changing.setPod(pod('other/web', { labels: { app: 'worker' }, ip: '10.244.3.6' }));
    const relabelled = reached(changing);
    changing.setPod(pod('other/web', { labels: { app: 'web' }, ip: '10.244.3.7' }));
    const moved = changing.allows(flow('10.244.3.7', 'shop/api'));
    changing.removePolicy('shop', 'guard');
    expect([before, during, relabelled, moved, reached(changing)]).toEqual([false, true, false, true, true]);
  });

  it('an address belongs to the newer of two pods, and to the other once that is gone', () => {
    const changing = asked();
    const late = pod('shop/late', { ip: '10.244.3.6' });
    late.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
    changing.setPod(late);
    const during = changing.podAt('10.244.3.6')?.key;
    changing.removePod('shop/late');
    expect([during, changing.podAt('10.244.3.6')?.key]).toEqual(['shop/late', 'other/web']);
  });
});

describe('a truth table', () => {
  it('has a row for each sender and a column for each receiver', () => {
    const names = ['shop/web', 'shop/api', 'shop/db'];
    const addresses = names.map((name) => ADDRESSES[name]);
    const asked = engine(guard(from({ podSelector: app('web') })));
    const { allowed } = truthTable(asked, { from: addresses, to: addresses, protocol: 'TCP', port: 80 });
    expect(allowed.map((row) => row.map((each) => (each ? '+' : '-')).join(''))).toEqual([
      '+++',
      '+++',
      '+-+',
    ]);
  });
});
