import type { Event } from '@podlab/api';
import { newForbidden, objectKey, type KubeObject } from '@podlab/apimachinery';
import { CorrelatedRecorder, createRecorderState } from './correlated-recorder';
import type { Informer } from './informer';

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'lab', uid: '1' },
};
const kubelet = { component: 'kubelet', host: 'node-a' };

function newRecorder(refuse?: () => Error, state = createRecorderState()) {
  const events = new Map<string, Event>();
  const clock = { now: 1_772_442_000_000 };
  const write = <T extends KubeObject>(_: string, event: T): T => {
    if (refuse) throw refuse();
    events.set(objectKey(event), event as unknown as Event);
    return event;
  };
  const recorder = new CorrelatedRecorder(state, {
    now: () => clock.now,
    timestamp: () => String(clock.now),
    client: { create: write, update: write },
    events: { get: (key: string) => events.get(key) } as Informer<Event>,
  });
  return { recorder, events, clock };
}

describe('the event recorder', () => {
  it('counts an equal event up and keeps when it was first seen', () => {
    const { recorder, events, clock } = newRecorder();
    recorder.event(pod, 'Warning', 'BackOff', 'again', kubelet);
    clock.now += 1000;
    recorder.event(pod, 'Warning', 'BackOff', 'again', kubelet);
    const [event, ...others] = events.values();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      count: 2,
      firstTimestamp: '1772442000000',
      lastTimestamp: '1772442001000',
    });
  });

  it('keeps apart what differs in message, object or reporter, also within one millisecond', () => {
    const { recorder, events } = newRecorder();
    recorder.event(pod, 'Normal', 'Pulled', 'one', kubelet);
    recorder.event(pod, 'Normal', 'Pulled', 'two', kubelet);
    recorder.event({ ...pod, metadata: { ...pod.metadata, uid: '2' } }, 'Normal', 'Pulled', 'one', kubelet);
    recorder.event(pod, 'Normal', 'Pulled', 'one', { component: 'scheduler' });
    expect(events.size).toBe(4);
  });

  // Restates client-go tools/record events_cache_test.go TestEventCorrelator.
  describe('as a broken thing reports ever more', () => {
    const MINUTE = 60_000;

    it('makes the tenth similar event, and those after it, one', () => {
      const { recorder, events, clock } = newRecorder();
      for (let n = 1; n <= 12; n++) {
        recorder.event(pod, 'Warning', 'Failed', `attempt ${n}`, kubelet);
        clock.now += MINUTE;
      }
      const told = [...events.values()].map(({ message, count }) => [message, count]);
      expect(told.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, index) => [`attempt ${index + 1}`, 1]));
      expect(told.slice(9)).toEqual([['(combined from similar events): attempt 12', 3]]);
    });

    it('tells them apart again when none came for ten minutes', () => {
      const { recorder, events, clock } = newRecorder();
      for (let n = 1; n <= 9; n++) recorder.event(pod, 'Warning', 'Failed', `attempt ${n}`, kubelet);
      clock.now += 10 * MINUTE + 1;
      recorder.event(pod, 'Warning', 'Failed', 'attempt 10', kubelet);
      expect([...events.values()].at(-1)?.message).toBe('attempt 10');
    });

    it('writes 25 about one object, then one in five minutes, and counts those that it held back', () => {
      const { recorder, events, clock } = newRecorder();
      const report = () => recorder.event(pod, 'Warning', 'BackOff', 'again', kubelet);
      const count = () => [...events.values()].map((event) => event.count);
      for (let n = 0; n < 40; n++) report();
      expect(count()).toEqual([25]);
      recorder.event({ ...pod, metadata: { ...pod.metadata, uid: '2' } }, 'Normal', 'Pulled', 'x', kubelet);
      expect(count()).toEqual([25, 1]);
      clock.now += 5 * MINUTE;
      report();
      report();
      expect(count()).toEqual([41, 1]);
    });

    it('holds nothing back of the scheduler', () => {
      const { recorder, events } = newRecorder();
      for (let n = 0; n < 40; n++)
        recorder.event(pod, 'Warning', 'FailedScheduling', `${n}`, { component: 'default-scheduler' });
      expect(events.size).toBe(40);
    });

    it('remembers no more than it must', () => {
      const state = createRecorderState();
      const { recorder, clock } = newRecorder(undefined, state);
      for (let n = 0; n < 5_000; n++) {
        recorder.event(
          { ...pod, metadata: { ...pod.metadata, uid: `${n}` } },
          'Normal',
          'Pulled',
          'x',
          kubelet,
        );
      }
      expect([state.known.size, state.similar.size, state.allowances.size]).toEqual([4096, 4096, 4096]);
      clock.now += 200 * MINUTE;
      recorder.event(pod, 'Normal', 'Pulled', 'x', kubelet);
      expect([state.known.size, state.similar.size, state.allowances.size]).toEqual([4096, 1, 1]);
    });
  });

  it('goes on counting when its Event is gone', () => {
    const { recorder, events } = newRecorder();
    recorder.event(pod, 'Warning', 'BackOff', 'again', kubelet);
    const [name] = events.keys();
    events.clear();
    recorder.event(pod, 'Warning', 'BackOff', 'again', kubelet);
    expect([...events].map(([key, { count }]) => [key, count])).toEqual([[name, 2]]);
  });

  it('drops an event that the API refuses, and nothing else', () => {
    const refused = newRecorder(() => newForbidden('events', 'x', 'because it is being terminated'));
    expect(() => refused.recorder.event(pod, 'Normal', 'Killing', 'x', kubelet)).not.toThrow();
    const broken = newRecorder(() => new Error('broken'));
    expect(() => broken.recorder.event(pod, 'Normal', 'Killing', 'x', kubelet)).toThrow('broken');
  });
});
