import type { Box } from '../../lib/geometry';
import { wayBetween } from '../../lib/geometry';
import { groupPods } from './group';
import { columnsFor, nodeId, OUTSIDE } from './drawing';
import { layoutScene } from './layout';
import { locator } from './locate';
import type { Scene, ScenePod } from './scene';

const pod = (name: string, owner = name): ScenePod => ({
  key: `lab06/${name}`,
  namespace: 'lab06',
  name,
  owner,
  suffix: '',
  workload: null,
  address: '10.244.1.2',
  summary: {
    status: 'Running',
    tone: 'good',
    station: 4,
    ready: true,
    readyContainers: 1,
    containers: 1,
    restarts: 0,
    terminating: false,
  },
});
const room = (name: string, pods: number) => ({
  name,
  address: '192.168.0.11',
  ready: true,
  pods: Array.from({ length: pods }, (_, index) => pod(`${name}-${index}`, 'nginx')),
});
const service = (name: string, balancer: string[] | null = null) => ({
  key: `lab06/${name}`,
  namespace: 'lab06',
  name,
  type: 'ClusterIP',
  clusterIP: '10.96.0.10',
  externalName: null,
  ports: [],
  balancer,
  balancerName: `a-${name}`,
  endpoints: [],
});
const scene: Scene = {
  nodes: [room('node-a', 3), room('node-b', 2), room('node-c', 0)],
  services: [service('web'), service('shop', ['203.0.113.9'])],
  waiting: [pod('late')],
  dns: { address: '10.96.0.2', ready: 2 },
};
const lay = (width: number) => layoutScene(scene, { width, height: 0, podsPerRoom: 8, apart: new Set() });
const inside = (inner: Box, outer: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;
const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe.each([320, 390, 700, 950, 1600])('a picture %d wide', (width) => {
  const layout = lay(width);
  const box = (id: string) => layout.boxes.get(id)!;

  it('keeps every box within its width and height', () => {
    for (const each of layout.boxes.values())
      expect(inside(each, { x: 0, y: 0, width, height: layout.height })).toBe(true);
  });
  it('keeps pods inside of their rooms, and apart from one another', () => {
    for (const node of scene.nodes) {
      for (const each of node.pods) expect(inside(box(`pod:${each.key}`), box(nodeId(node.name)))).toBe(true);
    }
    const pods = scene.nodes.flatMap((node) => node.pods.map((each) => box(`pod:${each.key}`)));
    for (const [index, one] of pods.entries()) {
      for (const other of pods.slice(index + 1)) expect(apart(one, other)).toBe(true);
    }
  });
  it('lets no two rooms or Services overlap', () => {
    const ids = [...layout.boxes.keys()].filter((id) => /^(node|service|balancer|outside)/.test(id));
    for (const [index, one] of ids.entries()) {
      for (const other of ids.slice(index + 1)) expect(apart(box(one), box(other))).toBe(true);
    }
  });
  it('joins any two places by wires that run level or upright', () => {
    const locate = locator(scene, layout);
    const outside = locate({ kind: 'External', name: '198.51.100.7' })!;
    const one = locate({ kind: 'Node', name: 'node-a' })!;
    const other = locate({ kind: 'Pod', namespace: 'lab06', name: 'node-b-1' })!;
    for (const way of [wayBetween(outside.toRoot, one.toRoot), wayBetween(one.toRoot, other.toRoot)]) {
      for (const [index, to] of way.slice(1).entries()) {
        const from = way[index]!;
        expect(from.x === to.x || from.y === to.y).toBe(true);
      }
    }
  });
});

it('lets rooms grow to the height there is, and no further', () => {
  const options = { width: 950, podsPerRoom: 8, apart: new Set<string>() };
  const needed = layoutScene(scene, { ...options, height: 0 }).height;
  expect(layoutScene(scene, { ...options, height: needed + 200 }).height).toBeLessThanOrEqual(needed + 200);
  expect(layoutScene(scene, { ...options, height: needed + 200 }).height).toBeGreaterThan(needed + 150);
});

it('makes the cards large where all of them fit, and only there', () => {
  const options = { width: 950, podsPerRoom: 8, apart: new Set<string>() };
  const compact = layoutScene(scene, { ...options, height: 0 });
  const roomy = layoutScene(scene, { ...options, height: 900 });
  expect([compact.roomy, roomy.roomy]).toEqual([false, true]);
  expect(roomy.height).toBeLessThanOrEqual(900);
  expect(layoutScene(scene, { ...options, height: compact.height }).roomy).toBe(false);
});

describe('places', () => {
  const locate = locator(scene, lay(950));
  it.each([
    ['a pod', { kind: 'Pod', namespace: 'lab06', name: 'node-a-1' }, 'pod:lab06/node-a-1'],
    ["the cluster's own pod", { kind: 'Pod', namespace: 'kube-system', name: 'coredns-1' }, 'dns'],
    [
      'a load balancer by its name at the cloud',
      { kind: 'LoadBalancer', name: 'a-shop' },
      'balancer:lab06/shop',
    ],
    ['a load balancer by its address', { kind: 'LoadBalancer', name: '203.0.113.9' }, 'balancer:lab06/shop'],
    ['a host outside', { kind: 'External', name: 'example.com' }, OUTSIDE],
  ] as const)('finds %s', (_, where, id) => expect(locate(where)?.id).toBe(id));

  it('knows no place for a pod that is gone', () => {
    expect(locate({ kind: 'Pod', namespace: 'lab06', name: 'gone' })).toBeNull();
  });
});

describe('stacks', () => {
  const siblings = Array.from({ length: 20 }, (_, index) => pod(`nginx-${index}`, 'nginx'));
  it('leaves few pods alone', () =>
    expect(groupPods('a', siblings.slice(0, 8), 8, new Set())).toHaveLength(8));
  it('stacks many, but for those that a request runs through', () => {
    const tenants = groupPods('a', siblings, 8, new Set(['lab06/nginx-3']));
    expect(tenants.map((tenant) => (tenant.kind === 'pod' ? tenant.pod.name : tenant.pods.length))).toEqual([
      'nginx-3',
      19,
    ]);
  });
});

it.each([
  [950, 4, 3],
  [390, 4, 1],
  [100, 4, 1],
])('fits %d pixels with at most %d columns: %d', (width, most, columns) => {
  expect(columnsFor(width, 236, 12, most)).toBe(columns);
});
