import type { Endpoint, EndpointSlice, Pod, Service } from '@podlab/api';
import { buildNode, buildPod, buildService, ComponentHarness, testKubelet } from '@podlab/testkit';
import { endpointSliceController } from './endpoint-slice-controller';

const SLICES = 'endpointslices.discovery.k8s.io';

function startCluster(): ComponentHarness {
  const cluster = new ComponentHarness({
    endpointslice: endpointSliceController,
    kubelet: testKubelet({ bindTo: 'node-a' }),
  });
  cluster.client.create('nodes', buildNode('node-a', { labels: { 'topology.kubernetes.io/zone': 'z1' } }));
  return cluster;
}

const slices = (cluster: ComponentHarness) => cluster.list<EndpointSlice>(SLICES);
const endpoints = (cluster: ComponentHarness) => slices(cluster).flatMap((slice) => slice.endpoints ?? []);
const addresses = (cluster: ComponentHarness) => endpoints(cluster).map((endpoint) => endpoint.addresses[0]);
const pod = (name: string, spec: Partial<Pod['spec']> = {}) =>
  buildPod('lab06', name, { labels: { app: 'web' }, spec });

function setReady(cluster: ComponentHarness, name: string, ready: boolean): void {
  const stored = cluster.get<Pod>('pods', `lab06/${name}`);
  const conditions = stored.status?.conditions?.map((each) =>
    each.type === 'Ready' ? { ...each, status: ready ? 'True' : 'False' } : each,
  );
  cluster.client.updateStatus('pods', { ...stored, status: { ...stored.status, conditions } });
}

test('a service without pods has one empty slice', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.settle();
  expect(slices(cluster)).toMatchObject([{ addressType: 'IPv4', endpoints: [], ports: [] }]);
});

test('the empty slice takes the first endpoints, and is empty again when the last is gone', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.settle();
  const [empty] = slices(cluster);
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  const [filled, ...others] = slices(cluster);
  expect([filled.metadata.uid, filled.endpoints?.length, others]).toEqual([empty.metadata.uid, 1, []]);
  cluster.client.delete('pods', 'lab06/web-1', { gracePeriodSeconds: 0 });
  cluster.settle();
  expect(slices(cluster)).toMatchObject([
    { metadata: { uid: empty.metadata.uid }, endpoints: [], ports: [] },
  ]);
});

test('a ready pod is an endpoint with everything that the proxy and DNS need', () => {
  const cluster = startCluster();
  const service = buildService('lab06', 'web', { app: 'web' });
  cluster.client.create('services', {
    ...service,
    metadata: { ...service.metadata, labels: { tier: 'front' } },
  });
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  const { uid } = cluster.get<Pod>('pods', 'lab06/web-1').metadata;
  const [slice] = slices(cluster);
  expect(slice.metadata).toMatchObject({
    name: expect.stringMatching(/^web-[a-z0-9]{5}$/),
    generateName: 'web-',
    labels: {
      tier: 'front',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Service', name: 'web', controller: true, blockOwnerDeletion: true },
    ],
  });
  expect(slice.ports).toEqual([{ name: '', port: 80, protocol: 'TCP' }]);
  expect(slice.endpoints).toEqual([
    {
      addresses: ['10.244.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'node-a',
      zone: 'z1',
      targetRef: { kind: 'Pod', namespace: 'lab06', name: 'web-1', uid },
    },
  ]);
});

describe('conditions of an endpoint', () => {
  const stateOf = (cluster: ComponentHarness) => endpoints(cluster).map((endpoint) => endpoint.conditions);
  const started = (publishNotReadyAddresses: boolean) => {
    const cluster = startCluster();
    cluster.client.create(
      'services',
      buildService('lab06', 'web', { app: 'web' }, undefined, { publishNotReadyAddresses }),
    );
    cluster.client.create('pods', pod('web-1'));
    cluster.settle();
    return cluster;
  };

  test.each([
    [false, { ready: false, serving: false, terminating: false }],
    [true, { ready: true, serving: false, terminating: false }],
  ])('of a pod that is not ready, with publishNotReadyAddresses %s', (publish, conditions) => {
    const cluster = started(publish);
    setReady(cluster, 'web-1', false);
    cluster.settle();
    expect(stateOf(cluster)).toEqual([conditions]);
  });

  test.each([
    [false, { ready: false, serving: true, terminating: true }],
    [true, { ready: true, serving: true, terminating: true }],
  ])('of a pod that terminates, with publishNotReadyAddresses %s', (publish, conditions) => {
    const cluster = started(publish);
    cluster.client.delete('pods', 'lab06/web-1');
    cluster.advance(200);
    expect(stateOf(cluster)).toEqual([conditions]);
    cluster.settle();
    expect(stateOf(cluster)).toEqual([]);
  });
});

// Cases of k8s.io/endpointslice trafficdist/trafficdist_test.go TestReconcileHints.
test.each([
  ['PreferClose', { forZones: [{ name: 'z1' }] }],
  ['PreferSameZone', { forZones: [{ name: 'z1' }] }],
  ['PreferSameNode', { forZones: [{ name: 'z1' }], forNodes: [{ name: 'node-a' }] }],
  [undefined, undefined],
])('trafficDistribution %s hints ready endpoints at their zone or node', (trafficDistribution, hints) => {
  const cluster = startCluster();
  cluster.client.create(
    'services',
    buildService('lab06', 'web', { app: 'web' }, undefined, { trafficDistribution }),
  );
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  expect(endpoints(cluster).map((endpoint) => endpoint.hints)).toEqual([hints]);
  setReady(cluster, 'web-1', false);
  cluster.settle();
  expect(endpoints(cluster).map((endpoint) => endpoint.hints)).toEqual([undefined]);
});

test('a pod whose node is missing is no endpoint until the node is there', () => {
  const cluster = new ComponentHarness({
    endpointslice: endpointSliceController,
    kubelet: testKubelet({ bindTo: 'node-b' }),
  });
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  expect(addresses(cluster)).toEqual([]);
  cluster.client.create('nodes', buildNode('node-b'));
  cluster.settle();
  expect(addresses(cluster)).toEqual(['10.244.0.1']);
});

test('a named port is looked up in each pod, and pods of different numbers stand in different slices', () => {
  const cluster = startCluster();
  const port = { name: 'web', port: 80, targetPort: 'http', protocol: 'TCP' };
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }, [port]));
  [8080, 8080, 9090].forEach((containerPort, index) => {
    const ports = [{ name: 'http', containerPort, protocol: 'TCP' }];
    cluster.client.create('pods', pod(`web-${index}`, { containers: [{ name: 'c', image: 'i', ports }] }));
  });
  cluster.settle();
  const byPort = slices(cluster).map(({ ports, endpoints: inSlice = [] }) => [
    ports?.[0].port,
    inSlice.length,
  ]);
  expect(byPort.sort()).toEqual([
    [8080, 2],
    [9090, 1],
  ]);
});

