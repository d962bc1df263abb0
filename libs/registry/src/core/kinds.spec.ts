import { PROTOBUF, type Endpoints, type EndpointSlice, type Event, type Node } from '@podlab/api';
import { leaseStrategy } from '../coordination/lease/strategy';
import { endpointSliceStrategy } from '../discovery/endpoint-slice/strategy';
import { REGISTRY } from '../registry';
import { cells, create, refusals, update } from '../testing/strategy-context';
import { configMapStrategy } from './config-map/strategy';
import { endpointsStrategy } from './endpoints/strategy';
import { eventStrategy } from './event/strategy';
import { namespaceStrategy } from './namespace/strategy';
import { nodeStrategy } from './node/strategy';
import { base64Encode } from './secret/base64';
import { secretStrategy } from './secret/strategy';
import { serviceAccountStrategy } from './service-account/strategy';

describe('a namespace', () => {
  test('carries its name as a label, a finalizer and a phase', () => {
    expect(create(namespaceStrategy, { metadata: { name: 'lab06' } })).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'lab06' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  test('has a name that is one DNS label', () => {
    const errors = refusals(namespaceStrategy, { metadata: { name: 'lab.06' } });
    expect(errors[0]).toBe('metadata.name: Invalid value: "lab.06": must not contain dots');
  });

  test('keeps its finalizers and status in an update', () => {
    const old = create(namespaceStrategy, {});
    const { object } = update(namespaceStrategy, old, (draft) => {
      draft.spec = {};
      draft.status = { phase: 'Terminating' };
    });
    expect([object.spec, object.status]).toEqual([old.spec, old.status]);
  });

  test('that is deleted is held until its finalizers are gone', () => {
    const draft = structuredClone(create(namespaceStrategy, {}));
    namespaceStrategy.prepareForDelete?.(draft);
    expect(cells(namespaceStrategy, draft).Status).toBe('Terminating');
    expect(namespaceStrategy.isHeld?.(draft)).toBe(true);
    expect(namespaceStrategy.isHeld?.({ ...draft, spec: {} })).toBe(false);
  });
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go TestValidateNode.
describe('a node', () => {
  test.each<[object, string[]]>([
    [{ taints: [{ key: 'a', effect: 'NoSchedule' }] }, []],
    [{ taints: [{ key: 'a' }] }, ['metadata.taints[0].effect: Required value']],
    [
      { taints: [{ key: 'a', effect: 'Never' }] },
      [
        'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule' },
        ],
      },
      [
        'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
      ],
    ],
  ])('%j', (spec, messages) => {
    expect(refusals(nodeStrategy, { spec })).toEqual(messages);
  });

  test('keeps its pod range', () => {
    const old = create(nodeStrategy, { spec: { podCIDR: '10.244.0.0/24' } });
    expect(old.spec.podCIDRs).toEqual(['10.244.0.0/24']);
    for (const change of [{ podCIDR: '10.244.1.0/24' }, { ...old.spec, podCIDR: '10.244.1.0/24' }]) {
      expect(update(nodeStrategy, old, (draft) => void (draft.spec = change)).refusals).toEqual([
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      ]);
    }
  });

  // Cases of printers_test.go TestPrintNodeStatus and TestPrintNodeRole.
  test('is shown with its status, roles and addresses', () => {
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: 'n',
        labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' },
      },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '192.168.0.2' }],
      },
    };
    expect(cells(nodeStrategy, node)).toMatchObject({
      Status: 'Ready,SchedulingDisabled',
      Roles: 'control-plane,worker',
      'Internal-IP': '192.168.0.2',
      'External-IP': '<none>',
      'OS-Image': '<unknown>',
    });
    expect(cells(nodeStrategy, { ...node, metadata: { name: 'n' }, spec: {}, status: {} })).toMatchObject({
      Status: 'Unknown',
      Roles: '<none>',
    });
  });
});

