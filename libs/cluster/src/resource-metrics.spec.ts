import type { Node, Pod } from '@podlab/api';
import type { ContainerUsage } from '@podlab/workloads';
import { resourceMetrics } from './resource-metrics';

const NOW = 1_772_442_000_000;
const SEEN: ContainerUsage = { at: NOW, window_ms: 15_000, cpu_nanocores: 300_000_000, memory_kib: 204_800 };

const node = (name: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: {},
  status: { capacity: { cpu: '1', memory: '1Gi' } },
});
const pod = (name: string, nodeName: string, limits?: Record<string, string>, phase = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'lab06', uid: name },
  spec: { nodeName, containers: [{ name: 'main', ...(limits && { resources: { limits } }) }] },
  status: { phase },
});

function metricsOf(pods: readonly Pod[], usages: Readonly<Record<string, ContainerUsage>>) {
  const objects: Record<string, readonly object[]> = { pods, nodes: [node('node-a'), node('node-b')] };
  return resourceMetrics({
    store: { list: (resource) => objects[resource] as never },
    usage: (uid) => usages[uid],
    isSilent: (name) => name === 'node-b',
    now: () => NOW,
  });
}

test('a container uses at most what it may', () => {
  const limited = pod('limited', 'node-a', { cpu: '250m', memory: '100Mi' });
  const [usage] = metricsOf([limited], { limited: SEEN }).pods();
  expect(usage).toEqual({
    pod: limited,
    at: NOW,
    window_ms: 15_000,
    containers: [{ name: 'main', cpu_nanocores: 250_000_000, memory_kib: 102_400 }],
  });
});

test.each<[string, Pod]>([
  ['that waits', pod('x', 'node-a', undefined, 'Pending')],
  ['that has ended', pod('x', 'node-a', undefined, 'Succeeded')],
  ['whose kubelet is not heard', pod('x', 'node-b')],
  ['that was not seen yet', pod('young', 'node-a')],
])('nothing is known of a pod %s', (_title, each) => {
  const metrics = metricsOf([each], { x: SEEN });
  expect(metrics.pods()).toEqual([]);
  expect(metrics.pod(each)).toBeUndefined();
});

test('a node uses what its pods use and something of its own, and has no more than it has', () => {
  const one = metricsOf([pod('x', 'node-a')], { x: SEEN }).nodes();
  expect(one.map((each) => [each.node.metadata.name, each.cpu_nanocores, each.memory_kib])).toEqual([
    ['node-a', 362_800_000, 767_488],
  ]);
  const busy = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, SEEN]));
  const [full] = metricsOf(
    Object.keys(busy).map((name) => pod(name, 'node-a')),
    busy,
  ).nodes();
  expect([full.cpu_nanocores, full.memory_kib]).toEqual([1_000_000_000, 1_048_576]);
});
