import type { EndpointSlice, Endpoints, Service } from '@podlab/api';
import { buildService, ComponentHarness } from '@podlab/testkit';
import { endpointSliceMirroringController } from './endpoint-slice-mirroring-controller';

// Cases of pkg/controller/endpointslicemirroring reconciler_test.go TestReconcile and endpointslicemirroring_controller_test.go.
const SLICES = 'endpointslices.discovery.k8s.io';

const startCluster = () => new ComponentHarness({ mirroring: endpointSliceMirroringController });
const slices = (cluster: ComponentHarness) => cluster.list<EndpointSlice>(SLICES);

function endpoints(subsets: Endpoints['subsets'], metadata: object = {}): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'db', namespace: 'lab06', ...metadata },
    subsets,
  };
}

const HTTP = [{ name: 'http', port: 80, protocol: 'TCP' }];
const ONE = [{ addresses: [{ ip: '203.0.113.9' }], ports: HTTP }];

function startWith(object: Endpoints, selector?: Record<string, string>): ComponentHarness {
  const cluster = startCluster();
  cluster.client.create('services', buildService('lab06', 'db', selector));
  cluster.client.create('endpoints', object);
  cluster.settle();
  return cluster;
}

test('a subset becomes a slice with labels and annotations of the Endpoints, owned by them', () => {
  const cluster = startWith(
    endpoints(ONE, {
      labels: { tier: 'back' },
      annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    }),
  );
  const [slice, ...others] = slices(cluster);
  expect(others).toEqual([]);
  expect(slice).toMatchObject({
    metadata: {
      name: expect.stringMatching(/^db-[a-z0-9]{5}$/),
      annotations: { note: 'x' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'db', controller: true }],
    },
    addressType: 'IPv4',
    ports: HTTP,
    endpoints: [{ addresses: ['203.0.113.9'], conditions: { ready: true } }],
  });
  expect(slice.metadata.labels).toEqual({
    tier: 'back',
    'kubernetes.io/service-name': 'db',
    'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
  });
  expect(slice.metadata.annotations).toEqual({ note: 'x' });
});

test('subsets of other ports and addresses of other families stand in slices of their own', () => {
  const cluster = startWith(
    endpoints([
      { addresses: [{ ip: '203.0.113.9' }, { ip: '2001:db8::9' }], ports: HTTP },
      { notReadyAddresses: [{ ip: '203.0.113.10' }], ports: [{ name: 'db', port: 5432, protocol: 'TCP' }] },
    ]),
  );
  const found = slices(cluster).map(({ addressType, ports, endpoints: inSlice }) => [
    addressType,
    ports?.[0].port,
    inSlice?.map(({ addresses, conditions }) => `${addresses[0]} ${conditions?.ready}`),
  ]);
  expect(found).toEqual(
    expect.arrayContaining([
      ['IPv4', 80, ['203.0.113.9 true']],
      ['IPv6', 80, ['2001:db8::9 true']],
      ['IPv4', 5432, ['203.0.113.10 false']],
    ]),
  );
});

test.each([
  [
    'that say so',
    endpoints(ONE, { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }),
    undefined,
  ],
  [
    'that elect a leader',
    endpoints(ONE, { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }),
    undefined,
  ],
  ['of a Service with a selector', endpoints(ONE), { app: 'db' }],
  ['without a Service', endpoints(ONE, { name: 'other' }), undefined],
])('Endpoints %s are not mirrored', (_title, object, selector) => {
  expect(slices(startWith(object, selector))).toEqual([]);
});

test('a changed subset changes its slice, new ports take the slice over, and the last subset takes it away', () => {
  const cluster = startWith(endpoints(ONE));
  const [first] = slices(cluster);
  const change = (subsets: Endpoints['subsets']) => {
    cluster.edit<Endpoints>('endpoints', 'lab06/db', (object) => ({ ...object, subsets }));
    cluster.settle();
    return slices(cluster);
  };
  const moved = change([{ addresses: [{ ip: '203.0.113.10' }], ports: [{ port: 81, protocol: 'TCP' }] }]);
  expect(moved).toMatchObject([
    {
      metadata: { uid: first.metadata.uid },
      endpoints: [{ addresses: ['203.0.113.10'] }],
      ports: [{ port: 81 }],
    },
  ]);
  expect(change([])).toEqual([]);
});

