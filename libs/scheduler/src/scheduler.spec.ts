import type { Node, Pod } from '@podlab/api';
import { buildNode, buildPod, buildReplicaSet, buildService, ComponentHarness } from '@podlab/testkit';
import type { NodeOptions, PodOptions } from '@podlab/testkit';
import fc from 'fast-check';
import type { ResultState } from './result-store';
import { scheduler, SCHEDULING_RESULTS_PART } from './scheduler';

interface Scene {
  nodes: Record<string, NodeOptions>;
  /** Pods that run already: `name: [node, options]`. */
  running?: Record<string, [string, PodOptions]>;
}

function startCluster({ nodes, running = {} }: Scene, seed?: string): ComponentHarness {
  const cluster = new ComponentHarness({ scheduler }, { seed });
  for (const [name, options] of Object.entries(nodes))
    cluster.client.create('nodes', buildNode(name, options));
  for (const [name, [nodeName, options]] of Object.entries(running)) {
    cluster.client.create(
      'pods',
      buildPod('lab06', name, { ...options, spec: { ...options.spec, nodeName } }),
    );
  }
  return cluster;
}

function nodeOf(cluster: ComponentHarness, name: string): string | undefined {
  return cluster.get<Pod>('pods', `lab06/${name}`).spec.nodeName;
}

function schedule(cluster: ComponentHarness, name: string, options: PodOptions = {}): string | undefined {
  cluster.client.create('pods', buildPod('lab06', name, options));
  cluster.settle();
  return nodeOf(cluster, name);
}

function message(cluster: ComponentHarness, name: string): string | undefined {
  return cluster
    .get<Pod>('pods', `lab06/${name}`)
    .status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
}

const NO_HELP = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';
const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } });
const taint = (effect: string) => ({ spec: { taints: [{ key: 'dedicated', value: 'db', effect }] } });
const antiAffinity = (app: string): PodOptions => ({
  labels: { app },
  spec: {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    },
  },
});
const affinity = (app: string): PodOptions['spec'] => ({
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
});

describe('a pod that no node fits is told why', () => {
  const refusals: [string, Scene, PodOptions, string][] = [
    [
      'too much CPU',
      { nodes: { a: { cpu: '1' }, b: { cpu: '1' } } },
      { requests: { cpu: '2' } },
      `0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 ${NO_HELP}.`,
    ],
    [
      'CPU that others have',
      { nodes: { a: { cpu: '1' } }, running: { other: ['a', { requests: { cpu: '600m' } }] } },
      { requests: { cpu: '500m' } },
      `0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}.`,
    ],
    [
      'CPU and memory',
      { nodes: { a: { cpu: '1', memory: '1Gi' } } },
      { requests: { cpu: '2', memory: '2Gi' } },
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_HELP}.`,
    ],
    [
      'as many pods as fit',
      { nodes: { a: { pods: '1' } }, running: { other: ['a', {}] } },
      {},
      `0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}.`,
    ],
    [
      'taints, a cordon and a selector',
      { nodes: { a: taint('NoSchedule'), b: { spec: { unschedulable: true } }, c: {} } },
      { spec: { nodeSelector: { disk: 'ssd' } } },
      `0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 3 ${NO_HELP}.`,
    ],
    [
      'a host port that is taken',
      {
        nodes: { a: {} },
        running: {
          other: [
            'a',
            { spec: { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] } },
          ],
        },
      },
      { spec: { containers: [{ name: 'c', ports: [{ containerPort: 8080, hostPort: 80 }] }] } },
      `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}.`,
    ],
    [
      'an affinity for nobody',
      { nodes: { a: {} } },
      { spec: affinity('nobody') },
      `0/1 nodes are available: 1 node(s) didn't match pod affinity rules. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_HELP}.`,
    ],
    [
      'an anti-affinity',
      { nodes: { a: {} }, running: { other: ['a', { labels: { app: 'db' } }] } },
      antiAffinity('db'),
      `0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}.`,
    ],
    [
      'an anti-affinity of one that runs',
      { nodes: { a: {} }, running: { other: ['a', antiAffinity('db')] } },
      { labels: { app: 'db' } },
      `0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}.`,
    ],
    [
      'a policy that never preempts',
      { nodes: { a: { cpu: '1' } } },
      { requests: { cpu: '2' }, spec: { preemptionPolicy: 'Never' } },
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    ],
    ['no node at all', { nodes: {} }, {}, 'no nodes available to schedule pods'],
  ];

  test.each(refusals)('%s', (_, scene, options, expected) => {
    const cluster = startCluster(scene);
    const requests = options.requests && {
      containers: [{ name: 'c', image: 'i', resources: { requests: options.requests } }],
    };
    expect(schedule(cluster, 'web', { ...options, spec: { ...requests, ...options.spec } })).toBeUndefined();
    expect(message(cluster, 'web')).toBe(expected);
    expect(cluster.eventLines()).toEqual([`Warning FailedScheduling Pod/web: ${expected}`]);
  });
});

