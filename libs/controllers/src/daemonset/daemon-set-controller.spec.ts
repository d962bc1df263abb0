import type { DaemonSet, Node, Pod } from '@podlab/api';
import { buildNode, buildReplicaSet, ComponentHarness, testKubelet } from '@podlab/testkit';
import type { ComponentFactory } from '@podlab/client';
import { targetNode } from './daemon-pod';
import { daemonSetController } from './daemon-set-controller';

const NODES = ['node-a', 'node-b', 'node-c'];

/** Binds each daemon pod to the node that its affinity names, as the scheduler does. */
const binder: ComponentFactory = (context) => {
  const pods = context.informers.for<Pod>('pods');
  const queue = context.workQueue('bind', (key) => {
    const pod = pods.get(key);
    if (pod && !pod.spec.nodeName) context.client.bind(key, targetNode(pod));
  });
  pods.addHandlers({ onAdd: ({ metadata }) => queue.add(`${metadata.namespace}/${metadata.name}`) });
  return { name: context.name };
};

function start(spec: Partial<DaemonSet['spec']> = {}, options: Parameters<typeof testKubelet>[0] = {}) {
  const cluster = new ComponentHarness({
    daemonset: daemonSetController,
    scheduler: binder,
    kubelet: testKubelet(options),
  });
  for (const name of NODES) cluster.client.create('nodes', buildNode(name));
  const { selector, template } = buildReplicaSet('lab06', 'agent', 1).spec;
  cluster.client.create<DaemonSet>('daemonsets.apps', {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: {
      name: 'agent',
      namespace: 'lab06',
      annotations: { 'deprecated.daemonset.template.generation': '1' },
    },
    spec: {
      selector,
      template: template as DaemonSet['spec']['template'],
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  });
  return cluster;
}

const agent = (cluster: ComponentHarness) => cluster.get<DaemonSet>('daemonsets.apps', 'lab06/agent');
const pods = (cluster: ComponentHarness) => cluster.list<Pod>('pods');
const nodesOf = (cluster: ComponentHarness) =>
  pods(cluster)
    .map(({ spec }) => spec.nodeName)
    .sort();
const ready = (cluster: ComponentHarness) => agent(cluster).status?.numberReady;

function editNode(cluster: ComponentHarness, name: string, change: (node: Node) => Partial<Node>): void {
  cluster.edit<Node>('nodes', name, (node) => ({ ...node, ...change(node) }));
}

function setImage(cluster: ComponentHarness, image: string): void {
  cluster.edit<DaemonSet>('daemonsets.apps', 'lab06/agent', (set) => {
    const { template } = set.spec;
    const [container] = template.spec?.containers ?? [];
    const containers = [{ ...container, image }];
    return {
      ...set,
      spec: { ...set.spec, template: { ...template, spec: { ...template.spec, containers } } },
    };
  });
}

// Case of k8s.io/kubernetes pkg/controller/daemon/daemon_controller_test.go TestSimpleDaemonSetScheduleDaemonSetLaunchesPods.
test('each node gets one pod', () => {
  const cluster = start();
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(NODES);
  expect(agent(cluster).status).toEqual({
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberAvailable: 3,
    numberMisscheduled: 0,
    numberReady: 3,
    observedGeneration: 1,
    updatedNumberScheduled: 3,
  });
  expect(cluster.eventLines()).toHaveLength(3);
  expect(cluster.eventLines()[0]).toMatch(
    /^Normal SuccessfulCreate DaemonSet\/agent: Created pod: agent-\w{5}$/,
  );
});

// Case of daemon_controller_test.go TestDaemonSetPodsTolerateNodeTaints… and util AddOrUpdateDaemonPodTolerations.
test('a pod tolerates what happens to its node and may stand nowhere else', () => {
  const cluster = start();
  cluster.settle();
  const { spec, metadata } = pods(cluster)[0];
  expect(spec.tolerations).toEqual(
    [
      ['not-ready', 'NoExecute'],
      ['unreachable', 'NoExecute'],
      ['disk-pressure', 'NoSchedule'],
      ['memory-pressure', 'NoSchedule'],
      ['pid-pressure', 'NoSchedule'],
      ['unschedulable', 'NoSchedule'],
    ].map(([key, effect]) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect })),
  );
  expect(spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [spec.nodeName] }] }],
  });
  expect(metadata.labels).toMatchObject({ 'pod-template-generation': '1' });
});