test('a slice that somebody edits comes back, and goes when the Service gets a selector', () => {
  const cluster = startWith(endpoints(ONE));
  cluster.edit<EndpointSlice>(SLICES, `lab06/${slices(cluster)[0].metadata.name}`, (slice) => ({
    ...slice,
    endpoints: [],
  }));
  cluster.settle();
  expect(slices(cluster)[0].endpoints).toHaveLength(1);
  cluster.edit<Service>('services', 'lab06/db', (service) => ({
    ...service,
    spec: { ...service.spec, selector: { app: 'db' } },
  }));
  cluster.settle();
  expect(slices(cluster)).toEqual([]);
});

// What pkg/controller/endpointslicemirroring reconciler.go finalize does with Endpoints that have a deletionTimestamp.
describe('Endpoints that are being deleted, held by a finalizer', () => {
  const heldWith = (subsets: Endpoints['subsets']) => {
    const cluster = startWith(endpoints(subsets, { finalizers: ['example.com/hold'] }));
    cluster.client.delete('endpoints', 'lab06/db');
    cluster.settle();
    expect(cluster.get<Endpoints>('endpoints', 'lab06/db').metadata.deletionTimestamp).toBeDefined();
    return cluster;
  };
  const DB = [{ addresses: [{ ip: '203.0.113.10' }], ports: [{ name: 'db', port: 5432, protocol: 'TCP' }] }];
  const mirrored = (cluster: ComponentHarness) =>
    slices(cluster).map((slice) => [slice.ports?.[0].port, slice.endpoints?.[0].addresses[0]]);

  test.each<[string, Endpoints['subsets'], unknown[]]>([
    ['keep their slice', ONE, [[80, '203.0.113.9']]],
    [
      'have their slice follow them',
      [{ addresses: [{ ip: '203.0.113.11' }], ports: HTTP }],
      [[80, '203.0.113.11']],
    ],
    ['give the slice that would go to other ports', DB, [[5432, '203.0.113.10']]],
    ['get no slice besides', [...ONE, ...DB], [[80, '203.0.113.9']]],
    ['lose a slice with its last subset', [], []],
  ])('%s', (_title, subsets, expected) => {
    const cluster = heldWith(ONE);
    cluster.edit<Endpoints>('endpoints', 'lab06/db', (object) => ({ ...object, subsets }));
    cluster.settle();
    expect(mirrored(cluster)).toEqual(expected);
  });

  test('get no slice again that somebody deletes', () => {
    const cluster = heldWith(ONE);
    cluster.client.delete(SLICES, `lab06/${slices(cluster)[0].metadata.name}`);
    cluster.settle();
    expect(slices(cluster)).toEqual([]);
  });
});

test('a Service that is being deleted, held by a finalizer, keeps its mirrored slices', () => {
  const cluster = startWith(endpoints(ONE));
  cluster.edit<Service>('services', 'lab06/db', (service) => ({
    ...service,
    metadata: { ...service.metadata, finalizers: ['example.com/hold'] },
  }));
  cluster.client.delete('services', 'lab06/db');
  cluster.edit<Endpoints>('endpoints', 'lab06/db', (object) => ({
    ...object,
    subsets: [{ addresses: [{ ip: '203.0.113.12' }], ports: HTTP }],
  }));
  cluster.settle();
  expect(slices(cluster)).toMatchObject([{ endpoints: [{ addresses: ['203.0.113.12'] }] }]);
});

test('a subset has at most 1000 of its addresses mirrored, and an event says so', () => {
  const addresses = Array.from({ length: 1003 }, (_, n) => ({
    ip: `10.9.${Math.floor(n / 250)}.${(n % 250) + 1}`,
  }));
  const cluster = startWith(endpoints([{ addresses, ports: HTTP }]));
  expect(slices(cluster).map((slice) => slice.endpoints?.length)).toEqual([1000]);
  expect(cluster.list('events')).toMatchObject([
    {
      reason: 'TooManyAddressesToMirror',
      message:
        'A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped',
    },
  ]);
});
