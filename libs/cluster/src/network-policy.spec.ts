import type { NetworkPolicyPeer, NetworkPolicySpec } from '@podlab/api';
import type { Request, SendRequestBody } from '@podlab/contracts';
import { createCluster } from './cluster';
import type { Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  clusterConfig,
  create,
  deployment,
  get,
  lab,
  newCluster,
  OUTSIDE,
  podsOf,
  send,
  service,
  settle,
} from './test-support';

const policy = (name: string, spec: NetworkPolicySpec, namespace = 'lab06') => ({
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});
const app = (value: string) => ({ matchLabels: { app: value } });
const client = (name: string, namespace = 'lab06', labels: Record<string, string> = { app: name }) => ({
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }] },
});
const web = (spec: object = {}, ports: object[] = [{ port: 80 }]) => [
  deployment('web'),
  service('web', { selector: { app: 'web' }, ports, ...spec }),
];
const from = (...peers: NetworkPolicyPeer[]): NetworkPolicySpec => ({
  podSelector: app('web'),
  ingress: [{ from: peers }],
});
const pod = (name: string, namespace = 'lab06') => ({ kind: 'Pod', namespace, name }) as const;

/** The steps of a request in which a policy spoke, a line each. */
function spoken(request: Request): string[] {
  return (request.trace?.hops ?? []).flatMap(({ steps }) =>
    steps
      .filter(({ type }) => type === 'NetworkPolicy')
      .map(({ action, message, objects }) => {
        const cited = objects.map(({ name, field }) => (field === undefined ? name : `${name} ${field}`));
        return `${action} ${message.code.replace('NetworkPolicy.', '')} ${cited.join(', ')}`;
      }),
  );
}

function labWith(objects: Parameters<typeof lab>[0], ...policies: ReturnType<typeof policy>[]): Cluster {
  return lab([...(objects ?? []), client('friend'), client('friend', 'other'), ...policies]);
}

