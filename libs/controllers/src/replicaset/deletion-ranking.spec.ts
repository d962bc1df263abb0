import type { Pod } from '@podlab/api';
import { buildPod } from '@podlab/testkit';
import fc from 'fast-check';
import { podsToDelete } from './deletion-ranking';

const NOW = 1_772_442_000_000;

interface Traits {
  node?: string;
  phase?: string;
  ready?: string;
  cost?: string;
  restarts?: number;
  created?: string;
}

function pod(name: string, { node, phase = 'Running', ready, cost, restarts = 0, created }: Traits): Pod {
  const base = buildPod('lab06', name, {
    spec: node ? { nodeName: node } : {},
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ready }],
      containerStatuses: [{ name: 'c', image: 'i', imageID: '', ready: true, restartCount: restarts }],
    },
  });
  const annotations = cost === undefined ? undefined : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  return { ...base, metadata: { ...base.metadata, uid: name, annotations, creationTimestamp: created } };
}

const OLD = '2026-03-01T09:00:00Z';
const YOUNG = '2026-03-02T08:59:00Z';
const running = { node: 'a', ready: OLD, created: OLD };

describe('of two pods goes first', () => {
  const rows: [string, Traits, Traits][] = [
    ['the one without a node', { phase: 'Pending' }, { node: 'a', phase: 'Pending' }],
    ['the one that is pending', { node: 'a', phase: 'Pending' }, running],
    ['the one that is not ready', { node: 'a' }, running],
    ['the cheaper one', { ...running, cost: '-1' }, running],
    ['the one that is ready for a shorter time', { ...running, ready: YOUNG }, running],
    ['the one that restarted more', { ...running, restarts: 3 }, running],
    ['the younger one', { ...running, created: YOUNG }, running],
  ];

  test.each(rows)('%s', (_, first, second) => {
    for (const [nameOfFirst, nameOfSecond] of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const pods = [pod(nameOfFirst, first), pod(nameOfSecond, second)];
      expect(podsToDelete(pods, [], 1, NOW)).toEqual([pods[0]]);
    }
  });

  test('the one on the node with more pods of its kind', () => {
    const pods = ['p1', 'p2', 'p3'].map((name, index) =>
      pod(name, { ...running, node: index === 1 ? 'b' : 'a' }),
    );
    expect(podsToDelete(pods, pods, 1, NOW)[0].spec.nodeName).toBe('a');
  });
});

test('the choice does not depend on the order in which pods are given', () => {
  const traits = fc.record({
    node: fc.constantFrom('a', 'b'),
    ready: fc.constantFrom(OLD, YOUNG, '2026-03-02T08:00:00Z'),
    created: fc.constantFrom(OLD, YOUNG),
    restarts: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(
      fc.array(traits, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      fc.nat(12),
      (each, noise, count) => {
        const pods = each.map((one, index) => pod(`p${index}`, one));
        const shuffled = pods
          .map((one) => [noise.next().value as number, one] as const)
          .sort((a, b) => a[0] - b[0]);
        const again = shuffled.map(([, one]) => one);
        expect(podsToDelete(again, again, count, NOW)).toEqual(podsToDelete(pods, pods, count, NOW));
      },
    ),
  );
});
