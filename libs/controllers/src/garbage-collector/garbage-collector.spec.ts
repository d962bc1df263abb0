import type { ConfigMap } from '@podlab/api';
import type { KubeObject, OwnerReferenceLike } from '@podlab/apimachinery';
import type { DeleteOptions } from '@podlab/client';
import { buildDeployment, ComponentHarness, testKubelet } from '@podlab/testkit';
import { deploymentController } from '../deployment/deployment-controller';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { garbageCollector } from './garbage-collector';

function startCluster(): ComponentHarness {
  return new ComponentHarness({
    deployment: deploymentController,
    replicaset: replicaSetController,
    gc: garbageCollector,
    kubelet: testKubelet({ bindTo: 'node-a' }),
  });
}

const counts = (cluster: ComponentHarness) =>
  ['deployments.apps', 'replicasets.apps', 'pods'].map((resource) => cluster.list(resource).length);

function deleteDeployment(propagationPolicy?: DeleteOptions['propagationPolicy']): ComponentHarness {
  const cluster = startCluster();
  cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 2));
  cluster.settle();
  cluster.client.delete('deployments.apps', 'lab06/web', { propagationPolicy });
  return cluster;
}

describe('a deployment is deleted', () => {
  test('in the background: at once, then its replica set, then its pods', () => {
    const cluster = deleteDeployment('Background');
    expect(counts(cluster)).toEqual([0, 1, 2]);
    cluster.settle();
    expect(counts(cluster)).toEqual([0, 0, 0]);
  });

  test('in the foreground: when its replica set and its pods have gone', () => {
    const cluster = deleteDeployment('Foreground');
    cluster.advance(300);
    expect(counts(cluster)).toEqual([1, 1, 2]);
    cluster.settle();
    expect(counts(cluster)).toEqual([0, 0, 0]);
  });

  test('alone: its replica set and pods stay', () => {
    const cluster = deleteDeployment('Orphan');
    cluster.settle();
    expect(counts(cluster)).toEqual([0, 1, 2]);
    expect(cluster.list('replicasets.apps')[0].metadata.ownerReferences).toEqual([]);
  });
});

function configMap(name: string, owners: OwnerReferenceLike[] = []): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'lab06', ownerReferences: owners },
  };
}

const ownedBy = ({ metadata: { name, uid } }: KubeObject, block = false): OwnerReferenceLike => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  uid: uid as string,
  blockOwnerDeletion: block,
});

test('an object with one owner left stays, without the owner that is gone', () => {
  const cluster = startCluster();
  const [a, b] = ['a', 'b'].map((name) => cluster.client.create('configmaps', configMap(name)));
  cluster.client.create('configmaps', configMap('child', [ownedBy(a), ownedBy(b)]));
  cluster.client.delete('configmaps', 'lab06/a');
  cluster.settle();
  expect(cluster.get('configmaps', 'lab06/child').metadata.ownerReferences).toEqual([ownedBy(b)]);
  cluster.client.delete('configmaps', 'lab06/b');
  cluster.settle();
  expect(cluster.list('configmaps')).toEqual([]);
});

test('an object that is born with an owner that is not there goes', () => {
  const cluster = startCluster();
  const ghost = { apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: 'none' };
  cluster.client.create('configmaps', configMap('child', [ghost]));
  cluster.settle();
  expect(cluster.list('configmaps')).toEqual([]);
});

test('an owner of the same name but another uid is another object', () => {
  const cluster = startCluster();
  const first = cluster.client.create('configmaps', configMap('owner'));
  cluster.client.create('configmaps', configMap('child', [ownedBy(first)]));
  cluster.client.delete('configmaps', 'lab06/owner');
  cluster.client.create('configmaps', configMap('owner'));
  cluster.settle();
  expect(cluster.list('configmaps').map(({ metadata }) => metadata.name)).toEqual(['owner']);
});

test('what an unknown kind owns is left alone', () => {
  const cluster = startCluster();
  const alien = { apiVersion: 'example.com/v1', kind: 'Alien', name: 'zork', uid: 'none' };
  cluster.client.create('configmaps', configMap('child', [alien]));
  cluster.settle();
  expect(cluster.list('configmaps')).toHaveLength(1);
});
