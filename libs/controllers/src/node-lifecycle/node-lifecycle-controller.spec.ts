import type { Node, Pod } from '@podlab/api';
import { buildDeployment, buildNode, buildPod, ComponentHarness, testKubelet } from '@podlab/testkit';
import { deploymentController } from '../deployment/deployment-controller';
import { podGarbageCollector } from '../pod-garbage-collector/pod-garbage-collector';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { taintEvictionController } from '../taint-eviction/taint-eviction-controller';
import { NODE_MONITOR_GRACE_PERIOD_MS, nodeLifecycleController } from './node-lifecycle-controller';

const OUTAGES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const tolerations = OUTAGES.map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** Two nodes; pods go to the first until it is `down`. */
function startCluster() {
  const silent = new Map<string, number>();
  const listeners: ((node: string) => void)[] = [];
  const onNodeA = (pod: Pod) => pod.spec.nodeName === 'node-a' && silent.has('node-a');
  const cluster = new ComponentHarness({
    lifecycle: nodeLifecycleController({
      silentSince: (node) => silent.get(node),
      onSilence: (listener) => listeners.push(listener),
    }),
    eviction: taintEvictionController,
    podgc: podGarbageCollector,
    deployment: deploymentController,
    replicaset: replicaSetController,
    kubelet: testKubelet({ ignores: onNodeA, stopMs: 1_000_000_000 }),
  });
  for (const name of ['node-a', 'node-b']) cluster.client.create('nodes', buildNode(name));
  const setSilent = (node: string, since: number | undefined) => {
    if (since === undefined) silent.delete(node);
    else silent.set(node, since);
    for (const listener of listeners) listener(node);
  };
  return { cluster, setSilent };
}

const nodeA = (cluster: ComponentHarness) => cluster.get<Node>('nodes', 'node-a');
const ready = (cluster: ComponentHarness) =>
  nodeA(cluster).status?.conditions?.find(({ type }) => type === 'Ready');
const taints = (cluster: ComponentHarness) =>
  nodeA(cluster).spec.taints?.map(({ key, effect }) => `${key}:${effect}`);

function reportReady(cluster: ComponentHarness): void {
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }];
  cluster.client.updateStatus('nodes', {
    ...nodeA(cluster),
    status: { ...nodeA(cluster).status, conditions },
  });
}

describe('a node whose kubelet falls silent', () => {
  test('is unknown and unreachable after the grace period, and its pods are not ready', () => {
    const { cluster, setSilent } = startCluster();
    cluster.client.create('pods', buildPod('lab06', 'web', { spec: { nodeName: 'node-a', tolerations } }));
    cluster.settle();
    setSilent('node-a', cluster.now);
    cluster.advance(NODE_MONITOR_GRACE_PERIOD_MS - 100);
    expect(ready(cluster)?.status).toBe('True');
    cluster.advance(200);
    expect(ready(cluster)).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(taints(cluster)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    const pod = cluster.get<Pod>('pods', 'lab06/web');
    expect(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
    expect(cluster.eventLines()).toEqual([
      'Normal RegisteredNode Node/node-a: Node node-a event: Registered Node node-a in Controller',
      'Normal RegisteredNode Node/node-b: Node node-b event: Registered Node node-b in Controller',
      'Normal NodeNotReady Node/node-a: Node node-a status is now: NodeNotReady',
      'Warning NodeNotReady Pod/web: Node is not ready',
    ]);
  });

  test('loses its pods when they tolerated it for long enough', () => {
    const { cluster, setSilent } = startCluster();
    cluster.client.create('pods', buildPod('lab06', 'web', { spec: { nodeName: 'node-a', tolerations } }));
    cluster.client.create(
      'pods',
      buildPod('lab06', 'stays', { spec: { nodeName: 'node-a', tolerations: [{ operator: 'Exists' }] } }),
    );
    cluster.settle();
    setSilent('node-a', cluster.now);
    cluster.advance(NODE_MONITOR_GRACE_PERIOD_MS + 298_000);
    expect(cluster.get('pods', 'lab06/web').metadata.deletionTimestamp).toBeUndefined();
    cluster.advance(3_000);
    expect(cluster.get<Pod>('pods', 'lab06/web')).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) },
      status: {
        conditions: expect.arrayContaining([expect.objectContaining({ reason: 'DeletionByTaintManager' })]),
      },
    });
    expect(cluster.get('pods', 'lab06/stays').metadata.deletionTimestamp).toBeUndefined();
    expect(cluster.eventLines()).toContain(
      'Normal TaintManagerEviction Pod/web: Marking for deletion Pod lab06/web',
    );
  });

  test('keeps its pods when it comes back in time', () => {
    const { cluster, setSilent } = startCluster();
    cluster.client.create('pods', buildPod('lab06', 'web', { spec: { nodeName: 'node-a', tolerations } }));
    cluster.settle();
    setSilent('node-a', cluster.now);
    cluster.advance(NODE_MONITOR_GRACE_PERIOD_MS + 60_000);
    setSilent('node-a', undefined);
    reportReady(cluster);
    expect(cluster.settle()).toBe(true);
    expect(taints(cluster)).toBeUndefined();
    expect(cluster.eventLines()).toContain(
      'Normal TaintManagerEviction Pod/web: Cancelling deletion of Pod lab06/web',
    );
    cluster.advance(600_000);
    expect(cluster.get('pods', 'lab06/web').metadata.deletionTimestamp).toBeUndefined();
  });

  test('that speaks again within the grace period is never unknown', () => {
    const { cluster, setSilent } = startCluster();
    cluster.settle();
    setSilent('node-a', cluster.now);
    cluster.advance(30_000);
    setSilent('node-a', undefined);
    cluster.advance(60_000);
    expect(ready(cluster)?.status).toBe('True');
  });
});