// Cases of printers_test.go TestPrintEvent.
test('an event is shown with its object, source and count', () => {
  const event: Event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'default' },
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', fieldPath: 'spec.containers{web}' },
    reason: 'Started',
    message: ' Container started\n',
    source: { component: 'kubelet', host: 'node-a' },
    type: 'Normal',
    firstTimestamp: '2026-11-18T11:04:40Z',
    lastTimestamp: '2026-11-18T11:06:10Z',
    count: 3,
  };
  expect(cells(eventStrategy, event)).toEqual({
    'Last Seen': '30s',
    Type: 'Normal',
    Reason: 'Started',
    Object: 'pod/web',
    Subobject: 'spec.containers{web}',
    Source: 'kubelet, node-a',
    Message: 'Container started',
    'First Seen': '2m',
    Count: 3,
    Name: 'e',
  });
  const errors = refusals(eventStrategy, { involvedObject: { namespace: 'other' } });
  expect(errors).toEqual([
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ]);
});

// Cases of printers_test.go TestPrintEndpoint and TestPrintEndpointSlice.
test('endpoints and slices show three addresses and how many more', () => {
  const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
  const endpoints: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'e' },
    subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }],
  };
  expect(cells(endpointsStrategy, endpoints).Endpoints).toBe(
    '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...',
  );
  expect(cells(endpointsStrategy, { ...endpoints, subsets: undefined }).Endpoints).toBe('<none>');
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'e' },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80 }],
    endpoints: ips.map((ip) => ({ addresses: [ip] })),
  };
  expect(cells(endpointSliceStrategy, slice)).toMatchObject({
    Ports: '80',
    Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
  });
  expect(cells(endpointSliceStrategy, { ...slice, ports: [], endpoints: [] })).toMatchObject({
    Ports: '<unset>',
    Endpoints: '<unset>',
  });
});

// Cases of pkg/apis/discovery/validation/validation_test.go.
describe('an EndpointSlice is refused', () => {
  const slice = { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] };
  test.each<[object, string[]]>([
    [{}, []],
    [
      { addressType: 'IPX' },
      ['addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [
      { endpoints: [{ addresses: [] }] },
      ['endpoints[0].addresses: Required value: must contain at least 1 address'],
    ],
    [
      { endpoints: [{ addresses: ['web'] }] },
      ['endpoints[0].addresses[0]: Invalid value: "web": must be a valid IPv4 address'],
    ],
    [
      { endpoints: [{ addresses: ['127.0.0.1'] }] },
      [
        'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [{ ports: [{ port: 80 }, { port: 81 }] }, ['ports[1].name: Duplicate value: ""']],
    [
      { endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'z' }, { name: 'z' }] } }] },
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "z"'],
    ],
    [
      {
        endpoints: [
          {
            addresses: ['10.0.0.1'],
            hints: { forNodes: Array.from({ length: 9 }, (_, n) => ({ name: `n${n}` })) },
          },
        ],
      },
      ['endpoints[0].hints.forNodes: Too many: 9: must have at most 8 items'],
    ],
    [
      { ports: [{ port: 80, appProtocol: 'a b' }] },
      [expect.stringContaining('ports[0].appProtocol: Invalid value: "a b"') as unknown as string],
    ],
  ])('%j', (fields, messages) => {
    expect(refusals(endpointSliceStrategy, { ...slice, ...fields })).toEqual(messages);
  });

  test('when its address type changes', () => {
    const old = create(endpointSliceStrategy, slice);
    const { refusals: errors } = update(endpointSliceStrategy, old, (draft) => {
      draft.addressType = 'FQDN';
      draft.endpoints = [{ addresses: ['a.b'] }];
    });
    expect(errors).toEqual(['addressType: Invalid value: "FQDN": field is immutable']);
  });
});

test('an EndpointSlice counts changes of all but its metadata, and of its labels', () => {
  const slice = { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] };
  const old = create(endpointSliceStrategy, { ...slice, metadata: { generation: 3 } });
  const generation = (change: (draft: EndpointSlice) => void) =>
    update(endpointSliceStrategy, old, change).object.metadata.generation;
  expect([
    generation((draft) => void (draft.metadata.annotations = { a: 'b' })),
    generation((draft) => void (draft.metadata.labels = { a: 'b' })),
    generation((draft) => void (draft.endpoints = [])),
  ]).toEqual([3, 4, 4]);
});

