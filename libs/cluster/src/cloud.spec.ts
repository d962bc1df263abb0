import type { Diagnosis, Request, SendRequestBody } from '@podlab/contracts';
import type { Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  create,
  deployment,
  get,
  lab,
  OUTSIDE,
  patch,
  podsOf,
  send,
  sendMany,
  service,
  settle,
} from './test-support';

interface Cloud {
  enabled: boolean;
  delay_ms: number;
  quota: number;
  source?: 'preserve' | 'rewrite';
  failing?: boolean;
}

const CLOUD: Cloud = { enabled: true, delay_ms: 3_000, quota: 20 };
const REWRITE: Cloud = { ...CLOUD, source: 'rewrite' };
const VIP = 'http://203.0.113.100/';

const web = (spec: object = {}, replicas = 1) => [
  deployment('web', { replicas }),
  service('web', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }], ...spec }),
];

const statusOf = (cluster: Cluster) =>
  get(cluster, '/api/v1/namespaces/lab06/services/web').status as unknown as {
    loadBalancer: { ingress?: { ip: string; ipMode: string }[] };
  };
const kindsOf = ({ trace }: Request) =>
  (trace?.hops ?? []).filter(({ direction }) => direction === 'request').map(({ where }) => where.kind);
const nodeOfPod = (cluster: Cluster) => podsOf(cluster, 'web')[0].spec.nodeName;
const otherNode = (cluster: Cluster) =>
  ['node-a', 'node-b', 'node-c'].find((node) => node !== nodeOfPod(cluster)) as string;
const setDown = (cluster: Cluster, node: string, down: boolean) =>
  cluster.perform({ kind: 'NodeDown', node, down });
const chosenNodes = (cluster: Cluster) =>
  new Set(
    sendMany(cluster, OUTSIDE, VIP, { count: 24, traces: 'all' }).requests.map(
      ({ trace }) =>
        trace?.hops.flatMap(({ steps }) => steps).find(({ detail }) => 'balancer' in detail)?.detail[
          'chosen'
        ],
    ),
  );

interface WayRow {
  readonly cloud: Cloud;
  readonly spec?: object;
  readonly from: SendRequestBody['from'];
  /** Hops of the request by kind, the last ones that matter. */
  readonly by: 'LoadBalancer' | 'kube-proxy';
  readonly source: RegExp;
}

/** Who a pod sees, by the way of the load balancer: KEP-1860 (ipMode) and the policies of Services. */
const WAYS: Record<string, WayRow> = {
  'outside, preserved, Cluster: a node masquerades': {
    cloud: CLOUD,
    from: OUTSIDE,
    by: 'LoadBalancer',
    source: /^10\.244\.\d+\.[01]$/,
  },
  'outside, preserved, Local: the client itself': {
    cloud: CLOUD,
    spec: { externalTrafficPolicy: 'Local' },
    from: OUTSIDE,
    by: 'LoadBalancer',
    source: /^198\.51\.100\.7$/,
  },
  'outside, rewritten, Cluster: a node masquerades': {
    cloud: REWRITE,
    from: OUTSIDE,
    by: 'LoadBalancer',
    source: /^10\.244\.\d+\.[01]$/,
  },
  'outside, rewritten, Local: the load balancer': {
    cloud: REWRITE,
    spec: { externalTrafficPolicy: 'Local' },
    from: OUTSIDE,
    by: 'LoadBalancer',
    source: /^172\.18\.255\.100$/,
  },
  'outside, preserved, without node ports': {
    cloud: CLOUD,
    spec: { allocateLoadBalancerNodePorts: false },
    from: OUTSIDE,
    by: 'LoadBalancer',
    source: /^10\.244\.\d+\.[01]$/,
  },
  'a pod, ipMode VIP: kube-proxy cuts the way short': {
    cloud: CLOUD,
    from: CLIENT,
    by: 'kube-proxy',
    source: /^10\.244\.\d+\.\d+$/,
  },
  'a pod, ipMode Proxy: out to the load balancer and back': {
    cloud: REWRITE,
    from: CLIENT,
    by: 'LoadBalancer',
    source: /^10\.244\.\d+\.[01]$/,
  },
};