describe('a policy in the walk', () => {
  it('lets nothing begin that no rule allows, and says who isolates', () => {
    const cluster = labWith(web(), policy('deny', { podSelector: app('web') }));
    const request = send(cluster, CLIENT, 'http://web/');
    expect([request.disposition, spoken(request)]).toEqual(['TimedOut', ['Dropped IngressDropped deny']]);
  });

  it('says on each end which rule allows', () => {
    const egress = { podSelector: app('friend'), egress: [{}], policyTypes: ['Egress'] };
    const rules = from({ podSelector: app('db') }, { podSelector: app('friend') });
    const cluster = labWith(web(), policy('in', rules), policy('out', egress));
    const request = send(cluster, pod('friend'), 'http://web/');
    expect([request.disposition, spoken(request)]).toEqual([
      'Delivered',
      ['Forwarded EgressAllowed out spec.egress[0]', 'Forwarded IngressAllowed in spec.ingress[0].from[1]'],
    ]);
  });

  it('judges an IP of the outside before a node hides it, on the node of the pod', () => {
    const nodePort = { type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }] };
    const outside = from({ ipBlock: { cidr: '198.51.100.0/24' } });
    const cluster = labWith(web(nodePort), policy('outside', outside));
    const home = podsOf(cluster, 'web')[0].spec.nodeName;
    const dispositions = ['node-a', 'node-b', 'node-c'].map((node, index) => {
      const { disposition, diagnosis } = send(cluster, OUTSIDE, `http://172.18.0.${3 + index}:30123/`);
      return node === home ? disposition : `${disposition} ${diagnosis?.message.code}`;
    });
    expect(dispositions.sort()).toEqual([
      'Delivered',
      'TimedOut DeniedByNetworkPolicy.SourceIsNode',
      'TimedOut DeniedByNetworkPolicy.SourceIsNode',
    ]);
  });

  it('lets a pod\u2019s own node in: probes go on, and other nodes are addresses', () => {
    const probed = deployment('web', {
      container: { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } },
    });
    const cluster = labWith([probed, web()[1]], policy('deny', { podSelector: {} }));
    cluster.runUntil(cluster.now() + 30_000, 1_000_000);
    const [{ spec, status }] = podsOf(cluster, 'web');
    const ready = (status as unknown as { conditions: { type: string; status: string }[] }).conditions;
    expect(ready.find(({ type }) => type === 'Ready')?.status).toBe('True');
    const reached = ['node-a', 'node-b', 'node-c'].map((name) => {
      return [
        name === spec.nodeName,
        send(cluster, { kind: 'Node', name }, `http://${status.podIP}/`).disposition,
      ];
    });
    expect(reached.sort()).toEqual([
      [false, 'TimedOut'],
      [false, 'TimedOut'],
      [true, 'Delivered'],
    ]);
  });

  it('lets a pod reach itself, by its address and round a Service', () => {
    const cluster = labWith(
      web(),
      policy('deny', { podSelector: app('web'), policyTypes: ['Ingress', 'Egress'] }),
    );
    const [{ metadata, status }] = podsOf(cluster, 'web');
    const { clusterIP } = call(cluster, 'GET', '/api/v1/namespaces/lab06/services/web', undefined).spec;
    const reached = [status.podIP, clusterIP].map((host) =>
      send(cluster, pod(metadata.name), `http://${host}/`),
    );
    expect(reached.map(({ disposition }) => disposition)).toEqual(['Delivered', 'Delivered']);
  });

  it('lets answers and flows that are established pass', () => {
    const deny = policy('deny', { podSelector: app('friend'), policyTypes: ['Ingress'] });
    const cluster = labWith(web(), deny);
    expect(send(cluster, pod('friend'), 'http://web/').disposition).toBe('Delivered');
  });

  it('is out of force when the last policy goes, and nothing is left of it', () => {
    const cluster = labWith(web());
    const queues = () => cluster.checkpoint().split('POSTROUTING').length - 1;
    const before = queues();
    create(cluster, policy('deny', { podSelector: app('web') }));
    settle(cluster);
    const [during, bound] = [send(cluster, CLIENT, 'http://web/').disposition, queues() - before];
    call(cluster, 'DELETE', '/apis/networking.k8s.io/v1/namespaces/lab06/networkpolicies/deny', undefined);
    settle(cluster);
    const after = send(cluster, CLIENT, 'http://web/');
    expect([during, bound, after.disposition, spoken(after), queues()]).toEqual([
      'TimedOut',
      3,
      'Delivered',
      [],
      before,
    ]);
  });

  it.each([
    ['nftables mode', { kube_proxy: { mode: 'nftables' } } as const],
    ['IPv6', { service_cidr: 'fd00:10:96::/112', pod_cidr: 'fd00:10:244::/56' }],
  ])('is enforced the same in a cluster of %s', (_title, config) => {
    const cluster = createCluster({ ...clusterConfig(), ...config });
    for (const name of ['lab06', 'other']) create(cluster, { kind: 'Namespace', metadata: { name } });
    settle(cluster, 5_000);
    for (const object of [...web(), client('friend')]) create(cluster, object);
    settle(cluster);
    const steps: string[] = [];
    const ask = (): void => {
      const { disposition, diagnosis, ...request } = send(cluster, pod('friend'), 'http://web/');
      steps.push(disposition, ...spoken({ disposition, ...request }));
      if (diagnosis?.fix) applyFix(cluster, { from: pod('friend'), to: 'http://web/' }, diagnosis.fix);
    };
    ask();
    create(cluster, policy('deny', { podSelector: app('web') }));
    settle(cluster);
    ask();
    ask();
    expect(steps).toEqual([
      'Delivered',
      'TimedOut',
      'Dropped IngressDropped deny',
      'Delivered',
      'Forwarded IngressAllowed deny spec.ingress[0].from[0]',
    ]);
  });

  it('goes with its namespace', () => {
    const cluster = labWith([], policy('deny', { podSelector: {} }, 'other'));
    call(cluster, 'DELETE', '/api/v1/namespaces/other', undefined);
    settle(cluster);
    expect(get(cluster, '/apis/networking.k8s.io/v1/networkpolicies').items).toEqual([]);
  });

  it('is there after a fork and for nodes that come later', () => {
    const cluster = newCluster();
    for (const name of ['lab06', 'other']) create(cluster, { kind: 'Namespace', metadata: { name } });
    create(cluster, policy('deny', { podSelector: app('web') }));
    settle(cluster, 5_000);
    for (const object of [...web(), client('friend')]) create(cluster, object);
    settle(cluster);
    const of = (each: Cluster) => send(each, pod('friend'), 'http://web/').disposition;
    expect([of(cluster.fork()), of(cluster)]).toEqual(['TimedOut', 'TimedOut']);
  });
});

