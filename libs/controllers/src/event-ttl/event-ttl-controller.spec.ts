import type { Event } from '@podlab/api';
import type { ComponentFactory } from '@podlab/client';
import { buildPod, ComponentHarness } from '@podlab/testkit';
import { EVENT_TTL_MS, eventTtlController, KEPT_EVENTS } from './event-ttl-controller';

/** Each reason is of a pod of its own: many events about one are held back. */
const reporter: ComponentFactory = (context) => ({
  name: context.name,
  handle: (reason) =>
    context.recorder.event(buildPod('lab06', reason.toLowerCase()), 'Normal', reason, 'said so', {
      component: 'test',
    }),
});

function startCluster(): { cluster: ComponentHarness; report(reason: string): void } {
  const cluster = new ComponentHarness({ ttl: eventTtlController, reporter });
  return { cluster, report: (reason) => cluster.component('reporter').handle?.(reason, []) };
}

const reasons = (cluster: ComponentHarness) => cluster.list<Event>('events').map(({ reason }) => reason);

test('an event goes an hour after it happened last, and keeps no cluster from being settled', () => {
  const { cluster, report } = startCluster();
  report('Once');
  report('Again');
  expect(cluster.settle()).toBe(true);
  cluster.advance(EVENT_TTL_MS / 2);
  report('Again');
  cluster.advance(EVENT_TTL_MS / 2 + 2_000);
  expect(reasons(cluster)).toEqual(['Again']);
  cluster.advance(EVENT_TTL_MS / 2 + 2_000);
  expect(reasons(cluster)).toEqual([]);
});

test('an event that somebody dates back goes with those of its time, and the others stay', () => {
  const { cluster, report } = startCluster();
  report('First');
  cluster.advance(EVENT_TTL_MS / 2);
  report('Second');
  const [first] = cluster.list<Event>('events');
  const { uid: _, resourceVersion: __, ...metadata } = first.metadata;
  cluster.client.create('events', { ...first, reason: 'Dated', metadata: { ...metadata, name: 'dated' } });
  const seen = () => reasons(cluster).sort();
  cluster.advance(EVENT_TTL_MS / 2 - 2_000);
  expect(seen()).toEqual(['Dated', 'First', 'Second']);
  cluster.advance(4_000);
  expect(seen()).toEqual(['Second']);
  cluster.advance(EVENT_TTL_MS / 2);
  expect(seen()).toEqual([]);
});

test('beyond the limit the oldest go', () => {
  const { cluster, report } = startCluster();
  report('Oldest');
  cluster.advance(2_000);
  for (let index = 0; index < KEPT_EVENTS; index++) report(`Reason${index}`);
  cluster.settle();
  expect(reasons(cluster).length).toBeLessThanOrEqual(KEPT_EVENTS);
  expect(reasons(cluster)).not.toContain('Oldest');
  expect(reasons(cluster)).toContain(`Reason${KEPT_EVENTS - 1}`);
});
