import type { KubeObject } from '../../lib/kube-object';
import { endpointsOf, eventsAbout, rowText, sortRows } from './rows';

const object = (kind: string, fields: object = {}, name = 'web'): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'lab06' },
  ...fields,
});

it.each<[string, KubeObject, string]>([
  [
    'a pod',
    object('Pod', {
      spec: { containers: [{ name: 'nginx' }], nodeName: 'node-a' },
      status: { phase: 'Pending', podIP: '10.244.0.2' },
    }),
    '0/1 · Pending · 10.244.0.2 · node-a',
  ],
  ['a Deployment', object('Deployment', { spec: { replicas: 3 }, status: { readyReplicas: 2 } }), '2/3'],
  [
    'a NodePort Service',
    object('Service', {
      spec: { type: 'NodePort', clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30123 }] },
    }),
    'NodePort · 10.96.0.9 · 80:30123/TCP',
  ],
  [
    'a LoadBalancer without an address',
    object('Service', { spec: { type: 'LoadBalancer', clusterIP: '10.96.0.9', ports: [{ port: 80 }] } }),
    'LoadBalancer · 10.96.0.9 · <pending> · 80/TCP',
  ],
  ['an empty EndpointSlice', object('EndpointSlice'), '<unset>'],
  ['a node that is not ready', object('Node', { status: { conditions: [] } }), 'NotReady'],
  ['a Namespace', object('Namespace', { status: { phase: 'Active' } }), 'Active'],
])('says of %s what kubectl says', (_, row, text) => expect(rowText(row)).toBe(text));

it('puts the newest event first, and other kinds in order of their names', () => {
  const event = (name: string, resourceVersion: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, resourceVersion },
  });
  expect(sortRows('Event', [event('a', '9'), event('b', '10')]).map(({ metadata }) => metadata.name)).toEqual(
    ['b', 'a'],
  );
  expect(
    sortRows('Pod', [object('Pod', {}, 'b'), object('Pod', {}, 'a')]).map(({ metadata }) => metadata.name),
  ).toEqual(['a', 'b']);
});

it('finds the events about one object', () => {
  const about = (name: string) =>
    object('Event', { involvedObject: { kind: 'Pod', name, namespace: 'lab06' } }, `event-of-${name}`);
  expect(
    eventsAbout([about('web'), about('other')], object('Pod')).map(({ metadata }) => metadata.name),
  ).toEqual(['event-of-web']);
});

it("reads a Service's endpoints from its slices", () => {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-x', namespace: 'lab06', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: ['10.244.0.2'], conditions: { ready: false }, nodeName: 'node-a' }],
  };
  expect(endpointsOf([slice], object('Service'))).toEqual([
    { address: '10.244.0.2:8080', ready: false, pod: '', node: 'node-a' },
  ]);
});