describe('taints follow conditions', () => {
  test.each([
    ['not ready', { type: 'Ready', status: 'False' }, ['not-ready:NoSchedule', 'not-ready:NoExecute']],
    ['short of memory', { type: 'MemoryPressure', status: 'True' }, ['memory-pressure:NoSchedule']],
    ['short of disk', { type: 'DiskPressure', status: 'True' }, ['disk-pressure:NoSchedule']],
  ])('%s', (_, condition, expected) => {
    const { cluster } = startCluster();
    const conditions = [{ type: 'Ready', status: 'True' }, condition].filter(
      ({ type }, index, all) => all.findLastIndex((each) => each.type === type) === index,
    );
    cluster.client.updateStatus('nodes', {
      ...nodeA(cluster),
      status: { ...nodeA(cluster).status, conditions },
    });
    cluster.settle();
    expect(taints(cluster)).toEqual(expected.map((each) => `node.kubernetes.io/${each}`));
  });

  test('a cordon and taints of others stay apart', () => {
    const { cluster } = startCluster();
    const spec = { unschedulable: true, taints: [{ key: 'dedicated', effect: 'NoSchedule' }] };
    cluster.client.update('nodes', { ...nodeA(cluster), spec });
    cluster.settle();
    expect(taints(cluster)).toEqual(['dedicated:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule']);
    cluster.client.update('nodes', {
      ...nodeA(cluster),
      spec: { ...nodeA(cluster).spec, unschedulable: false },
    });
    cluster.settle();
    expect(taints(cluster)).toEqual(['dedicated:NoSchedule']);
  });
});

test('pods of a node that is deleted are given up after forty seconds', () => {
  const { cluster } = startCluster();
  cluster.client.create('pods', buildPod('lab06', 'web', { spec: { nodeName: 'node-a' } }));
  cluster.settle();
  cluster.client.delete('nodes', 'node-a');
  cluster.advance(39_000);
  expect(cluster.list('pods')).toHaveLength(1);
  cluster.advance(2_000);
  expect(cluster.list('pods')).toEqual([]);
  expect(cluster.eventLines()).toContain(
    'Normal RemovingNode Node/node-a: Node node-a event: Removing Node node-a from Controller',
  );
});

test('a deployment leaves a lost node', () => {
  const { cluster, setSilent } = startCluster();
  cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 1));
  cluster.settle();
  const [pod] = cluster.list<Pod>('pods');
  cluster.edit<Pod>('pods', `lab06/${pod.metadata.name}`, (each) => ({
    ...each,
    spec: { ...each.spec, tolerations },
  }));
  cluster.client.bind(`lab06/${pod.metadata.name}`, 'node-a');
  cluster.settle();
  setSilent('node-a', cluster.now);
  cluster.advance(NODE_MONITOR_GRACE_PERIOD_MS + 305_000);
  const pods = cluster.list<Pod>('pods');
  expect(pods.map(({ metadata }) => metadata.deletionTimestamp !== undefined).sort()).toEqual([false, true]);
});
