import type { Namespace } from '@podlab/api';
import {
  buildDeployment,
  buildNamespace,
  buildService,
  ComponentHarness,
  testKubelet,
} from '@podlab/testkit';
import { deploymentController } from '../deployment/deployment-controller';
import { endpointSliceController } from '../endpointslice/endpoint-slice-controller';
import { endpointsController } from '../endpoints/endpoints-controller';
import { garbageCollector } from '../garbage-collector/garbage-collector';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { serviceAccountController } from '../service-account/service-account-controller';
import { namespaceController } from './namespace-controller';

function startCluster(): ComponentHarness {
  const cluster = new ComponentHarness({
    deployment: deploymentController,
    replicaset: replicaSetController,
    endpoints: endpointsController,
    endpointslice: endpointSliceController,
    gc: garbageCollector,
    namespace: namespaceController,
    accounts: serviceAccountController({ rootCa: 'PEM' }),
    kubelet: testKubelet({ bindTo: 'node-a', stopMs: 2_000 }),
  });
  cluster.client.create('namespaces', buildNamespace('lab06'));
  return cluster;
}

test('a new namespace gets its account and the root certificate, and gets them back', () => {
  const cluster = startCluster();
  cluster.settle();
  const names = () =>
    ['serviceaccounts', 'configmaps'].map((resource) =>
      cluster.list(resource).map(({ metadata }) => metadata.name),
    );
  expect(names()).toEqual([['default'], ['kube-root-ca.crt']]);
  expect(cluster.get('configmaps', 'lab06/kube-root-ca.crt')).toMatchObject({ data: { 'ca.crt': 'PEM' } });
  cluster.client.delete('serviceaccounts', 'lab06/default');
  cluster.client.delete('configmaps', 'lab06/kube-root-ca.crt');
  cluster.settle();
  expect(names()).toEqual([['default'], ['kube-root-ca.crt']]);
});

test('a deleted namespace says what is left, loses its pods first, then all else, then goes', () => {
  const cluster = startCluster();
  cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 2));
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.settle();
  cluster.client.delete('namespaces', 'lab06');
  cluster.advance(1_000);
  const namespace = cluster.get<Namespace>('namespaces', 'lab06');
  expect(namespace.status?.phase).toBe('Terminating');
  const remaining = namespace.status?.conditions?.find(({ type }) => type === 'NamespaceContentRemaining');
  expect(remaining).toMatchObject({ status: 'True', reason: 'SomeResourcesRemain' });
  expect(remaining?.message).toContain('pods. has 2 resource instances');
  expect(remaining?.message).toContain('deployments.apps has 1 resource instances');
  expect(cluster.settle()).toBe(true);
  expect(cluster.store.resources().filter((resource) => cluster.list(resource).length > 0)).toEqual([]);
});

test('an object with a finalizer of somebody else holds its namespace', () => {
  const cluster = startCluster();
  const metadata = { name: 'held', namespace: 'lab06', finalizers: ['example.com/hold'] };
  cluster.client.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  cluster.client.delete('namespaces', 'lab06');
  cluster.settle();
  const conditions = cluster.get<Namespace>('namespaces', 'lab06').status?.conditions;
  expect(conditions?.find(({ type }) => type === 'NamespaceFinalizersRemaining')).toMatchObject({
    status: 'True',
    message:
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  });
  cluster.edit('configmaps', 'lab06/held', (each) => ({
    ...each,
    metadata: { ...each.metadata, finalizers: [] },
  }));
  cluster.settle();
  expect(cluster.list('namespaces')).toEqual([]);
});
