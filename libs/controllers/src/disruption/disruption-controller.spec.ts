import type { Pod, PodDisruptionBudget, ReplicaSet, ResourceQuota } from '@podlab/api';
import { buildPod, ComponentHarness, testKubelet } from '@podlab/testkit';
import { controllerReference } from '../ownership/claim';
import { resourceQuotaController } from '../resourcequota/resource-quota-controller';
import { disruptionController } from './disruption-controller';

const BUDGETS = 'poddisruptionbudgets.policy';

function startCluster(): ComponentHarness {
  return new ComponentHarness({
    disruption: disruptionController,
    quota: resourceQuotaController,
    kubelet: testKubelet({ bindTo: 'node-a' }),
  });
}

const budget = (spec: PodDisruptionBudget['spec']): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace: 'lab06' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
});
const statusOf = (cluster: ComponentHarness) => cluster.get<PodDisruptionBudget>(BUDGETS, 'lab06/web').status;

/** Pods of a ReplicaSet of three, of which so many are there. */
function addPods(cluster: ComponentHarness, count: number): void {
  const owner = cluster.client.create<ReplicaSet>('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'lab06' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } } },
  });
  for (let index = 0; index < count; index++) {
    const pod = buildPod('lab06', `web-${index}`, { labels: { app: 'web' } });
    const metadata = { ...pod.metadata, ownerReferences: [controllerReference(owner)] };
    cluster.client.create<Pod>('pods', { ...pod, metadata });
  }
}

// Cases of k8s.io/kubernetes pkg/controller/disruption/disruption_test.go.
test.each<[title: string, spec: PodDisruptionBudget['spec'], count: number, wanted: number[]]>([
  ['so many stay', { minAvailable: 2 }, 3, [3, 2, 1, 3]],
  ['more stay than there are', { minAvailable: 5 }, 3, [3, 5, 0, 3]],
  ['a share of what is wanted stays', { minAvailable: '50%' }, 3, [3, 2, 1, 3]],
  ['so many go', { maxUnavailable: 1 }, 3, [3, 2, 1, 3]],
  ['so many go, and one is missing already', { maxUnavailable: 1 }, 2, [2, 2, 0, 3]],
  ['none is there', { minAvailable: 1 }, 0, [0, 1, 0, 0]],
])('%s', (_title, spec, count, [currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods]) => {
  const cluster = startCluster();
  cluster.client.create(BUDGETS, budget(spec));
  if (count > 0) addPods(cluster, count);
  cluster.settle();
  expect(statusOf(cluster)).toMatchObject({
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
  });
  expect(statusOf(cluster)?.conditions).toMatchObject([
    {
      type: 'DisruptionAllowed',
      status: disruptionsAllowed > 0 ? 'True' : 'False',
      reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    },
  ]);
});

test('a pod whose eviction was granted counts as gone, for two minutes at most', () => {
  const cluster = startCluster();
  cluster.client.create(BUDGETS, budget({ minAvailable: 1 }));
  addPods(cluster, 3);
  cluster.settle();
  const made = cluster.get<PodDisruptionBudget>(BUDGETS, 'lab06/web');
  const disruptedPods = {
    'web-0': cluster.get<Pod>('pods', 'lab06/web-0').metadata.creationTimestamp as string,
  };
  cluster.client.updateStatus(BUDGETS, { ...made, status: { ...made.status, disruptedPods } });
  cluster.advance(1_000);
  expect(statusOf(cluster)).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1, disruptedPods });
  cluster.advance(121_000);
  expect(statusOf(cluster)).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 2 });
  expect(statusOf(cluster)?.disruptedPods).toBeUndefined();
});

test('a quota tells what is used as pods come and go', () => {
  const cluster = startCluster();
  const quota: ResourceQuota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: 'lab06' },
    spec: { hard: { pods: '5', 'requests.cpu': '1' } },
  };
  cluster.client.create('resourcequotas', quota);
  addPods(cluster, 2);
  cluster.settle();
  const used = () => cluster.get<ResourceQuota>('resourcequotas', 'lab06/small').status?.used;
  expect(used()).toEqual({ pods: '2', 'requests.cpu': '0' });
  cluster.client.delete('pods', 'lab06/web-0', { gracePeriodSeconds: 0 });
  cluster.settle();
  expect(used()).toEqual({ pods: '1', 'requests.cpu': '0' });
});