describe('the way through a load balancer', () => {
  it.each(Object.entries(WAYS))('%s', (_title, { cloud, spec, from, by, source }) => {
    const cluster = lab(web(spec), cloud);
    expect(statusOf(cluster).loadBalancer.ingress?.[0].ipMode).toBe(
      cloud.source === 'rewrite' ? 'Proxy' : 'VIP',
    );
    const request = send(cluster, from, VIP);
    expect(request.disposition).toBe('Delivered');
    expect(kindsOf(request).includes('LoadBalancer')).toBe(by === 'LoadBalancer');
    expect(request.source_seen_by_backend).toMatch(source);
  });

  it('tells which node was chosen, of which, and why not others', () => {
    const cluster = lab(web({ externalTrafficPolicy: 'Local' }), CLOUD);
    const { trace } = send(cluster, OUTSIDE, VIP);
    const hop = trace?.hops.find(({ where }) => where.kind === 'LoadBalancer');
    const step = hop?.steps.find(({ type }) => type === 'LoadBalancing');
    expect(step?.detail).toMatchObject({ chosen: nodeOfPod(cluster), source: 'preserve' });
    expect(step?.detail['nodes']).toContainEqual({
      node: otherNode(cluster),
      healthy: false,
      reason: 'HTTP 503',
    });
    expect(step?.objects.map(({ kind }) => kind)).toEqual(['Service', 'Node']);
    expect(step?.message.text).toContain(`chooses node ${nodeOfPod(cluster)}, one of 1 healthy of 3`);
  });
});

describe('health of nodes', () => {
  it.each([CLOUD, REWRITE])('a node that is down leaves the rotation and returns: %j', (cloud) => {
    const cluster = lab(web({}, 3), cloud);
    expect(chosenNodes(cluster).size).toBe(3);
    setDown(cluster, 'node-b', true);
    cluster.runUntil(cluster.now() + 5_000, 1_000_000);
    expect(sendMany(cluster, OUTSIDE, VIP, { count: 24 }).summary.by_disposition['TimedOut']).toBeGreaterThan(
      0,
    );
    cluster.runUntil(cluster.now() + 15_000, 1_000_000);
    expect(chosenNodes(cluster)).toEqual(new Set(['node-a', 'node-c']));
    setDown(cluster, 'node-b', false);
    cluster.runUntil(cluster.now() + 30_000, 1_000_000);
    expect(chosenNodes(cluster)).toEqual(new Set(['node-a', 'node-b', 'node-c']));
  });

  it('a node that loses its endpoint stays until its checks have failed: what Local traffic loses meanwhile', () => {
    const cluster = lab(web({ externalTrafficPolicy: 'Local' }), CLOUD);
    const before = nodeOfPod(cluster);
    patch(cluster, `/api/v1/nodes/${before}`, [{ op: 'add', path: '/spec/unschedulable', value: true }]);
    call(
      cluster,
      'DELETE',
      `/api/v1/namespaces/lab06/pods/${podsOf(cluster, 'web')[0].metadata.name}`,
      undefined,
    );
    cluster.runUntil(cluster.now() + 6_000, 1_000_000);
    expect(send(cluster, OUTSIDE, VIP).disposition).toBe('TimedOut');
    cluster.runUntil(cluster.now() + 60_000, 1_000_000);
    expect(chosenNodes(cluster)).toEqual(new Set([nodeOfPod(cluster)]));
    expect(nodeOfPod(cluster)).not.toBe(before);
  });

  it('a node that is excluded by label is no backend', () => {
    const cluster = lab(web({}, 3), CLOUD);
    patch(cluster, '/api/v1/nodes/node-c', [
      {
        op: 'add',
        path: '/metadata/labels/node.kubernetes.io~1exclude-from-external-load-balancers',
        value: '',
      },
    ]);
    settle(cluster);
    expect(chosenNodes(cluster)).toEqual(new Set(['node-a', 'node-b']));
  });
});

