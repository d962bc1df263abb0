import { inSlices, runSlice, SliceQueue } from './slices';

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

it('lets others have their turn between the steps of what is long, and gives what comes out', async () => {
  let others = 0;
  const other = setInterval(() => others++, 0);
  function* long(): Generator<undefined, string> {
    while (others < 3) yield;
    return 'done';
  }
  expect(await inSlices(long())).toBe('done');
  clearInterval(other);
});
