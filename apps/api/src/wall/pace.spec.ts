import { Pace } from './pace';

const GAP_MS = 250;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function paced(act: (key: string) => Promise<void> = async () => undefined) {
  const [done, errors]: [string[], unknown[]] = [[], []];
  const pace = new Pace(
    GAP_MS,
    async (key) => {
      done.push(key);
      await act(key);
    },
    (error) => errors.push(error),
  );
  return { pace, done, errors };
}

it('acts at once, then once more for all that was asked in the gap', async () => {
  const { pace, done } = paced();
  for (let asked = 0; asked < 10; asked++) pace.ask('a');
  expect(done).toEqual(['a']);
  await jest.advanceTimersByTimeAsync(GAP_MS - 1);
  expect(done).toEqual(['a']);
  await jest.advanceTimersByTimeAsync(2);
  expect(done).toEqual(['a', 'a']);
  await jest.advanceTimersByTimeAsync(10 * GAP_MS);
  expect(done).toEqual(['a', 'a']);
});

it('keys do not wait for one another, and one that fails goes on', async () => {
  const { pace, done, errors } = paced((key) =>
    key === 'b' ? Promise.reject(new Error(key)) : Promise.resolve(),
  );
  for (const key of ['a', 'b', 'b', 'c']) pace.ask(key);
  await jest.advanceTimersByTimeAsync(2 * GAP_MS);
  expect(done).toEqual(['a', 'b', 'c', 'b']);
  expect(errors).toHaveLength(2);
});

it('what is asked while it acts is done again, after it and not beside it', async () => {
  let running = 0;
  let release: () => void = () => undefined;
  const { pace, done } = paced(async () => {
    expect(++running).toBe(1);
    await new Promise<void>((resolve) => (release = resolve));
    running--;
  });
  pace.ask('a');
  await jest.advanceTimersByTimeAsync(3 * GAP_MS);
  pace.ask('a');
  release();
  await jest.advanceTimersByTimeAsync(GAP_MS);
  expect(done).toEqual(['a', 'a']);
});

it('stopped, it does nothing more', async () => {
  const { pace, done } = paced();
  for (let asked = 0; asked < 2; asked++) pace.ask('a');
  pace.stop();
  await jest.advanceTimersByTimeAsync(10 * GAP_MS);
  expect(done).toEqual(['a']);
});