describe('the life of a load balancer', () => {
  it('a Service that becomes a ClusterIP gives it up, with its finalizer', () => {
    const cluster = lab(web(), CLOUD);
    patch(cluster, '/api/v1/namespaces/lab06/services/web', [
      { op: 'replace', path: '/spec/type', value: 'ClusterIP' },
    ]);
    settle(cluster);
    const { metadata, status } = get(cluster, '/api/v1/namespaces/lab06/services/web');
    expect(status).toEqual({ loadBalancer: {} });
    expect((metadata as { finalizers?: string[] }).finalizers).toBeUndefined();
    expect(send(cluster, OUTSIDE, VIP).disposition).toBe('NoRoute');
  });

  it('a Service that is deleted while the cloud is off goes when it is on', () => {
    const cluster = lab(web(), CLOUD);
    cluster.perform({ kind: 'Cloud', settings: { ...CLOUD, enabled: false } });
    call(cluster, 'DELETE', '/api/v1/namespaces/lab06/services/web', undefined);
    settle(cluster);
    expect(send(cluster, OUTSIDE, VIP).disposition).not.toBe('NoRoute');
    cluster.perform({ kind: 'Cloud', settings: CLOUD });
    settle(cluster);
    expect(() => get(cluster, '/api/v1/namespaces/lab06/services/web')).toThrow('not found');
    expect(send(cluster, OUTSIDE, VIP).disposition).toBe('NoRoute');
  });

  it('changes its way when the cloud does', () => {
    const cluster = lab(web(), CLOUD);
    cluster.perform({ kind: 'Cloud', settings: REWRITE });
    settle(cluster);
    expect(statusOf(cluster).loadBalancer.ingress).toEqual([{ ip: '203.0.113.100', ipMode: 'Proxy' }]);
    expect(send(cluster, CLIENT, VIP).disposition).toBe('Delivered');
  });
});

interface Row {
  readonly cloud?: Cloud;
  readonly spec?: object;
  readonly after?: (cluster: Cluster) => void;
  readonly from?: SendRequestBody['from'];
  readonly to?: string;
  readonly disposition: Request['disposition'];
  readonly message?: string;
  readonly found?: unknown;
  readonly expected?: unknown;
  readonly fix?: NonNullable<Diagnosis['fix']>['action'];
}

const PENDING = { to: 'http://web.lab06/', disposition: 'NameNotResolved' as const };

const ROWS: Record<string, Row> = {
  'LoadBalancerPending: no cloud': {
    ...PENDING,
    cloud: { ...CLOUD, enabled: false },
    message: 'LoadBalancerPending.NoCloud',
    fix: 'Cloud',
  },
  'LoadBalancerPending: the cloud fails': {
    ...PENDING,
    cloud: { ...CLOUD, failing: true },
    message: 'LoadBalancerPending.Failing',
    fix: 'Cloud',
  },
  'LoadBalancerPending: the quota is used': {
    ...PENDING,
    cloud: { ...CLOUD, quota: 0 },
    message: 'LoadBalancerPending.Quota',
    fix: 'Cloud',
  },
  'LoadBalancerPending: another class': {
    ...PENDING,
    spec: { loadBalancerClass: 'example.com/other' },
    message: 'LoadBalancerPending.OtherClass',
  },
  'LoadBalancerPending: an address that the cloud does not have': {
    ...PENDING,
    spec: { loadBalancerIP: '192.0.2.200' },
    message: 'LoadBalancerPending.Refused',
    found: '192.0.2.200',
    fix: 'Patch',
  },
  'LoadBalancerPending: no node ports for a load balancer that needs them': {
    ...PENDING,
    cloud: REWRITE,
    spec: { allocateLoadBalancerNodePorts: false },
    message: 'LoadBalancerPending.Refused',
    found: false,
  },
  'SourceNotInLoadBalancerSourceRanges: kept out by kube-proxy': {
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    disposition: 'TimedOut',
    found: ['192.0.2.0/24'],
    expected: ['192.0.2.0/24', '198.51.100.7/32'],
    fix: 'Patch',
  },
  'SourceNotInLoadBalancerSourceRanges: a pod kept out by its own node': {
    from: CLIENT,
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    disposition: 'TimedOut',
    expected: ['192.0.2.0/24', expect.stringMatching(/^10\.244\.\d\.\d+\/32$/)],
    fix: 'Patch',
  },
  'SourceNotInLoadBalancerSourceRanges: kept out by the load balancer': {
    cloud: REWRITE,
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    disposition: 'TimedOut',
    found: ['192.0.2.0/24'],
    expected: ['192.0.2.0/24', '198.51.100.7/32'],
    fix: 'Patch',
  },
  'NoHealthyNode: every node is excluded': {
    after(cluster) {
      for (const node of ['node-a', 'node-b', 'node-c'])
        patch(cluster, `/api/v1/nodes/${node}`, [
          {
            op: 'add',
            path: '/metadata/labels/node.kubernetes.io~1exclude-from-external-load-balancers',
            value: 'true',
          },
        ]);
    },
    disposition: 'TimedOut',
    message: 'NoHealthyNode.NoNode',
    found: [],
  },
};

