import type { Pod, ReplicationController } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import { buildPod, ComponentHarness, testKubelet } from '@podlab/testkit';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { replicationController } from './replication-controller';

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
};
const controller = (replicas: number): ReplicationController => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { namespace: 'lab06', name: 'web' },
  spec: { replicas, selector: { app: 'web' }, template: TEMPLATE },
});

function started(): ComponentHarness {
  return new ComponentHarness({
    replicaset: replicaSetController,
    replication: replicationController,
    kubelet: testKubelet({ bindTo: 'node-a' }),
  });
}

const web = (cluster: ComponentHarness) =>
  cluster.get<ReplicationController>('replicationcontrollers', 'lab06/web');

test('makes its pods, marks them as its own and counts them', () => {
  const cluster = started();
  cluster.client.create('replicationcontrollers', controller(2));
  cluster.settle();
  expect(web(cluster).status).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  });
  const pods = cluster.list<Pod>('pods');
  const { uid } = web(cluster).metadata;
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'web', uid };
  for (const { metadata } of pods)
    expect(metadata.ownerReferences).toEqual([{ ...owner, controller: true, blockOwnerDeletion: true }]);
  expect([...cluster.eventLines()].sort()).toEqual(
    pods
      .map(
        ({ metadata }) => `Normal SuccessfulCreate ReplicationController/web: Created pod: ${metadata.name}`,
      )
      .sort(),
  );
});

test('takes an orphan that fits, replaces a pod that goes, and shrinks', () => {
  const cluster = started();
  const orphan = buildPod('lab06', 'orphan', { labels: { app: 'web' } });
  cluster.client.create('pods', orphan);
  cluster.client.create('replicationcontrollers', controller(2));
  cluster.settle();
  expect(cluster.list<Pod>('pods')).toHaveLength(2);
  cluster.client.delete('pods', 'lab06/orphan', { gracePeriodSeconds: 0 });
  cluster.settle();
  expect(cluster.list<Pod>('pods')).toHaveLength(2);
  cluster.edit<ReplicationController>('replicationcontrollers', objectKey(web(cluster)), (each) => ({
    ...each,
    spec: { ...each.spec, replicas: 0 },
  }));
  cluster.settle();
  expect(web(cluster).status?.replicas).toBe(0);
});