test('a headless service is marked so, and names pods that have its subdomain', () => {
  const cluster = startCluster();
  cluster.client.create(
    'services',
    buildService('lab06', 'db', { app: 'web' }, undefined, { clusterIP: 'None' }),
  );
  cluster.client.create('pods', pod('db-0', { hostname: 'db-0', subdomain: 'db' }));
  cluster.settle();
  expect(slices(cluster)[0].metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
  expect(endpoints(cluster)).toMatchObject([{ hostname: 'db-0' }]);
});

test('services without a selector and names for outside are left alone', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'by-hand', undefined));
  cluster.client.create(
    'services',
    buildService('lab06', 'outside', { app: 'web' }, [], { type: 'ExternalName' }),
  );
  cluster.settle();
  expect(slices(cluster)).toEqual([]);
});

test('a changed selector changes the endpoints', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'wbe' }));
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  expect(addresses(cluster)).toEqual([]);
  cluster.edit<Service>('services', 'lab06/web', (service) => ({
    ...service,
    spec: { ...service.spec, selector: { app: 'web' } },
  }));
  cluster.settle();
  expect(addresses(cluster)).toEqual(['10.244.0.1']);
});

// k8s.io/endpointslice reconciler.go reconcileByAddressType has slices go that are not ownedBy the Service.
test.each([
  ['lost its owner', undefined],
  [
    'belongs to an earlier service of the name',
    [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'old' }],
  ],
])('a slice that %s is not taken over', (_title, ownerReferences) => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  const [{ metadata, ...parts }] = slices(cluster);
  const { labels, namespace } = metadata;
  cluster.client.create<EndpointSlice>(SLICES, {
    ...parts,
    metadata: { name: 'web-old', namespace, labels, ...(ownerReferences && { ownerReferences }) },
  });
  cluster.settle();
  expect(slices(cluster).map((slice) => slice.metadata.name)).toEqual([metadata.name]);
  expect(addresses(cluster)).toEqual(['10.244.0.1']);
});

test('a slice that somebody deletes or edits comes back', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  cluster.client.create('pods', pod('web-1'));
  cluster.settle();
  const [slice] = slices(cluster);
  cluster.client.update(SLICES, { ...slice, endpoints: [] });
  cluster.settle();
  expect(addresses(cluster)).toEqual(['10.244.0.1']);
  cluster.client.delete(SLICES, `lab06/${slice.metadata.name}`);
  cluster.settle();
  expect(addresses(cluster)).toEqual(['10.244.0.1']);
});