describe('diagnosis', () => {
  it.each(Object.entries(ROWS))('%s', (title, row) => {
    const cluster = lab(web(row.spec), row.cloud ?? CLOUD);
    row.after?.(cluster);
    settle(cluster);
    const body: SendRequestBody = { from: row.from ?? OUTSIDE, to: row.to ?? VIP };
    const { disposition, diagnosis } = send(cluster, body.from, body.to);
    expect(disposition).toBe(row.disposition);
    expect(diagnosis?.code).toBe(title.split(':')[0]);
    if (row.message !== undefined) expect(diagnosis?.message.code).toBe(row.message);
    if (row.found !== undefined) expect(diagnosis?.found).toEqual(row.found);
    if (row.expected !== undefined) expect(diagnosis?.expected).toEqual(row.expected);
    if (row.fix === undefined) return;
    expect(diagnosis?.fix?.action).toBe(row.fix);
    const again = applyFix(cluster, body, diagnosis?.fix as NonNullable<Diagnosis['fix']>);
    expect(send(cluster, again.from, again.to).disposition).toBe('Delivered');
  });

  it('NoHealthyNode: checks that have only just succeeded again', () => {
    const cluster = lab(web(), CLOUD);
    for (const node of ['node-a', 'node-b', 'node-c']) setDown(cluster, node, true);
    cluster.runUntil(cluster.now() + 20_000, 1_000_000);
    for (const node of ['node-a', 'node-b', 'node-c']) setDown(cluster, node, false);
    cluster.runUntil(cluster.now() + 3_000, 1_000_000);
    const body: SendRequestBody = { from: OUTSIDE, to: VIP };
    const { diagnosis } = send(cluster, body.from, body.to);
    expect(diagnosis).toMatchObject({ code: 'NoHealthyNode', expected: 'HTTP 200 on port 10256' });
    applyFix(cluster, body, diagnosis?.fix as NonNullable<Diagnosis['fix']>);
    expect(send(cluster, body.from, body.to).disposition).toBe('Delivered');
  });
});

it('a fork balances as its origin does', () => {
  const cluster = lab(web({}, 3), REWRITE);
  setDown(cluster, 'node-b', true);
  cluster.runUntil(cluster.now() + 6_000, 1_000_000);
  const fork = cluster.fork();
  for (const each of [cluster, fork]) {
    each.runUntil(each.now() + 20_000, 1_000_000);
    expect(chosenNodes(each)).toEqual(new Set(['node-a', 'node-c']));
  }
  create(fork, service('more', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] }));
  settle(fork);
  expect(send(fork, OUTSIDE, 'http://203.0.113.101/').disposition).toBe('Delivered');
});
