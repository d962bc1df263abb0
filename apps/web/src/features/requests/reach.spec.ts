import type { Node, Pod, Service } from '@podlab/api';
import { reached, sendersOf, shortTarget, targetKinds } from './reach';

const pod = (namespace: string, name: string, phase = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name },
  spec: { containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }] }] },
  status: { phase, podIP: '10.244.1.7' },
});
const node = (name: string): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'lab06', name: 'web' },
  spec: { clusterIP: '10.96.0.5', ports: [{ port: 80 }] },
};

it('the outside, running pods of ours and nodes send, each by name', () => {
  const senders = sendersOf({
    pods: [
      pod('lab06', 'web'),
      pod('lab06', 'client'),
      pod('kube-system', 'dns'),
      pod('a', 'new', 'Pending'),
    ],
    nodes: [node('node-b'), node('node-a')],
  });
  expect(senders.map((source) => ('name' in source ? `${source.kind} ${source.name}` : source.kind))).toEqual(
    ['External', 'Pod client', 'Pod web', 'Node node-a', 'Node node-b'],
  );
});

it('where they are too many, one pod speaks for its siblings', () => {
  const owned = (name: string, owner: string): Pod => ({
    ...pod('lab06', name),
    metadata: {
      namespace: 'lab06',
      name,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true },
      ],
    },
  });
  const pods = [owned('web-2', 'web'), owned('web-1', 'web'), owned('api-1', 'api'), pod('lab06', 'client')];
  const names = (most: number) =>
    sendersOf({ pods, nodes: [] }, most).flatMap((source) => ('name' in source ? [source.name] : []));
  expect(names(4)).toEqual(['api-1', 'client', 'web-1']);
  expect(names(5)).toEqual(['api-1', 'client', 'web-1', 'web-2']);
});

it('columns are what the cluster has, by kind of address, each once', () => {
  const groups = targetKinds({
    pods: [pod('lab06', 'a'), pod('lab06', 'b')],
    nodes: [],
    services: [service],
  });
  expect(groups.map(({ kind, urls }) => [kind, ...urls])).toEqual([
    ['name', 'http://web.lab06/'],
    ['clusterIP', 'http://10.96.0.5/'],
    ['pod', 'http://10.244.1.7/'],
    ['outside', 'http://example.com/'],
  ]);
});

it.each([
  ['http://web.lab06/', 'web.lab06'],
  ['http://172.18.0.3:30123/', '172.18.0.3:30123'],
  ['udp://dns:53', 'udp://dns:53'],
])('%s is %s at the head of a column', (url, head) => expect(shortTarget(url)).toBe(head));

it('only what was delivered was reached', () =>
  expect(
    reached([
      ['Delivered', 'TimedOut'],
      ['Refused', 'Delivered'],
    ]),
  ).toBe(2));
