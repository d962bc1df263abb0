import * as fc from 'fast-check';
import { copyData, decodeData, encodeData } from './data';
import { createEventQueueState, EventQueue, type QueueEntry } from './event-queue';

const queueOf = (...times: number[]) => {
  const queue = new EventQueue(createEventQueueState());
  const entries = times.map((at) =>
    queue.schedule({ at, component: 'test', kind: 'due', args: [], periodic: false }),
  );
  return { queue, entries };
};

function drain(queue: EventQueue): QueueEntry[] {
  const order: QueueEntry[] = [];
  for (let entry = queue.pop(); entry; entry = queue.pop()) order.push(entry);
  return order;
}

const byTimeThenSequence = (a: QueueEntry, b: QueueEntry) => a.at - b.at || a.seq - b.seq;

describe('the event queue', () => {
  it('gives entries by virtual time, and those of one instant in the order they were scheduled', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (times) => {
        const { queue, entries } = queueOf(...times);
        expect(drain(queue)).toEqual([...entries].sort(byTimeThenSequence));
      }),
    );
  });

  it('never gives what was cancelled, whatever is popped in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 20 }), fc.boolean())),
        fc.nat({ max: 5 }),
        (plan, first) => {
          const { queue, entries } = queueOf(...plan.map(([at]) => at));
          const popped = Array.from({ length: first }, () => queue.pop()).filter(
            (entry) => entry !== undefined,
          );
          const waiting = entries.filter((entry) => !popped.includes(entry));
          const cancelled = waiting.filter((entry) => plan[entry.seq - 1][1]);
          for (const entry of cancelled) queue.cancel(entry);
          const kept = waiting.filter((entry) => !cancelled.includes(entry));
          expect([queue.size, queue.pending]).toEqual([kept.length, kept.length]);
          expect(drain(queue)).toEqual(kept.sort(byTimeThenSequence));
        },
      ),
    );
  });

  it('peeks at the entry that pop takes', () => {
    const { queue, entries } = queueOf(3, 1, 2);
    queue.cancel(entries[1]);
    expect(queue.peek()).toBe(entries[2]);
    expect(queue.pop()).toBe(entries[2]);
    expect(queue.peek()).toBe(entries[0]);
  });

  it('counts as pending only what is not periodic', () => {
    const { queue } = queueOf(1);
    const resync = queue.schedule({ at: 5, component: 'test', kind: 'resync', args: [], periodic: true });
    expect([queue.size, queue.pending]).toEqual([2, 1]);
    queue.pop();
    expect([queue.size, queue.pending]).toEqual([1, 0]);
    queue.cancel(resync);
    expect([queue.size, queue.pending]).toEqual([0, 0]);
    expect(queue.pop()).toBeUndefined();
  });

  it('refuses to cancel one entry twice', () => {
    const { queue, entries } = queueOf(1, 2);
    queue.cancel(entries[1]);
    expect(() => queue.cancel(entries[1])).toThrow('entry 2 is cancelled twice');
  });

  it('is not changed by whoever looks at it', () => {
    const looked = queueOf(3, 1, 2);
    const left = queueOf(3, 1, 2);
    for (const { queue, entries } of [looked, left]) queue.cancel(entries[1]);
    looked.queue.peek();
    expect(looked.queue.state).toEqual(left.queue.state);
    for (const { queue } of [looked, left]) queue.pop();
    looked.queue.peek();
    expect(looked.queue.state).toEqual(left.queue.state);
  });

  it('goes on from its copied or written state as from the state itself', () => {
    const { queue, entries } = queueOf(5, 2, 9, 2);
    queue.pop();
    queue.cancel(entries[2]);
    const copied = new EventQueue(copyData(queue.state));
    const read = new EventQueue(decodeData(encodeData(queue.state)));
    const expected = drain(queue);
    expect(drain(copied)).toEqual(expected);
    expect(drain(read)).toEqual(expected);
  });
});