interface Row {
  readonly objects?: Parameters<typeof lab>[0];
  readonly policies: ReturnType<typeof policy>[];
  readonly from?: SendRequestBody['from'];
  readonly to?: SendRequestBody['to'];
  readonly field: string;
  readonly found?: unknown;
  readonly expected?: unknown;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
const OTHER = pod('friend', 'other');
const DNS = 'DnsDeniedByNetworkPolicy';
const allowsDns = policy('dns', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }],
});

const ROWS: Record<string, Row> = {
  'DeniedByNetworkPolicy.Ingress: nobody may come in': {
    policies: [policy('deny', { podSelector: app('web') })],
    field: 'spec.ingress',
    found: [],
    expected: { from: [{ podSelector: app('friend') }], ports: [{ protocol: 'TCP', port: 80 }] },
  },
  'DeniedByNetworkPolicy.Ingress: the rules are for others': {
    policies: [policy('others', from({ podSelector: app('db') }))],
    field: 'spec.ingress',
  },
  'DeniedByNetworkPolicy.Ingress: a pod without labels': {
    policies: [policy('deny', { podSelector: app('web') })],
    from: CLIENT,
    field: 'spec.ingress',
    expected: { from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 80 }] },
  },
  'DeniedByNetworkPolicy.Ingress: a node': {
    policies: [policy('deny', { podSelector: {} })],
    from: { kind: 'Node', name: 'away' },
    to: 'http://pod/',
    field: 'spec.ingress',
  },
  'DeniedByNetworkPolicy.Ingress: a ping': {
    policies: [policy('deny', { podSelector: app('web') })],
    to: { host: 'pod', protocol: 'ICMP' },
    field: 'spec.ingress',
    expected: { from: [{ podSelector: app('friend') }] },
  },
  'DeniedByNetworkPolicy.Egress: nothing may go out but DNS': {
    policies: [allowsDns],
    field: 'spec.egress',
    expected: { to: [{ podSelector: app('web') }], ports: [{ protocol: 'TCP', port: 80 }] },
  },
  'DeniedByNetworkPolicy.Egress: the outside': {
    policies: [allowsDns],
    to: 'http://example.com/',
    field: 'spec.egress',
    expected: { to: [{ ipBlock: { cidr: '203.0.113.80/32' } }], ports: [{ protocol: 'TCP', port: 80 }] },
  },
  [`${DNS}: an egress policy that forgets DNS`]: {
    policies: [
      policy('out', {
        podSelector: app('friend'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: app('web') }] }],
      }),
    ],
    field: 'spec.egress',
    expected: {
      to: [
        {
          namespaceSelector: { matchLabels: { [NAME_LABEL]: 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
  },
  [`${DNS}: nobody may ask the name servers`]: {
    policies: [policy('deny', { podSelector: {} }, 'kube-system')],
    field: 'spec.ingress',
  },
  'DeniedByNetworkPolicy.Port: DNS over TCP only': {
    policies: [
      policy('out', {
        podSelector: app('friend'),
        policyTypes: ['Egress'],
        egress: [{ ports: [{ port: 53 }] }, { to: [{ podSelector: app('web') }] }],
      }),
    ],
    field: 'spec.egress[0].ports',
    found: ['TCP 53'],
    expected: 'UDP 53',
  },
  'DeniedByNetworkPolicy.PortOfService: the Service\u2019s port instead of the pod\u2019s': {
    objects: web({}, [{ port: 8080, targetPort: 80 }]),
    policies: [policy('port', { podSelector: app('web'), ingress: [{ ports: [{ port: 8080 }] }] })],
    to: 'http://web:8080/',
    field: 'spec.ingress[0].ports[0].port',
    found: 8080,
    expected: 80,
  },
  'DeniedByNetworkPolicy.PortName: another name than the pod\u2019s': {
    policies: [policy('port', { podSelector: app('web'), ingress: [{ ports: [{ port: 'web' }] }] })],
    field: 'spec.ingress[0].ports[0].port',
    found: 'web',
    expected: 'http',
  },
  'DeniedByNetworkPolicy.Protocol: the right port of UDP': {
    policies: [
      policy('port', { podSelector: app('web'), ingress: [{ ports: [{ port: 80, protocol: 'UDP' }] }] }),
    ],
    field: 'spec.ingress[0].ports[0].protocol',
    found: 'UDP',
    expected: 'TCP',
  },
  'DeniedByNetworkPolicy.Port: other ports only': {
    policies: [
      policy('port', {
        podSelector: app('web'),
        ingress: [
          { from: [{ podSelector: app('friend') }], ports: [{ port: 443 }, { port: 8000, endPort: 8100 }] },
        ],
      }),
    ],
    field: 'spec.ingress[0].ports',
    found: ['TCP 443', 'TCP 8000-8100'],
    expected: 'TCP 80',
  },
  'DeniedByNetworkPolicy.OtherNamespace: a podSelector alone for a pod of another namespace': {
    policies: [policy('friends', from({ podSelector: app('friend') }))],
    from: OTHER,
    field: 'spec.ingress[0].from[0].namespaceSelector',
    found: 'lab06',
    expected: { [NAME_LABEL]: 'other' },
  },
  'DeniedByNetworkPolicy.NamespaceLabel: a label that the namespace lacks': {
    policies: [policy('friends', from({ namespaceSelector: { matchLabels: { name: 'other' } } }))],
    from: OTHER,
    field: 'spec.ingress[0].from[0].namespaceSelector',
    found: { name: 'other' },
    expected: { [NAME_LABEL]: 'other' },
  },
  'DeniedByNetworkPolicy.NamespaceLabel: nearly the name of the namespace': {
    policies: [
      policy(
        'friends',
        from({ namespaceSelector: { matchLabels: { [NAME_LABEL]: 'ohter' } }, podSelector: {} }),
      ),
    ],
    from: OTHER,
    field: 'spec.ingress[0].from[0].namespaceSelector',
    found: { [NAME_LABEL]: 'ohter' },
  },
  'DeniedByNetworkPolicy.PodLabel: nearly the label of the pod': {
    policies: [policy('friends', from({ podSelector: app('db') }, { podSelector: app('freind') }))],
    field: 'spec.ingress[0].from[1].podSelector',
    found: { app: 'freind' },
    expected: { app: 'friend' },
  },
  'DeniedByNetworkPolicy.OnePeerForTwo: both selectors where either was meant': {
    policies: [
      policy(
        'friends',
        from({ namespaceSelector: { matchLabels: { [NAME_LABEL]: 'other' } }, podSelector: app('web') }),
      ),
    ],
    from: OTHER,
    field: 'spec.ingress[0].from[0]',
  },
  'DeniedByNetworkPolicy.Except: the address is among the exceptions': {
    policies: [
      policy('out', {
        podSelector: app('friend'),
        policyTypes: ['Egress'],
        egress: [
          { ports: [{ port: 53, protocol: 'UDP' }] },
          { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '203.0.113.0/24'] } }] },
        ],
      }),
    ],
    to: 'http://example.com/',
    field: 'spec.egress[1].to[0].ipBlock.except[1]',
    found: '203.0.113.0/24',
  },
};

