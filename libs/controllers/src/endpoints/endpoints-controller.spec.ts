import type { Endpoints, Pod, Service } from '@podlab/api';
import { buildPod, buildService, ComponentHarness, testKubelet } from '@podlab/testkit';
import { endpointsController } from './endpoints-controller';
import { truncated } from './subsets';

function startCluster(): ComponentHarness {
  return new ComponentHarness({ endpoints: endpointsController, kubelet: testKubelet({ bindTo: 'node-a' }) });
}

const web = (cluster: ComponentHarness) => cluster.get<Endpoints>('endpoints', 'lab06/web');

test('addresses stand sorted in one subset, those not ready apart', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  for (const name of ['c', 'a', 'b'])
    cluster.client.create('pods', buildPod('lab06', name, { labels: { app: 'web' } }));
  cluster.settle();
  const pod = cluster.get<Pod>('pods', 'lab06/a');
  cluster.client.updateStatus('pods', { ...pod, status: { ...pod.status, conditions: [] } });
  cluster.settle();
  expect(web(cluster).metadata.labels).toEqual({
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
  });
  expect(web(cluster).subsets).toMatchObject([
    {
      addresses: [
        { ip: '10.244.0.1', nodeName: 'node-a', targetRef: { kind: 'Pod', name: 'c' } },
        { ip: '10.244.0.3', nodeName: 'node-a', targetRef: { kind: 'Pod', name: 'b' } },
      ],
      notReadyAddresses: [{ ip: '10.244.0.2', targetRef: { name: 'a' } }],
      ports: [{ port: 80, protocol: 'TCP' }],
    },
  ]);
});

test('a service without pods has Endpoints without subsets, and they go with it', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.settle();
  expect(web(cluster).subsets).toBeUndefined();
  cluster.client.delete('services', 'lab06/web');
  cluster.settle();
  expect(cluster.list('endpoints')).toEqual([]);
});

test('a terminating pod is no address', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.client.create('pods', buildPod('lab06', 'a', { labels: { app: 'web' } }));
  cluster.settle();
  cluster.client.delete('pods', 'lab06/a');
  cluster.advance(200);
  expect(web(cluster).subsets).toBeUndefined();
});

test('a service that is being deleted, held by a finalizer, has its Endpoints kept right until it is gone', () => {
  const cluster = startCluster();
  const service = buildService('lab06', 'web', { app: 'web' });
  cluster.client.create('services', {
    ...service,
    metadata: { ...service.metadata, finalizers: ['example.com/hold'] },
  });
  cluster.client.create('pods', buildPod('lab06', 'a', { labels: { app: 'web' } }));
  cluster.settle();
  cluster.client.delete('services', 'lab06/web');
  cluster.client.delete('pods', 'lab06/a', { gracePeriodSeconds: 0 });
  cluster.settle();
  expect(web(cluster).subsets).toBeUndefined();
  cluster.edit<Service>('services', 'lab06/web', (held) => ({
    ...held,
    metadata: { ...held.metadata, finalizers: [] },
  }));
  cluster.settle();
  expect(cluster.list('endpoints')).toEqual([]);
});

test('more than 1000 addresses are cut, each subset by its share, and the Endpoints say so', () => {
  const addresses = (count: number, from: number) =>
    Array.from({ length: count }, (_, n) => ({ ip: `10.9.${from + (n >> 8)}.${n & 255}` }));
  const subset = (ready: number, notReady: number, from: number) => ({
    addresses: addresses(ready, from),
    notReadyAddresses: addresses(notReady, from + 16),
    ports: [{ port: from }],
  });
  const sizes = (...subsets: ReturnType<typeof subset>[]) =>
    truncated(subsets)?.map(({ addresses: ready, notReadyAddresses }) => [
      ready?.length,
      notReadyAddresses?.length,
    ]);
  expect(sizes(subset(900, 100, 1))).toBeUndefined();
  expect(sizes(subset(900, 300, 1))).toEqual([[900, 100]]);
  expect(sizes(subset(900, 10, 1), subset(300, 10, 2))).toEqual([
    [750, undefined],
    [250, undefined],
  ]);
});

test('Endpoints that a user made for a service without a selector stay', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', undefined));
  const subsets = [{ addresses: [{ ip: '203.0.113.9' }], ports: [{ port: 80 }] }];
  cluster.client.create('endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'lab06' },
    subsets,
  });
  cluster.settle();
  cluster.client.delete('services', 'lab06/web');
  cluster.settle();
  expect(web(cluster).subsets).toEqual(subsets);
});