test('an EndpointSlice warns of names, and of addresses in another form', () => {
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'x' } };
  const warnings = (addressType: string, address: string) =>
    endpointSliceStrategy.warnings?.({
      ...slice,
      addressType,
      endpoints: [{ addresses: [address] }],
    } as never);
  expect(warnings('IPv4', '10.0.0.1')).toEqual([]);
  expect(warnings('FQDN', 'a.b')).toEqual(['spec.addressType: FQDN endpoints are deprecated']);
  expect(warnings('IPv6', 'FD00::1')).toEqual([
    'endpoints[0].addresses[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
  ]);
});

describe('data', () => {
  test('of a config map has keys that are file names', () => {
    expect(refusals(configMapStrategy, { data: { 'a/b': '1' } })[0]).toContain(
      'data[a/b]: Invalid value: "a/b": a valid config key must consist of',
    );
    expect(refusals(configMapStrategy, { data: { a: 'x'.repeat(1024 * 1024 + 1) } })[0]).toContain(
      'Too long: may not be more than 1048576 bytes',
    );
  });

  test('that is immutable stays', () => {
    const old = create(configMapStrategy, { data: { a: '1' }, immutable: true });
    const { refusals: errors } = update(configMapStrategy, old, (draft) => void (draft.data = { a: '2' }));
    expect(errors).toEqual(['data: Forbidden: field is immutable when `immutable` is set']);
  });

  test('of a secret is written as text or in base64', () => {
    const secret = create(secretStrategy, { stringData: { password: 'geheim' }, data: { user: 'cm9vdA==' } });
    expect(secret).toMatchObject({ type: 'Opaque', data: { password: 'Z2VoZWlt', user: 'cm9vdA==' } });
    expect(secret.stringData).toBeUndefined();
    expect(cells(secretStrategy, secret)).toMatchObject({ Type: 'Opaque', Data: 2 });
  });

  test.each(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'])('base64 of %j', (text) => {
    expect(base64Encode(new TextEncoder().encode(text))).toBe(Buffer.from(text).toString('base64'));
  });

  test('of a TLS secret is complete', () => {
    expect(refusals(secretStrategy, { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } })).toEqual([
      'data[tls.key]: Required value',
    ]);
  });
});

test('a lease lasts', () => {
  expect(refusals(leaseStrategy, { spec: { leaseDurationSeconds: 0 } })).toEqual([
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
  ]);
  expect(cells(leaseStrategy, create(leaseStrategy, { spec: { holderIdentity: 'node-a' } })).Holder).toBe(
    'node-a',
  );
  expect(cells(serviceAccountStrategy, create(serviceAccountStrategy, {})).Secrets).toBe(0);
});

/** What kinds show that upstream prints no age of. */
const AGELESS: Readonly<Record<string, string>> = {
  PodTemplate: 'Pod Labels',
  NodeMetrics: 'Window',
  PodMetrics: 'Window',
  ComponentStatus: 'Error',
};

test('every kind is named once, and shows name first and age', () => {
  const strategies = (REGISTRY as unknown as (typeof nodeStrategy)[]).filter((each) => !each.conversion);
  const names = strategies.flatMap(({ group, resource, shortNames = [], singular }) =>
    [
      `${group}/${resource}`,
      ...shortNames,
      singular && singular !== resource ? `${group}.${singular}` : [],
    ].flat(),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const { kind, columns } of strategies) {
    const shown = columns.map(({ name }) => name);
    const age = shown.includes('Created At') ? 'Created At' : 'Age';
    const last = AGELESS[kind] ?? age;
    expect(kind === 'Event' ? shown[0] : shown).toEqual(
      kind === 'Event' ? 'Last Seen' : expect.arrayContaining(['Name', last]),
    );
  }
});

test('every kind that a client may make is read out of protobuf too, but for definitions of custom kinds', () => {
  const made = REGISTRY.filter(({ verbs }) => verbs?.includes('create') ?? true);
  const unread = made.filter(({ kind }) => !Object.hasOwn(PROTOBUF, kind)).map(({ kind }) => kind);
  expect(unread).toEqual(['CustomResourceDefinition']);
});