/** Puts the pod's address and a node where it is not into the words of a row. */
function bodyOf(row: Row, cluster: Cluster): SendRequestBody {
  const [{ spec, status }] = podsOf(cluster, 'web');
  const away = ['node-a', 'node-b', 'node-c'].find((name) => name !== spec.nodeName) ?? '';
  const text = JSON.stringify({
    from: row.from ?? pod('friend'),
    to: row.to ?? (row.from === OTHER ? 'http://web.lab06/' : 'http://web/'),
  });
  return JSON.parse(
    text
      .replace('"away"', `"${away}"`)
      .replace('//pod/', `//${status.podIP}/`)
      .replace('"host":"pod"', `"host":"${status.podIP}"`),
  ) as SendRequestBody;
}

describe('a request that a policy drops is explained', () => {
  it.each(Object.entries(ROWS))('%s', (title, row) => {
    const cluster = labWith(row.objects ?? web(), ...row.policies);
    const body = bodyOf(row, cluster);
    const { disposition, diagnosis } = send(cluster, body.from, body.to);
    expect(diagnosis?.message.code).toBe(title.slice(0, title.indexOf(':')));
    const dns = diagnosis?.code === DNS;
    expect(disposition).toBe(dns ? 'NameNotResolved' : 'TimedOut');
    expect(diagnosis).toMatchObject({ code: dns ? DNS : 'DeniedByNetworkPolicy', field: row.field });
    expect(diagnosis?.object).toMatchObject({ kind: 'NetworkPolicy', name: row.policies[0].metadata.name });
    if (row.found !== undefined) expect(diagnosis?.found).toEqual(row.found);
    if (row.expected !== undefined) expect(diagnosis?.expected).toEqual(row.expected);
    expect(diagnosis?.message.text).not.toMatch(/undefined|\{|NaN|\[object/);
    if (!diagnosis?.fix) throw new Error('no fix');
    applyFix(cluster, body, diagnosis.fix);
    const again = send(cluster, body.from, body.to);
    expect([again.disposition, again.diagnosis]).toEqual(['Delivered', undefined]);
  });

  it('of several policies the one for the fewest pods gets the rule', () => {
    const narrow = policy('narrow', { podSelector: app('web'), ingress: [{ ports: [{ port: 443 }] }] });
    const cluster = labWith(web(), policy('all', { podSelector: {} }), narrow);
    expect(send(cluster, pod('friend'), 'http://web/').diagnosis?.object).toMatchObject({ name: 'narrow' });
  });

  it('a namespace with everything denied is opened step by step', () => {
    const both = ['Ingress', 'Egress'];
    const cluster = labWith(web(), policy('deny', { podSelector: {}, policyTypes: both }));
    const codes: (string | undefined)[] = [];
    for (let round = 0; round < 5; round++) {
      const { disposition, diagnosis } = send(cluster, pod('friend'), 'http://web/');
      codes.push(disposition === 'Delivered' ? disposition : diagnosis?.message.code);
      if (!diagnosis?.fix) break;
      applyFix(cluster, { from: pod('friend'), to: 'http://web/' }, diagnosis.fix);
    }
    expect(codes).toEqual([
      DNS,
      'DeniedByNetworkPolicy.Egress',
      'DeniedByNetworkPolicy.Ingress',
      'Delivered',
    ]);
  });

  it('a policy of thousands of peers is explained in bounded work, and mended by one rule more', () => {
    const peers = Array.from({ length: 5_000 }, (_, i) => ({
      podSelector: app(`peer-${i}`),
      namespaceSelector: { matchLabels: { team: `team-${i}` } },
    }));
    const cluster = labWith(web(), policy('huge', from(...peers)));
    const body = { from: pod('friend'), to: 'http://web/' };
    const { diagnosis } = send(cluster, body.from, body.to);
    if (!diagnosis?.fix) throw new Error('no fix');
    applyFix(cluster, body, diagnosis.fix);
    expect(send(cluster, body.from, body.to).disposition).toBe('Delivered');
  });
});
