import type { Pod, ReplicaSet } from '@podlab/api';
import { newForbidden, objectKey } from '@podlab/apimachinery';
import type { ComponentFactory } from '@podlab/client';
import { buildPod, buildReplicaSet, ComponentHarness, testKubelet } from '@podlab/testkit';
import { replicaSetController } from './replica-set-controller';

function startCluster(factory: ComponentFactory = replicaSetController): ComponentHarness {
  return new ComponentHarness({ replicaset: factory, kubelet: testKubelet({ bindTo: 'node-a' }) });
}

const web = (cluster: ComponentHarness) => cluster.get<ReplicaSet>('replicasets.apps', 'lab06/web');
const pods = (cluster: ComponentHarness) => cluster.list<Pod>('pods');

function setReplicas(cluster: ComponentHarness, replicas: number): void {
  cluster.edit<ReplicaSet>('replicasets.apps', 'lab06/web', (each) => ({
    ...each,
    spec: { ...each.spec, replicas },
  }));
}

test('makes its pods, marks them as its own and counts them', () => {
  const cluster = startCluster();
  cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 3));
  cluster.settle();
  expect(web(cluster).status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    observedGeneration: 1,
  });
  const { uid } = web(cluster).metadata;
  for (const { metadata } of pods(cluster)) {
    expect(metadata.generateName).toBe('web-');
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  }
  const names = new Set(
    pods(cluster).map(
      ({ metadata }) => `Normal SuccessfulCreate ReplicaSet/web: Created pod: ${metadata.name}`,
    ),
  );
  expect(new Set(cluster.eventLines())).toEqual(names);
});

test('replaces a pod that goes, counting what still terminates', () => {
  const cluster = startCluster();
  cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 2));
  cluster.settle();
  cluster.client.delete('pods', objectKey(pods(cluster)[0]));
  cluster.advance(100);
  expect(web(cluster).status).toMatchObject({ replicas: 2, readyReplicas: 1, terminatingReplicas: 1 });
  cluster.settle();
  expect(web(cluster).status).toMatchObject({ replicas: 2, readyReplicas: 2, terminatingReplicas: 0 });
});

test('a failed pod counts no more and is replaced', () => {
  const cluster = startCluster();
  cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 1));
  cluster.settle();
  const [pod] = pods(cluster);
  cluster.client.updateStatus('pods', { ...pod, status: { ...pod.status, phase: 'Failed' } });
  cluster.settle();
  expect(
    pods(cluster)
      .map(({ status }) => status?.phase)
      .sort(),
  ).toEqual(['Failed', 'Running']);
});

test('adopts a pod that matches and belongs to nobody, lets go one that no longer matches', () => {
  const cluster = startCluster();
  cluster.client.create('pods', buildPod('lab06', 'stray', { labels: { app: 'web' } }));
  cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 2));
  cluster.settle();
  expect(pods(cluster)).toHaveLength(2);
  expect(cluster.get<Pod>('pods', 'lab06/stray').metadata.ownerReferences).toMatchObject([{ name: 'web' }]);
  cluster.edit<Pod>('pods', 'lab06/stray', (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: 'debug' } },
  }));
  cluster.settle();
  expect(cluster.get<Pod>('pods', 'lab06/stray').metadata.ownerReferences).toEqual([]);
  expect(pods(cluster)).toHaveLength(3);
});

test('scaling down says which pods it deletes', () => {
  const cluster = startCluster();
  cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 3));
  cluster.settle();
  const before = pods(cluster).map(({ metadata }) => metadata.name);
  setReplicas(cluster, 1);
  cluster.settle();
  const [kept] = pods(cluster);
  const deleted = before.filter((name) => name !== kept.metadata.name);
  expect(
    cluster
      .eventLines()
      .filter((line) => line.includes('SuccessfulDelete'))
      .sort(),
  ).toEqual(deleted.map((name) => `Normal SuccessfulDelete ReplicaSet/web: Deleted pod: ${name}`).sort());
});

test('what cannot be created is told, tried more and more rarely, and forgotten when it succeeds', () => {
  let allowed = false;
  const guarded: ComponentFactory = (context) => {
    const { client } = context;
    const create: typeof client.create = (resource, object) => {
      if (resource === 'pods' && !allowed) throw newForbidden('pods', 'web-', 'exceeded quota');
      return client.create(resource, object);
    };
    const guardedClient = Object.assign(Object.create(client) as typeof client, { create });
    return replicaSetController({ ...context, client: guardedClient });
  };
  const cluster = startCluster(guarded);
  cluster.client.create('replicasets.apps', buildReplicaSet('lab06', 'web', 2));
  cluster.advance(1_000);
  expect(web(cluster).status?.conditions).toMatchObject([
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'pods "web-" is forbidden: exceeded quota',
    },
  ]);
  expect(cluster.eventLines()).toEqual([
    'Warning FailedCreate ReplicaSet/web: Error creating: pods "web-" is forbidden: exceeded quota (x8)',
  ]);
  allowed = true;
  cluster.settle();
  expect(web(cluster).status).toMatchObject({ readyReplicas: 2 });
  expect(web(cluster).status?.conditions).toBeUndefined();
});

test('pods are available when they were ready for minReadySeconds', () => {
  const cluster = startCluster();
  const replicaSet = buildReplicaSet('lab06', 'web', 1);
  cluster.client.create('replicasets.apps', {
    ...replicaSet,
    spec: { ...replicaSet.spec, minReadySeconds: 10 },
  });
  cluster.advance(5_000);
  expect(web(cluster).status).toMatchObject({ readyReplicas: 1 });
  expect(web(cluster).status?.availableReplicas).toBeUndefined();
  cluster.settle();
  expect(web(cluster).status).toMatchObject({ availableReplicas: 1 });
});