describe('a pod goes', () => {
  const tolerated = [{ key: 'dedicated', operator: 'Equal', value: 'db', effect: 'NoSchedule' }];
  const placements: [string, Scene, PodOptions, string][] = [
    [
      'to the node that its selector names',
      { nodes: { a: {}, b: { labels: { disk: 'ssd' } } } },
      { spec: { nodeSelector: { disk: 'ssd' } } },
      'b',
    ],
    [
      'to a tainted node if it tolerates that',
      { nodes: { a: taint('NoSchedule') } },
      { spec: { tolerations: tolerated } },
      'a',
    ],
    ['rather to a node without a soft taint', { nodes: { a: taint('PreferNoSchedule'), b: {} } }, {}, 'b'],
    [
      'to the emptier node',
      { nodes: { a: {}, b: {} }, running: { other: ['a', { requests: { cpu: '2', memory: '4Gi' } }] } },
      { requests: { cpu: '1', memory: '1Gi' } },
      'b',
    ],
    [
      'near the pods it likes',
      { nodes: { a: {}, b: {} }, running: { other: ['b', { labels: { app: 'db' } }] } },
      { spec: affinity('db') },
      'b',
    ],
    [
      'away from the pods it does not like',
      { nodes: { a: {}, b: {} }, running: { other: ['a', { labels: { app: 'db' } }] } },
      antiAffinity('db'),
      'b',
    ],
  ];

  test.each(placements)('%s', (_, scene, options, expected) => {
    const cluster = startCluster(scene);
    expect(schedule(cluster, 'web', options)).toBe(expected);
    expect(cluster.eventLines()).toEqual([
      `Normal Scheduled Pod/web: Successfully assigned lab06/web to ${expected}`,
    ]);
  });
});

test('pods of one owner spread over nodes and zones', () => {
  const cluster = startCluster({ nodes: { a: zone('z1'), b: zone('z1'), c: zone('z2'), d: zone('z2') } });
  const replicaSet = cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 8));
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web',
    uid: replicaSet.metadata.uid as string,
    controller: true,
  };
  for (let index = 0; index < 8; index++) {
    const pod = buildPod('lab06', `web-${index}`, { labels: { app: 'web' } });
    cluster.client.create('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } });
  }
  cluster.settle();
  const perNode = new Map<string, number>();
  for (const { spec } of cluster.list<Pod>('pods'))
    perNode.set(spec.nodeName ?? '', (perNode.get(spec.nodeName ?? '') ?? 0) + 1);
  expect(Object.fromEntries(perNode)).toEqual({ a: 2, b: 2, c: 2, d: 2 });
});

test('a hard spread constraint keeps pods waiting until there is a place', () => {
  const spread = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'web' } },
  };
  const options = { labels: { app: 'web' }, spec: { topologySpreadConstraints: [spread] } };
  const cluster = startCluster({
    nodes: { a: zone('z1'), b: { ...zone('z2'), spec: { unschedulable: true } }, c: {} },
  });
  expect(schedule(cluster, 'web-1', options)).toBe('a');
  expect(schedule(cluster, 'web-2', options)).toBeUndefined();
  expect(message(cluster, 'web-2')).toContain(
    "1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod topology spread constraints (missing required label), 1 node(s) were unschedulable.",
  );
  cluster.edit<Node>('nodes', 'b', (node) => ({ ...node, spec: {} }));
  cluster.settle();
  expect(nodeOf(cluster, 'web-2')).toBe('b');
});

test.each(['podAffinity', 'podAntiAffinity'])('a preference (%s) decides where all else is equal', (kind) => {
  const podAffinityTerm = {
    labelSelector: { matchLabels: { app: 'db' } },
    topologyKey: 'kubernetes.io/hostname',
  };
  const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] };
  const cluster = startCluster({
    nodes: { a: {}, b: {} },
    running: { other: ['a', { labels: { app: 'db' } }], same: ['b', { labels: { app: 'other' } }] },
  });
  expect(schedule(cluster, 'web', { spec: { affinity: { [kind]: preferred } } })).toBe(
    kind === 'podAffinity' ? 'a' : 'b',
  );
});

test('no node ever gets more than it has, and no pod waits that would fit', () => {
  const cores = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 });
  const requests = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 20 });
  fc.assert(
    fc.property(cores, requests, (nodes, pods) => {
      const cluster = startCluster({
        nodes: Object.fromEntries(nodes.map((cpu, index) => [`n${index}`, { cpu: `${cpu}` }])),
      });
      pods.forEach((cpu, index) => {
        cluster.client.create('pods', buildPod('lab06', `p${index}`, { requests: { cpu: `${cpu}` } }));
      });
      cluster.settle();
      const free = new Map(nodes.map((cpu, index) => [`n${index}`, cpu]));
      const waiting: number[] = [];
      pods.forEach((cpu, index) => {
        const node = nodeOf(cluster, `p${index}`);
        if (node === undefined) waiting.push(cpu);
        else free.set(node, (free.get(node) as number) - cpu);
      });
      const left = Math.max(...free.values());
      expect(Math.min(...free.values())).toBeGreaterThanOrEqual(0);
      for (const cpu of waiting) expect(cpu).toBeGreaterThan(left);
    }),
    { numRuns: 50 },
  );
});