// Cases of daemon_controller_test.go TestNodeShouldRunDaemonPod and TestNumberReadyStatus, one change at a time.
describe('nodes come, go and change', () => {
  test('a new node gets its pod', () => {
    const cluster = start();
    cluster.settle();
    cluster.client.create('nodes', buildNode('node-d'));
    cluster.settle();
    expect(nodesOf(cluster)).toEqual([...NODES, 'node-d']);
  });

  test.each([
    ['NoSchedule', 3, 2],
    ['NoExecute', 2, 2],
    ['PreferNoSchedule', 3, 3],
  ])('a taint %s leaves %i pods on %i wanted nodes', (effect, count, desired) => {
    const cluster = start();
    cluster.settle();
    editNode(cluster, 'node-b', ({ spec }) => ({ spec: { ...spec, taints: [{ key: 'own', effect }] } }));
    cluster.settle();
    expect(nodesOf(cluster)).toHaveLength(count);
    expect(agent(cluster).status).toMatchObject({
      desiredNumberScheduled: desired,
      numberMisscheduled: count - desired,
    });
  });

  test('a cordoned node keeps its pod and gets it anew', () => {
    const cluster = start();
    cluster.settle();
    const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    editNode(cluster, 'node-b', ({ spec }) => ({ spec: { ...spec, unschedulable: true, taints: [taint] } }));
    const lost = pods(cluster).find(({ spec }) => spec.nodeName === 'node-b')?.metadata.name;
    cluster.client.delete('pods', `lab06/${lost}`);
    cluster.settle();
    expect(nodesOf(cluster)).toEqual(NODES);
  });

  test('only nodes of its selector get a pod, and one that leaves it loses it', () => {
    const { template } = buildReplicaSet('lab06', 'agent', 1).spec;
    const spec = { containers: [], ...template?.spec, nodeSelector: { disk: 'ssd' } };
    const cluster = start({ template: { ...template, spec } });
    cluster.settle();
    expect(nodesOf(cluster)).toEqual([]);
    const label = (disk: string) =>
      editNode(cluster, 'node-c', ({ metadata }) => ({
        metadata: { ...metadata, labels: { ...metadata.labels, disk } },
      }));
    label('ssd');
    cluster.settle();
    expect(nodesOf(cluster)).toEqual(['node-c']);
    label('hdd');
    cluster.settle();
    expect(nodesOf(cluster)).toEqual([]);
  });
});

test('a failed pod is replaced, ever more slowly', () => {
  const cluster = start();
  cluster.settle();
  const failOne = () => {
    const pod = pods(cluster).find(({ spec }) => spec.nodeName === 'node-a') as Pod;
    cluster.client.updateStatus('pods', { ...pod, status: { ...pod.status, phase: 'Failed' } });
    return pod.metadata.name;
  };
  const first = failOne();
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(NODES);
  expect(cluster.eventLines()).toContain(
    `Warning FailedDaemonPod DaemonSet/agent: Found failed daemon pod lab06/${first} on node node-a, will try to kill it`,
  );
  expect(ready(cluster)).toBe(3);
});

// Cases of k8s.io/kubernetes pkg/controller/daemon/update_test.go.
describe('a new template', () => {
  test('goes to one node after another', () => {
    const cluster = start();
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    let fewest = 3;
    for (let step = 0; step < 100; step++) {
      cluster.advance(100);
      fewest = Math.min(fewest, ready(cluster) ?? 0);
    }
    expect(fewest).toBe(2);
    expect(agent(cluster).status).toMatchObject({ updatedNumberScheduled: 3, numberReady: 3 });
    expect(pods(cluster).map(({ spec }) => spec.containers[0].image)).toEqual(Array(3).fill('nginx:1.27'));
  });

  test('comes up beside the old pod with a surge, so that no node is ever without', () => {
    const cluster = start({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    let most = 0;
    for (let step = 0; step < 100; step++) {
      cluster.advance(100);
      const covered = new Set(
        pods(cluster)
          .filter(({ status }) => status?.phase === 'Running')
          .map(({ spec }) => spec.nodeName),
      );
      expect(covered.size).toBe(3);
      const staying = pods(cluster).filter(({ metadata }) => !metadata.deletionTimestamp);
      most = Math.max(most, staying.length);
    }
    expect(most).toBe(4);
    expect(pods(cluster).map(({ spec }) => spec.containers[0].image)).toEqual(Array(3).fill('nginx:1.27'));
  });

  test('waits for a deletion by hand with OnDelete', () => {
    const cluster = start({ updateStrategy: { type: 'OnDelete' } });
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    cluster.settle();
    expect(agent(cluster).status?.updatedNumberScheduled).toBeUndefined();
    cluster.client.delete('pods', `lab06/${pods(cluster)[0].metadata.name}`);
    cluster.settle();
    expect(agent(cluster).status).toMatchObject({ updatedNumberScheduled: 1, numberReady: 3 });
  });

  test('that does not get ready stops after as many nodes as may be unavailable', () => {
    const broken = (pod: Pod) => pod.spec.containers[0].image === 'broken';
    const cluster = start({}, { ignores: broken });
    cluster.settle();
    setImage(cluster, 'broken');
    cluster.settle();
    expect(pods(cluster).filter(broken)).toHaveLength(1);
    expect(agent(cluster).status).toMatchObject({ numberReady: 2, numberUnavailable: 1 });
  });
});
