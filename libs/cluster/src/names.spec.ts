import type { Diagnosis, Request, SendRequestBody } from '@podlab/contracts';
import type { Cluster } from './cluster';
import {
  applyFix,
  CLIENT,
  create,
  deployment,
  get,
  lab,
  OUTSIDE,
  patch,
  send,
  service,
  settle,
} from './test-support';

const CURL = { name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] };
const HEADLESS = { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 80 }] };
const web = () => [deployment('web'), service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })];
const pod = (name: string, spec: object = {}, labels: Record<string, string> = {}) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'lab06', labels },
  spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], ...spec },
});
const from = (name: string) => ({ kind: 'Pod', namespace: 'lab06', name }) as const;
const stepsOf = ({ trace }: Request): string[] =>
  (trace?.hops ?? []).flatMap(({ steps }) =>
    steps.flatMap(({ type, detail }) =>
      type === 'DnsQuery' ? [`${String(detail['name'])} ${String(detail['rcode'])}`] : [],
    ),
  );

interface Policy {
  readonly spec: object;
  readonly host: string;
  readonly tried: readonly string[];
}

const IN_CLUSTER = ['lab06.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

/** What pods ask, by their DNS policy and configuration. */
const POLICIES: Record<string, Policy> = {
  'ClusterFirst searches from the pod’s namespace upwards': {
    spec: {},
    host: 'example.com',
    tried: [...IN_CLUSTER.map((domain) => `example.com.${domain} NXDOMAIN`), 'example.com NOERROR'],
  },
  'a dot at the end spares the search': { spec: {}, host: 'example.com.', tried: ['example.com NOERROR'] },
  'ndots 1 tries a name with a dot as it is first': {
    spec: { dnsConfig: { options: [{ name: 'ndots', value: '1' }] } },
    host: 'example.com',
    tried: ['example.com NOERROR'],
  },
  'ndots 1 finds web.lab06 only after asking the world': {
    spec: { dnsConfig: { options: [{ name: 'ndots', value: '1' }] } },
    host: 'web.lab06',
    tried: [
      'web.lab06 NXDOMAIN',
      'web.lab06.lab06.svc.cluster.local NXDOMAIN',
      'web.lab06.svc.cluster.local NOERROR',
    ],
  },
  'searches of dnsConfig follow those of the cluster': {
    spec: { dnsConfig: { searches: ['com'] } },
    host: 'example',
    tried: [...IN_CLUSTER.map((domain) => `example.${domain} NXDOMAIN`), 'example.com NOERROR'],
  },
  'ClusterFirst on the host network is the node’s resolver': {
    spec: { hostNetwork: true },
    host: 'web',
    tried: ['web NXDOMAIN'],
  },
  'ClusterFirstWithHostNet on the host network': {
    spec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    host: 'web',
    tried: ['web.lab06.svc.cluster.local NOERROR'],
  },
  'Default is the node’s resolver': {
    spec: { dnsPolicy: 'Default' },
    host: 'example.com',
    tried: ['example.com NOERROR'],
  },
  'None has what dnsConfig says': {
    spec: { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.96.0.10'], searches: ['svc.cluster.local'] } },
    host: 'web.lab06',
    tried: ['web.lab06 NXDOMAIN', 'web.lab06.svc.cluster.local NOERROR'],
  },
  'a second name server answers where the first is silent': {
    spec: {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['203.0.113.99', '10.96.0.10'], options: [{ name: 'timeout', value: '1' }] },
    },
    host: 'web.lab06.svc.cluster.local',
    tried: ['web.lab06.svc.cluster.local NOERROR'],
  },
};

describe('a pod asks', () => {
  const cluster = lab([
    ...web(),
    ...Object.values(POLICIES).map(({ spec }, index) => pod(`pod-${index}`, { ...spec, containers: [CURL] })),
  ]);
  it.each(Object.entries(POLICIES).map(([title, policy], index) => [title, index, policy] as const))(
    '%s',
    (_title, index, { host, tried }) => {
      expect(stepsOf(send(cluster, from(`pod-${index}`), `http://${host}/`))).toEqual(tried);
    },
  );

  it('nobody for what its /etc/hosts says', () => {
    const aliased = pod('aliased', {
      containers: [CURL],
      hostAliases: [{ ip: '203.0.113.80', hostnames: ['shop.example'] }],
    });
    create(cluster, aliased);
    settle(cluster);
    const request = send(cluster, from('aliased'), 'http://shop.example/');
    expect([request.disposition, stepsOf(request)]).toEqual(['Delivered', []]);
  });
});

const policyPath = '/spec/template/spec/dnsPolicy';

interface Row {
  readonly objects?: Parameters<typeof lab>[0];
  readonly after?: (cluster: Cluster) => void;
  readonly from?: SendRequestBody['from'];
  readonly to: string;
  readonly code: string;
  readonly rcode?: string;
  readonly field?: string | null;
  readonly found?: unknown;
  readonly expected?: unknown;
  readonly fix?: NonNullable<Diagnosis['fix']>['action'];
}

const COREDNS = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';
const scale = (replicas: number) => (cluster: Cluster) => {
  patch(cluster, COREDNS, [{ op: 'replace', path: '/spec/replicas', value: replicas }]);
  settle(cluster);
};

const ROWS: Record<string, Row> = {
  'the namespace misspelt': {
    objects: web(),
    to: 'http://web.lab6/',
    code: 'NameInOtherNamespace',
    found: 'lab6',
    expected: 'lab06',
    fix: 'Request',
  },
  'svc forgotten': {
    objects: web(),
    to: 'http://web.lab06.cluster.local/',
    code: 'NameNotFound',
    expected: 'web.lab06.svc.cluster.local',
    fix: 'Request',
  },
  'another zone': {
    objects: web(),
    to: 'http://web.lab06.svc.k8s.local/',
    code: 'NameNotFound',
    expected: 'web.lab06.svc.cluster.local',
    fix: 'Request',
  },
  'namespace before Service': {
    objects: web(),
    to: 'http://lab06.web/',
    code: 'NameNotFound',
    expected: 'web.lab06',
    fix: 'Request',
  },
  'a dot too many': {
    objects: web(),
    to: 'http://web.lab06./',
    code: 'NameNotInSearchPath',
    found: 'web.lab06.',
    expected: 'web.lab06.svc.cluster.local',
    fix: 'Request',
  },
  'a part that no name can have': {
    objects: web(),
    to: `http://${'a'.repeat(64)}.lab06/`,
    code: 'NameNotValid',
    found: 'a'.repeat(64),
  },
  'a pod without a search path': {
    objects: [
      ...web(),
      pod('bare', { containers: [CURL], dnsPolicy: 'None', dnsConfig: { nameservers: ['10.96.0.10'] } }),
    ],
    from: from('bare'),
    to: 'http://web.lab06/',
    code: 'NameNotInSearchPath',
    field: 'spec.dnsConfig.searches',
    found: '',
    fix: 'Request',
  },
  'a pod with the node’s resolver': {
    objects: [...web(), pod('plain', { containers: [CURL], dnsPolicy: 'Default' })],
    from: from('plain'),
    to: 'http://web.lab06/',
    code: 'PodDoesNotUseClusterDns',
    field: 'spec.dnsPolicy',
    found: 'Default',
    expected: 'ClusterFirst',
  },
  'a pod on its node’s network': {
    objects: [...web(), pod('agent', { containers: [CURL], hostNetwork: true })],
    from: from('agent'),
    to: 'http://web.lab06.svc.cluster.local/',
    code: 'PodDoesNotUseClusterDns',
    found: 'ClusterFirst',
    expected: 'ClusterFirstWithHostNet',
  },
  'the name of a pod': {
    objects: [pod('db-0')],
    to: 'http://db-0/',
    code: 'PodNameIsNoDnsName',
    field: 'metadata.name',
    fix: 'Request',
  },
  'a headless host without a hostname': {
    objects: [pod('db-0', {}, { app: 'db' }), service('db', HEADLESS)],
    to: 'http://db-0.db/',
    code: 'HeadlessHostNotFound',
    field: 'spec.hostname',
    found: 'none',
    expected: 'db-0',
  },
  'a headless host without a subdomain': {
    objects: [pod('db-0', { hostname: 'db-0' }, { app: 'db' }), service('db', HEADLESS)],
    to: 'http://db-0.db.lab06.svc.cluster.local/',
    code: 'HeadlessHostNotFound',
    field: 'spec.subdomain',
    expected: 'db',
  },
  'a headless host misspelt': {
    objects: [pod('db-0', { hostname: 'mysql', subdomain: 'db' }, { app: 'db' }), service('db', HEADLESS)],
    to: 'http://mysqk.db/',
    code: 'NameNotFound',
    found: 'mysqk',
    expected: 'mysql',
    fix: 'Request',
  },
  'a headless Service whose pods are not ready': {
    objects: [
      deployment('db', { container: { readinessProbe: { tcpSocket: { port: 81 } } } }),
      service('db', HEADLESS),
    ],
    to: 'http://db/',
    code: 'ReadinessProbeFailing',
    fix: 'Patch',
  },
  'a headless Service whose selector matches nobody': {
    objects: [service('db', HEADLESS)],
    to: 'http://db/',
    code: 'SelectorMatchesNoPod',
    field: 'spec.selector',
  },
  'an alias nearly right': {
    objects: [
      ...web(),
      service('alias', { type: 'ExternalName', externalName: 'web.lab06.svc.cluster.locl' }),
    ],
    to: 'http://alias/',
    code: 'ExternalNameNotFound',
    field: 'spec.externalName',
  },
  'an alias to a Service misspelt': {
    objects: [
      ...web(),
      service('alias', { type: 'ExternalName', externalName: 'wed.lab06.svc.cluster.local' }),
    ],
    to: 'http://alias/',
    code: 'ExternalNameNotFound',
    rcode: 'NODATA',
    expected: 'web.lab06.svc.cluster.local',
    fix: 'Patch',
  },
  'a host of the world misspelt': {
    to: 'http://exmaple.com/',
    code: 'NameNotFound',
    expected: 'example.com',
    fix: 'Request',
  },
  'a full name from outside': {
    objects: web(),
    from: OUTSIDE,
    to: 'http://web.lab06.svc.cluster.local/',
    code: 'ClusterNameOutsideCluster',
    rcode: 'NXDOMAIN',
    fix: 'Request',
  },
  'a full name of nobody from a node': {
    from: { kind: 'Node', name: 'node-a' },
    to: 'http://nobody.lab06.svc.cluster.local/',
    code: 'ClusterNameOutsideCluster',
  },
  'no CoreDNS': {
    objects: web(),
    after: scale(0),
    to: 'http://web/',
    code: 'DnsUnavailable',
    rcode: 'TIMEOUT',
    fix: 'Patch',
  },
  'CoreDNS with an image that is not there': {
    objects: web(),
    after: (cluster) => {
      scale(0)(cluster);
      const image = {
        op: 'replace',
        path: '/spec/template/spec/containers/0/image',
        value: 'nginx:no-such-tag',
      };
      patch(cluster, COREDNS, [image]);
      scale(1)(cluster);
      settle(cluster);
    },
    to: 'http://web/',
    code: 'DnsUnavailable',
    rcode: 'TIMEOUT',
  },
  'a name server that nobody is': {
    objects: [
      pod('lost', { containers: [CURL], dnsPolicy: 'None', dnsConfig: { nameservers: ['203.0.113.99'] } }),
    ],
    from: from('lost'),
    to: 'http://example.com/',
    code: 'NameServerUnreachable',
    rcode: 'TIMEOUT',
    field: 'spec.dnsConfig.nameservers',
    found: '203.0.113.99',
    expected: '10.96.0.10',
  },
};

describe('a name that is not resolved is explained', () => {
  it.each(Object.entries(ROWS))('%s', (_title, row) => {
    const cluster = lab(row.objects);
    row.after?.(cluster);
    const body: SendRequestBody = { from: row.from ?? CLIENT, to: row.to };
    const { disposition, diagnosis, dns } = send(cluster, body.from, body.to);
    expect([disposition, diagnosis?.code]).toEqual(['NameNotResolved', row.code]);
    expect(diagnosis?.message.text).not.toMatch(/undefined|\{|NaN|\(\)/);
    if (row.rcode !== undefined) expect(dns?.rcode).toBe(row.rcode);
    if (row.field !== undefined) expect(diagnosis?.field).toBe(row.field);
    if (row.found !== undefined) expect(diagnosis?.found).toEqual(row.found);
    if (row.expected !== undefined) expect(diagnosis?.expected).toEqual(row.expected);
    expect(diagnosis?.fix?.action).toBe(row.fix);
    if (!diagnosis?.fix) return;
    const mended = applyFix(cluster, body, diagnosis.fix);
    expect(send(cluster, mended.from, mended.to).disposition).toBe('Delivered');
  });

  it('a Deployment with the node’s resolver is given the cluster’s', () => {
    const cluster = lab([...web(), deployment('job', { template: { dnsPolicy: 'Default' } })]);
    const name = () => podOf(cluster, 'job-');
    const { diagnosis } = send(cluster, from(name()), 'http://web/');
    expect(diagnosis?.fix).toMatchObject({
      action: 'Patch',
      patch: [{ path: policyPath, value: 'ClusterFirst' }],
    });
    applyFix(
      cluster,
      { from: from(name()), to: 'http://web/' },
      diagnosis?.fix as NonNullable<Diagnosis['fix']>,
    );
    settle(cluster);
    expect(send(cluster, from(name()), 'http://web/').disposition).toBe('Delivered');
  });

  it('a refused query fails at once, a silent server after its time', () => {
    const cluster = lab(web());
    scale(0)(cluster);
    expect(send(cluster, CLIENT, 'http://web/').elapsed_ms).toBeLessThan(10);
    scale(1)(cluster);
    const metadata = { name: 'deny', namespace: 'lab06' };
    const policy = { kind: 'NetworkPolicy', metadata, spec: { podSelector: {}, policyTypes: ['Egress'] } };
    create(cluster, policy);
    settle(cluster);
    const request = send(cluster, CLIENT, 'http://web/', { timeout_ms: 30_000 });
    const { elapsed_ms, dns, diagnosis } = request;
    expect(stepsOf(request)).toEqual(['web.lab06.svc.cluster.local TIMEOUT', 'web TIMEOUT']);
    expect([elapsed_ms, dns?.rcode, diagnosis?.code]).toEqual([
      20_000,
      'TIMEOUT',
      'DnsDeniedByNetworkPolicy',
    ]);
    expect(send(cluster, CLIENT, 'http://web/', { timeout_ms: 3_000 }).elapsed_ms).toBe(3_000);
  });
});

function podOf(cluster: Cluster, prefix: string): string {
  const names = (get(cluster, '/api/v1/namespaces/lab06/pods').items as { metadata: { name: string } }[]).map(
    ({ metadata }) => metadata.name,
  );
  return names.find((name) => name.startsWith(prefix)) as string;
}