// What k8s.io/endpointslice reconciler.go finalize does with a Service that has a deletionTimestamp: it only creates nothing.
describe('a service that is being deleted, held by a finalizer', () => {
  const heldWith = (...pods: Pod[]) => {
    const cluster = startCluster();
    const service = buildService('lab06', 'web', { app: 'web' });
    cluster.client.create('services', {
      ...service,
      metadata: { ...service.metadata, finalizers: ['example.com/hold'] },
    });
    for (const each of pods) cluster.client.create('pods', each);
    cluster.settle();
    cluster.client.delete('services', 'lab06/web');
    cluster.settle();
    expect(cluster.get<Service>('services', 'lab06/web').metadata.deletionTimestamp).toBeDefined();
    return cluster;
  };
  const onPort = (name: string, containerPort: number) =>
    pod(name, {
      containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort, protocol: 'TCP' }] }],
    });
  const byName = (cluster: ComponentHarness) =>
    cluster.edit<Service>('services', 'lab06/web', (service) => ({
      ...service,
      spec: {
        ...service.spec,
        ports: [{ name: 'web', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
    }));

  test('loses the addresses of pods that go, and its last slice is the empty one', () => {
    const cluster = heldWith(pod('web-1'), pod('web-2'));
    const [{ metadata }] = slices(cluster);
    cluster.client.delete('pods', 'lab06/web-1', { gracePeriodSeconds: 0 });
    cluster.settle();
    expect(addresses(cluster)).toEqual(['10.244.0.2']);
    cluster.client.delete('pods', 'lab06/web-2', { gracePeriodSeconds: 0 });
    cluster.settle();
    expect(slices(cluster)).toMatchObject([{ metadata: { uid: metadata.uid }, endpoints: [], ports: [] }]);
  });

  test('takes new pods into a slice that it has', () => {
    const cluster = heldWith(pod('web-1'));
    cluster.client.create('pods', pod('web-2'));
    cluster.settle();
    expect(slices(cluster).map((slice) => slice.endpoints?.length)).toEqual([2]);
  });

  test('gives a slice that would go to other ports, but gets none besides', () => {
    const cluster = heldWith(onPort('web-1', 8080), onPort('web-2', 9090));
    const [{ metadata }] = slices(cluster);
    byName(cluster);
    cluster.settle();
    expect(slices(cluster)).toMatchObject([
      { metadata: { uid: metadata.uid }, ports: [{ name: 'web' }], endpoints: [{}] },
    ]);
  });

  test('loses slices that it no longer needs', () => {
    const cluster = heldWith(...Array.from({ length: 101 }, (_, index) => pod(`web-${index}`)));
    expect(slices(cluster)).toHaveLength(2);
    for (let index = 0; index < 101; index++)
      cluster.client.delete('pods', `lab06/web-${index}`, { gracePeriodSeconds: 0 });
    cluster.settle();
    expect(slices(cluster)).toMatchObject([{ endpoints: [] }]);
  });

  test('gets no slice again that somebody deletes', () => {
    const cluster = heldWith(pod('web-1'));
    cluster.client.delete(SLICES, `lab06/${slices(cluster)[0].metadata.name}`);
    cluster.client.create('pods', pod('web-2'));
    cluster.settle();
    expect(slices(cluster)).toEqual([]);
  });
});

test('250 pods are three slices of at most 100; one that goes and one that comes change one slice', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  for (let index = 0; index < 250; index++) cluster.client.create('pods', pod(`web-${index}`));
  cluster.settle();
  expect(slices(cluster).map((slice) => slice.endpoints?.length)).toEqual(
    expect.arrayContaining([100, 100, 50]),
  );
  const before = new Map(slices(cluster).map((slice) => [slice.metadata.name, slice]));
  cluster.client.delete('pods', 'lab06/web-7', { gracePeriodSeconds: 0 });
  cluster.client.create('pods', pod('web-late'));
  cluster.settle();
  expect(new Set(addresses(cluster)).size).toBe(250);
  const unchanged = slices(cluster).filter((slice) => before.get(slice.metadata.name) === slice);
  expect(unchanged).toHaveLength(2);
});

test('reconciles of pods that change together are one', () => {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'web', { app: 'web' }));
  for (let index = 0; index < 50; index++) cluster.client.create('pods', pod(`web-${index}`));
  cluster.settle();
  const writes = cluster.store.revisionsAfter(0)?.filter(({ resource }) => resource === SLICES);
  expect(writes?.length).toBeLessThanOrEqual(3);
  const seen: Endpoint[] = endpoints(cluster);
  expect(seen).toHaveLength(50);
});
