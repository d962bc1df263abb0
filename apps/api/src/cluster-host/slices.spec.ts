import { runSlice, SliceQueue } from './slices';

it('gives every cluster its turn, however much one of them has to do', async () => {
  const queue = new SliceQueue();
  const order: string[] = [];
  const work = (name: string, slices: number) =>
    new Promise<void>((resolve) =>
      queue.add(() => {
        order.push(name);
        if (--slices === 0) resolve();
        return slices > 0;
      }),
    );
  await Promise.all([work('greedy', 4), work('modest', 1), work('second', 2)]);
  expect(order).toEqual(['greedy', 'modest', 'second', 'greedy', 'second', 'greedy', 'greedy']);
});

it('runs events until there are no more', () => {
  let left = 95;
  const core = {
    runUntil: (_: number, most: number) => {
      const ran = Math.min(left, most);
      left -= ran;
      return ran;
    },
  };
  expect(runSlice(core, 0)).toBe(false);
  expect(left).toBe(0);
});

it('ends a slice when its time is over', () => {
  const endless = { runUntil: (_: number, most: number) => most };
  expect(runSlice(endless, 0)).toBe(true);
});

it('walks what is long a slice a turn, beside the others, and gives what comes out', async () => {
  const queue = new SliceQueue();
  let others = 0;
  queue.add(() => ++others < 3);
  function* long(): Generator<undefined, string> {
    while (others < 3) yield;
    return 'done';
  }
  expect(await queue.walk(long())).toBe('done');
});

it('tells what broke on a walk, and goes on with the others', async () => {
  const queue = new SliceQueue();
  function* broken(): Generator<undefined, string> {
    yield;
    throw new Error('differs');
  }
  function* whole(): Generator<undefined, string> {
    yield;
    return 'done';
  }
  const [first, second] = await Promise.allSettled([queue.walk(broken()), queue.walk(whole())]);
  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'differs' } });
  expect(second).toEqual({ status: 'fulfilled', value: 'done' });
});
