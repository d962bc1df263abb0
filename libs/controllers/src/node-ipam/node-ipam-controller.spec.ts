import type { Node } from '@podlab/api';
import { buildNode, ComponentHarness } from '@podlab/testkit';
import { nodeIpamController } from './node-ipam-controller';

const ranges = (cluster: ComponentHarness) =>
  Object.fromEntries(cluster.list<Node>('nodes').map(({ metadata, spec }) => [metadata.name, spec.podCIDR]));

function startCluster(podCidr: string, nodes: string[]): ComponentHarness {
  const cluster = new ComponentHarness({ ipam: nodeIpamController({ podCidr }) });
  for (const name of nodes) cluster.client.create('nodes', buildNode(name));
  cluster.settle();
  return cluster;
}

test('each node gets its own range', () => {
  const cluster = startCluster('10.244.0.0/16', ['a', 'b', 'c']);
  expect(ranges(cluster)).toEqual({ a: '10.244.0.0/24', b: '10.244.1.0/24', c: '10.244.2.0/24' });
  expect(cluster.get<Node>('nodes', 'a').spec.podCIDRs).toEqual(['10.244.0.0/24']);
});

test('a node that names its range keeps it, and nobody else gets it', () => {
  const cluster = new ComponentHarness({ ipam: nodeIpamController({ podCidr: '10.244.0.0/16' }) });
  cluster.client.create('nodes', buildNode('own', { spec: { podCIDR: '10.244.0.0/24' } }));
  cluster.client.create('nodes', buildNode('other'));
  cluster.settle();
  expect(ranges(cluster)).toEqual({ own: '10.244.0.0/24', other: '10.244.1.0/24' });
});

test('when ranges run out a node waits for one to come free, and says so', () => {
  const cluster = startCluster('10.244.0.0/23', ['a', 'b', 'c']);
  expect(ranges(cluster)).toEqual({ a: '10.244.0.0/24', b: '10.244.1.0/24', c: undefined });
  expect(cluster.eventLines()).toEqual([
    'Normal CIDRNotAvailable Node/c: Node c status is now: CIDRNotAvailable',
  ]);
  cluster.client.delete('nodes', 'a');
  cluster.settle();
  expect(ranges(cluster)).toEqual({ b: '10.244.1.0/24', c: '10.244.0.0/24' });
});

test('each node gets a range of each family, and none while one family has none left', () => {
  const cluster = startCluster('fd00:10:244::/63,10.244.0.0/16', ['a', 'b', 'c']);
  const both = (name: string) => cluster.get<Node>('nodes', name).spec.podCIDRs;
  expect(both('a')).toEqual(['fd00:10:244::/64', '10.244.0.0/24']);
  expect(both('b')).toEqual(['fd00:10:244:1::/64', '10.244.1.0/24']);
  expect(ranges(cluster)).toEqual({ a: 'fd00:10:244::/64', b: 'fd00:10:244:1::/64', c: undefined });
  cluster.client.delete('nodes', 'b');
  cluster.settle();
  expect(both('c')).toEqual(['fd00:10:244:1::/64', '10.244.2.0/24']);
});
