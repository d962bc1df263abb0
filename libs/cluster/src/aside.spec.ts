import fc from 'fast-check';
import { createCluster, restoreCluster, type Cluster } from './cluster';
import type { ClusterConfig } from './config';
import {
  call,
  CLIENT,
  clusterConfig,
  create,
  deployment,
  get,
  lab,
  newCluster,
  OUTSIDE,
  patch,
  send,
  sendMany,
  service,
  settle,
} from './test-support';

const CLOUD = { enabled: true, delay_ms: 3_000, quota: 20 };
const NODE_PORT = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30123 }] };
const ALLOWED = {
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'lab06' },
  spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port: 80 }] }] },
};

function labOf(config: Partial<ClusterConfig>): Cluster {
  const objects = [
    deployment('web', { replicas: 2 }),
    service('web', NODE_PORT),
    service('balanced', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] }),
    service('nobody', { selector: { app: 'nobody' }, ports: [{ port: 80 }] }),
    ALLOWED,
  ];
  return lab(objects, CLOUD, createCluster({ ...clusterConfig(), cloud: CLOUD, ...config }));
}

const exec = (
  cluster: Cluster,
  command: string[],
  target: Parameters<Cluster['exec']>[0]['target'] = CLIENT,
) => {
  const session = cluster.exec({ target, command, stdin: '' });
  settle(cluster, 5_000);
  return [cluster.execSession(session.id), cluster.takeExecRequests(session.id)];
};

/** What somebody may want to know of a cluster, or do to it. */
const DEEDS: Readonly<Record<string, (cluster: Cluster) => unknown>> = {
  'by name': (cluster) => send(cluster, CLIENT, 'http://web/'),
  'many times': (cluster) => sendMany(cluster, CLIENT, 'http://web/', { count: 5, traces: 'all' }),
  'from a node': (cluster) => send(cluster, { kind: 'Node', name: 'node-c' }, 'http://172.18.0.3:30123/'),
  'from outside': (cluster) => send(cluster, OUTSIDE, 'http://172.18.0.4:30123/'),
  'from elsewhere': (cluster) =>
    send(cluster, { kind: 'External', ip: '198.51.100.99' }, 'http://172.18.0.4:30123/'),
  'by a load balancer': (cluster) => send(cluster, OUTSIDE, 'http://203.0.113.100/'),
  'the API server': (cluster) => send(cluster, CLIENT, 'https://kubernetes.default/healthz'),
  'out to the world': (cluster) => send(cluster, CLIENT, 'http://example.com/'),
  'no endpoints': (cluster) => send(cluster, CLIENT, 'http://nobody/'),
  'what a policy forbids': (cluster) => send(cluster, CLIENT, 'tcp://web:81'),
  'no such name': (cluster) => send(cluster, CLIENT, 'http://wbe/'),
  'each to each': (cluster) =>
    cluster.connectivity({
      from: [CLIENT, OUTSIDE],
      to: ['http://web/', 'udp://10.96.0.10:53'],
      timeout_ms: 5_000,
    }),
  'keep a connection': (cluster) =>
    send(cluster, CLIENT, 'http://web/', { connection: { keep: 'mine' } } as never),
  'read objects': (cluster) => get(cluster, '/api/v1/nodes'),
  'a command': (cluster) => exec(cluster, ['curl', '-sS', 'http://web/']),
  'a command that waits': (cluster) =>
    exec(cluster, ['sh', '-c', 'sleep 2; echo late > /tmp/late; cat /tmp/late']),
  'a node looks': (cluster) => exec(cluster, ['ip', 'route'], { kind: 'Node', name: 'node-a' }),
  'a kubectl in a pod': (cluster) => exec(cluster, ['kubectl', 'get', 'pods']),
  tables: (cluster) =>
    (['iptables', 'nftables', 'conntrack', 'interfaces', 'routes'] as const).map((table) =>
      cluster.nodeTableText('node-a', table),
    ),
  'a checkpoint': (cluster) => restoreCluster(cluster.checkpoint()).hash(),
  'cut a node': (cluster) => cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true }),
  'a slow link': (cluster) =>
    cluster.inject({
      kind: 'LinkLatency',
      target: { kind: 'Node', name: 'node-a' },
      params: { latency_ms: 50, jitter_ms: 5 },
    }),
  scale: (cluster) =>
    patch(cluster, '/apis/apps/v1/namespaces/lab06/deployments/web', [
      { op: 'replace', path: '/spec/replicas', value: 3 },
    ]),
  'delete the policy': (cluster) =>
    call(cluster, 'DELETE', '/apis/networking.k8s.io/v1/namespaces/lab06/networkpolicies/web', undefined),
  'another Service': (cluster) => create(cluster, service('more', NODE_PORT_LESS)),
  'an event': (cluster) => cluster.step(),
  'some time': (cluster) => cluster.runUntil(cluster.now() + 700, 100_000),
  settle: (cluster) => settle(cluster, 20_000),
  'an aside of it': (cluster) => cluster.aside((fork) => [send(fork, CLIENT, 'http://web/'), fork.hash()]),
  'a fork of it': (cluster) => {
    const fork = cluster.fork();
    return [send(fork, CLIENT, 'http://web/'), fork.hash()];
  },
};
const NODE_PORT_LESS = { selector: { app: 'web' }, ports: [{ port: 80 }] };

