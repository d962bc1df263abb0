import type { AppendGroup, LogCalls } from './engine';
import { GroupCommitLog } from './group-commit';
import { NUMBERS_OF_ENTRY } from './log-statements';
import type { LoggedEntry } from './revision-log';

const entry = (rv: number) => ({ rv, at: 0 });

/** A disk that fails `failures` times and whose writes end when `release` is called. */
function disk(failures: number) {
  const batches: number[][] = [];
  let held: (() => void) | undefined;
  const appendGroups = async (groups: readonly AppendGroup[]) => {
    if (failures-- > 0) throw new Error('no space left on device');
    batches.push(groups.flatMap(({ numbers }) => numbers.filter((_, at) => at % NUMBERS_OF_ENTRY === 0)));
    await new Promise<void>((resolve) => (held = resolve));
    return {};
  };
  /** Resolves when a batch is on its way to the disk. */
  const begun = async () => {
    while (!held) await new Promise((resolve) => setImmediate(resolve));
  };
  const release = async () => {
    await begun();
    held?.();
    held = undefined;
  };
  return { calls: { appendGroups } as unknown as LogCalls, batches, begun, release };
}

it('gathers what arrives at one turn of the event loop, and while a batch is being written', async () => {
  const { calls, batches, begun, release } = disk(0);
  const log = new GroupCommitLog(calls, { engine: 'test' });
  const first = Promise.all([log.append('a', [entry(1)]), log.append('b', [entry(6)])]);
  await begun();
  const later = [log.append('a', [entry(2)]), log.append('b', [entry(7)]), log.append('a', [entry(3)])];
  await release();
  await first;
  await release();
  await Promise.all(later);
  expect(batches).toEqual([
    [1, 6],
    [2, 3, 7],
  ]);
});

it('tries a failed batch again, longer and longer apart, and tells that nothing can be written meanwhile', async () => {
  const { calls, release } = disk(4);
  const pauses: number[] = [];
  const states: string[] = [];
  const log = new GroupCommitLog(calls, {
    engine: 'test',
    pause: async (ms) => {
      pauses.push(ms);
      expect(log.writable).toBe(false);
    },
  });
  log.onWritable((writable, error) => states.push(`${writable} ${error ?? ''}`));
  const appended = log.append('a', [entry(1)]);
  await release();
  await appended;
  expect(pauses).toEqual([50, 100, 200, 400]);
  expect(states).toEqual(['false no space left on device', 'true ']);
  expect(log.writable).toBe(true);
});

it('rejects what it could not write when it is closed', async () => {
  const { calls } = disk(Infinity);
  const log: GroupCommitLog<LoggedEntry> = new GroupCommitLog(calls, {
    engine: 'test',
    pause: async () => log.close(),
  });
  await expect(log.append('a', [entry(1)])).rejects.toThrow('closed');
  await expect(log.append('a', [entry(2)])).rejects.toThrow('closed');
});
