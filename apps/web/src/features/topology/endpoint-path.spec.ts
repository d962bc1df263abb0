import { summarizePod } from '../../lib/pod-status';
import { endpointLines } from './endpoint-path';
import { layoutScene } from './layout';
import type { Scene, ScenePod } from './scene';

const pod = (name: string): ScenePod => ({
  key: `lab06/${name}`,
  namespace: 'lab06',
  name,
  owner: 'nginx',
  suffix: name,
  workload: null,
  address: '10.244.0.2',
  summary: summarizePod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'lab06' },
    spec: { containers: [] },
  }),
});
const scene = (pods: number, unready: number): Scene => {
  const all = Array.from({ length: pods }, (_, index) => pod(`p${index}`));
  return {
    nodes: [{ name: 'node-a', address: '172.18.0.3', ready: true, pods: all }],
    services: [
      {
        key: 'lab06/web',
        namespace: 'lab06',
        name: 'web',
        type: 'ClusterIP',
        clusterIP: '10.96.0.10',
        externalName: null,
        ports: [],
        balancer: null,
        balancerName: '',
        endpoints: all.map(({ key }, index) => ({ pod: key, address: '', ready: index >= unready })),
      },
    ],
    waiting: [],
    dns: null,
  };
};
const lines = (each: Scene) =>
  endpointLines(each, layoutScene(each, { width: 950, height: 0, podsPerRoom: 8, apart: new Set() }));

it('draws a line to each pod, told apart by whether it is ready', () => {
  expect(lines(scene(3, 1)).map(({ pods, ready }) => [pods, ready])).toEqual([
    [['lab06/p0'], false],
    [['lab06/p1'], true],
    [['lab06/p2'], true],
  ]);
});

it('draws two lines to a stack: for those that are ready, and for those that are not', () => {
  expect(lines(scene(200, 50)).map(({ pods, ready }) => [pods.length, ready])).toEqual([
    [50, false],
    [150, true],
  ]);
});

it('draws none to a pod that the picture does not show', () => {
  const each = scene(2, 0);
  each.services[0]!.endpoints.push({ pod: 'other/gone', address: '10.244.0.9', ready: true });
  expect(lines(each)).toHaveLength(2);
});