/** All that came of deeds in a row, refusals too. */
const doneBy = (cluster: Cluster, deeds: readonly string[]): unknown[] => [
  ...deeds.map((name) => {
    try {
      return DEEDS[name](cluster) ?? null;
    } catch (error) {
      return String(error);
    }
  }),
  cluster.hash(),
];

describe.each<[string, Partial<ClusterConfig>]>([
  ['iptables', {}],
  ['nftables', { kube_proxy: { mode: 'nftables' } }],
  [
    'two families',
    { service_cidr: '10.96.0.0/16,fd00:10:96::/108', pod_cidr: '10.244.0.0/16,fd00:10:244::/56' },
  ],
])('an aside of a cluster with %s', (_, config) => {
  const cluster = labOf(config);
  const before = cluster.hash();
  const rows = fc.array(fc.constantFrom(...Object.keys(DEEDS)), { minLength: 1, maxLength: 6 });

  it.each(Object.keys(DEEDS))('is as a fork would be: %s', (deed) => {
    expect(cluster.aside((fork) => doneBy(fork, [deed]))).toEqual(doneBy(cluster.fork(), [deed]));
    expect(cluster.hash()).toBe(before);
  });

  it('is as a fork would be, whatever is done in a row, and leaves the cluster as it was', () => {
    fc.assert(
      fc.property(rows, (deeds) => {
        expect(cluster.aside((fork) => doneBy(fork, deeds))).toEqual(doneBy(cluster.fork(), deeds));
        expect(cluster.hash()).toBe(before);
      }),
      { numRuns: 12 },
    );
  });

  it('is as the cluster itself, of which everything was made at once', () => {
    const deeds = [
      'by name',
      'a command',
      'each to each',
      'another Service',
      'settle',
      'cut a node',
      'settle',
    ];
    const apart = cluster.aside((fork) => doneBy(fork, deeds));
    expect(doneBy(cluster, deeds)).toEqual(apart);
  });
});

describe('an aside', () => {
  it('is over when its call is, and nothing happens to the cluster before', () => {
    const cluster = newCluster();
    settle(cluster, 5_000);
    const gone = cluster.aside((fork) => {
      expect(() => settle(cluster)).toThrow('a cluster moves while a fork');
      expect(() => cluster.step()).toThrow('a cluster moves while a fork');
      return fork;
    });
    expect(() => settle(gone)).toThrow('a cluster moves while a fork');
    settle(cluster);
    expect(cluster.settled()).toBe(true);
  });

  it('of a cluster that was just loaded is one of all of it', () => {
    const cluster = restoreCluster(labOf({}).checkpoint());
    const deeds = ['by name', 'scale', 'settle', 'a command'];
    expect(cluster.aside((fork) => doneBy(fork, deeds))).toEqual(doneBy(cluster.fork(), deeds));
  });
});
