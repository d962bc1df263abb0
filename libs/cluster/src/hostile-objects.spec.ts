import type { Cluster } from './cluster';
import { restoreCluster } from './cluster';
import { call, CLIENT, create, deployment, get, lab, podsOf, send, settle } from './test-support';

/** What the API takes and no program can do: it is told as an event, and the cluster goes on. */

const probing = (probe: object) => ({
  containers: [{ name: 'c', image: 'nginx', livenessProbe: { periodSeconds: 1, ...probe } }],
});

function messagesOf(cluster: Cluster): string[] {
  const events = get(cluster, '/api/v1/namespaces/lab06/events').items as unknown as {
    involvedObject: { name: string };
    message: string;
  }[];
  return events.filter(({ involvedObject }) => involvedObject.name === 'odd').map(({ message }) => message);
}

test.each([
  [probing({ httpGet: { host: '..//', port: 80 } }), 'dial tcp: lookup ..//: no such host'],
  [probing({ tcpSocket: { host: 'example.com', port: 80 } }), 'dial tcp: lookup example.com: no such host'],
  [
    probing({ httpGet: { host: 'localhost', port: 80 } }),
    'dial tcp localhost:80: connect: connection refused',
  ],
  [probing({ tcpSocket: { port: 'unnamed' } }), 'invalid port number: NaN'],
])('%j', (spec, message) => {
  const cluster = lab();
  create(cluster, { kind: 'Pod', metadata: { name: 'odd', namespace: 'lab06' }, spec } as never);
  const checkpoint = cluster.checkpoint();
  cluster.runUntil(cluster.now() + 30_000, Infinity);
  expect(messagesOf(cluster).some((text) => text.includes(message))).toBe(true);
  const again = restoreCluster(checkpoint);
  again.runUntil(cluster.now(), Infinity);
  expect(again.hash()).toBe(cluster.hash());
});

it('a node that is deleted and made again carries pods again, whatever range it gets', () => {
  const cluster = lab();
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-b' }, spec: {} };
  for (let round = 0; round < 3; round++) {
    call(cluster, 'DELETE', '/api/v1/nodes/node-b', undefined);
    if (round > 0) settle(cluster);
    call(cluster, 'POST', '/api/v1/nodes', node);
    settle(cluster);
  }
  create(cluster, deployment('web', { replicas: 1, template: { nodeName: 'node-b' } }));
  settle(cluster);
  const [{ status }] = podsOf(cluster, 'web');
  expect(send(cluster, CLIENT, `http://${status.podIP}/`).disposition).toBe('Delivered');
});

it.each([
  '/api/v1/namespaces/default/services/kubernetes',
  '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes',
])('%s comes back when it is deleted, as the apiserver sees to it', (path) => {
  const cluster = lab();
  call(cluster, 'DELETE', path, undefined);
  expect(send(cluster, CLIENT, 'https://10.96.0.1/').disposition).toBe('Delivered');
  cluster.runUntil(cluster.now() + 5_000, Infinity);
  expect(send(cluster, CLIENT, 'https://10.96.0.1/').disposition).not.toBe('Delivered');
  cluster.runUntil(cluster.now() + 10_000, Infinity);
  expect(send(cluster, CLIENT, 'https://10.96.0.1/').disposition).toBe('Delivered');
});
