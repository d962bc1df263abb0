import { createEventQueueState, EventQueue } from '@podlab/kernel';
import { createWorkQueueState, WorkQueue, type WorkQueueOptions, type WorkQueueTimer } from './work-queue';

function newQueue(options?: WorkQueueOptions) {
  const clock = { now: 0 };
  const events = new EventQueue(createEventQueueState());
  const timer: WorkQueueTimer = {
    now: () => clock.now,
    schedule: (delayMs, key) =>
      events.schedule({
        at: clock.now + delayMs,
        component: 'c',
        kind: 'queue:q',
        args: [key],
        periodic: false,
      }),
    cancel: (entry) => events.cancel(entry),
  };
  const queue = new WorkQueue(createWorkQueueState(), timer, options);
  const drain = () => {
    const due: [number, string][] = [];
    for (let entry = events.pop(); entry; entry = events.pop()) {
      clock.now = entry.at;
      queue.taken(entry.args[0] as string);
      due.push([entry.at, entry.args[0] as string]);
    }
    return due;
  };
  return { queue, drain };
}

describe('a work queue', () => {
  it('hands a key out once, however often it was added', () => {
    const { queue, drain } = newQueue();
    queue.add('a');
    queue.add('b');
    queue.add('a');
    expect(drain()).toEqual([
      [2, 'a'],
      [2, 'b'],
    ]);
  });

  it('takes the earliest of several wishes', () => {
    const { queue, drain } = newQueue();
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 900);
    expect(drain()).toEqual([[100, 'a']]);
  });

  it('waits twice as long after each failure, and forgets failures', () => {
    const { queue, drain } = newQueue();
    const delays: number[] = [];
    let before = 0;
    for (let failure = 0; failure < 4; failure++) {
      queue.addRateLimited('a');
      const [[at]] = drain();
      delays.push(at - before);
      before = at;
    }
    queue.forget('a');
    queue.addRateLimited('a');
    delays.push(drain()[0][0] - before);
    expect(delays).toEqual([5, 10, 20, 40, 5]);
  });

  it('waits as long after failures as its owner says', () => {
    const { queue, drain } = newQueue({ failureDelayMs: { first: 1_000, longest: 3_000 } });
    const times = Array.from({ length: 4 }, () => {
      queue.addRateLimited('a');
      return drain()[0][0];
    });
    expect(times).toEqual([1_000, 3_000, 6_000, 9_000]);
  });
});