describe('a pod that waits', () => {
  const full: Scene = { nodes: { a: { cpu: '1' } }, running: { other: ['a', { requests: { cpu: '1' } }] } };
  const small: PodOptions = { requests: { cpu: '500m' } };

  test('gets its node when another pod goes', () => {
    const cluster = startCluster(full);
    expect(schedule(cluster, 'web', small)).toBeUndefined();
    cluster.client.delete('pods', 'lab06/other', { gracePeriodSeconds: 0 });
    cluster.settle();
    expect(nodeOf(cluster, 'web')).toBe('a');
  });

  test('gets its node when a node joins', () => {
    const cluster = startCluster(full);
    schedule(cluster, 'web', small);
    cluster.client.create('nodes', buildNode('b'));
    cluster.settle();
    expect(nodeOf(cluster, 'web')).toBe('b');
  });

  test('waits a second before its second try, and is not tried again for what can not help', () => {
    const cluster = startCluster(full);
    schedule(cluster, 'web', small);
    const failedAt = cluster.now;
    cluster.edit<Node>('nodes', 'a', (node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { new: 'yes' } },
    }));
    expect(cluster.settle()).toBe(true);
    expect(cluster.now).toBe(failedAt);
    cluster.client.create('nodes', buildNode('b', { cpu: '100m' }));
    cluster.settle();
    expect(cluster.now - failedAt).toBeGreaterThanOrEqual(1_000);
    expect(cluster.eventLines()).toHaveLength(2);
  });

  test('is tried again after five minutes though nothing happened', () => {
    const cluster = startCluster(full);
    schedule(cluster, 'web', small);
    cluster.advance(301_000);
    expect(cluster.eventLines()[0]).toContain('(x2)');
  });

  test('with a scheduling gate is left alone until the gate is gone', () => {
    const cluster = startCluster({ nodes: { a: {} } });
    expect(schedule(cluster, 'web', { spec: { schedulingGates: [{ name: 'quota' }] } })).toBeUndefined();
    expect(cluster.eventLines()).toEqual([]);
    cluster.edit<Pod>('pods', 'lab06/web', (pod) => ({ ...pod, spec: { ...pod.spec, schedulingGates: [] } }));
    cluster.settle();
    expect(nodeOf(cluster, 'web')).toBe('a');
  });
});

test('higher priority goes first', () => {
  const cluster = startCluster({ nodes: { a: { pods: '1' } } });
  cluster.client.create('pods', buildPod('lab06', 'low', { spec: { priority: 0 } }));
  cluster.client.create('pods', buildPod('lab06', 'high', { spec: { priority: 1000 } }));
  cluster.settle();
  expect([nodeOf(cluster, 'low'), nodeOf(cluster, 'high')]).toEqual([undefined, 'a']);
});

test('why a pod is on its node can be read as data', () => {
  const cluster = startCluster({ nodes: { a: {}, b: {}, c: taint('NoSchedule') } });
  const node = schedule(cluster, 'web');
  const { results } = cluster.part<ResultState>('scheduler', SCHEDULING_RESULTS_PART);
  const result = results.get('lab06/web');
  expect(result?.node).toBe(node);
  expect(result?.nodes[2]).toEqual({
    node: 'c',
    rejected_by: 'TaintToleration',
    reasons: ['node(s) had untolerated taint(s)'],
    unresolvable: true,
  });
  expect(result?.nodes[0]).toEqual({
    node: 'a',
    scores: { TaintToleration: 300, NodeResourcesFit: expect.any(Number) },
    total: expect.any(Number),
  });
});

test('the same seed chooses the same nodes, another seed others; a copy goes on as the original', () => {
  const run = (seed: string) => {
    const nodes = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`node-${index}`, {}]));
    const cluster = startCluster({ nodes }, seed);
    for (let index = 0; index < 6; index++) cluster.client.create('pods', buildPod('lab06', `web-${index}`));
    cluster.advance(3);
    const copy = cluster.copy();
    cluster.settle();
    copy.settle();
    expect(copy.hash()).toBe(cluster.hash());
    return cluster.list<Pod>('pods').map(({ spec }) => spec.nodeName);
  };
  expect(run('42')).toEqual(run('42'));
  expect(run('42')).not.toEqual(run('43'));
});

test('what the cache counts is what a fresh one counts, after any changes', () => {
  const cluster = startCluster({ nodes: { a: {}, b: {} } });
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  for (let index = 0; index < 12; index++) {
    schedule(cluster, `web-${index}`, { labels: { app: 'web' }, requests: { cpu: '100m' } });
    if (index % 3 === 2) cluster.client.delete('pods', `lab06/web-${index - 2}`);
  }
  const copy = cluster.copy();
  for (const each of [cluster, copy])
    for (let index = 12; index < 20; index++) schedule(each, `web-${index}`, { labels: { app: 'web' } });
  expect(copy.hash()).toBe(cluster.hash());
});
