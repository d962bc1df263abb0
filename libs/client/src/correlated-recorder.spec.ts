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

function newRecorder(refuse?: () => Error) {
  const events = new Map<string, Event>();
  const clock = { now: 1_772_442_000_000 };
  const write = <T extends KubeObject>(_: string, event: T): T => {
    if (refuse) throw refuse();
    events.set(objectKey(event), event as unknown as Event);
    return event;
  };
  const recorder = new CorrelatedRecorder(createRecorderState(), {
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

  it('drops an event that the API refuses, and nothing else', () => {
    const refused = newRecorder(() => newForbidden('events', 'x', 'because it is being terminated'));
    expect(() => refused.recorder.event(pod, 'Normal', 'Killing', 'x', kubelet)).not.toThrow();
    const broken = newRecorder(() => new Error('broken'));
    expect(() => broken.recorder.event(pod, 'Normal', 'Killing', 'x', kubelet)).toThrow('broken');
  });
});
