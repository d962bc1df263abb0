import type { Grade } from '@podlab/contracts';
import type { GradeJob } from './grade-job';
import { GraderPool, type GraderPoolOptions } from './grader-pool';

/** A thread that does with a job what its seed says. */
const SCRIPT = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ kind, seed }) => {
    if (seed === 'dies') process.exit(3);
    if (seed === 'dies later') setImmediate(() => process.exit(3));
    if (seed === 'throws') throw new Error('not foreseen');
    if (seed === 'eats') for (const all = []; ; ) all.push(new Array(100_000).fill(all.length));
    if (seed === 'never ends') for (;;);
    parentPort.postMessage(kind === 'Read' ? { reading: { problems: [] } } : { grade: { seed } });
  });
`;
const script = new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);
const pools: GraderPool[] = [];

function poolOf(options: Partial<GraderPoolOptions> = {}): GraderPool {
  const bounds = {
    threads: 1,
    wallMs: 60_000,
    readMs: 60_000,
    beginMs: 60_000,
    queue: 100,
    queueOfCaller: 100,
    idleMs: 60_000,
  };
  const pool = new GraderPool({ script, ...bounds, ...options });
  pools.push(pool);
  return pool;
}

const job = (seed: string): GradeJob => ({
  kind: 'Grade',
  files: {},
  hash: '',
  seed,
  submission: { kind: 'Manifests', manifests: '' },
});
/** The seed that was graded, or the problem. */
const told = (grade: Promise<Grade>) =>
  grade.then(
    ({ seed }) => seed,
    (error: Error & { code: string; detail: string }) => `${error.code}: ${error.detail}`,
  );

afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

it.each([
  ['dies', 'Internal: The grader stopped: its thread ended.'],
  ['throws', 'Internal: The grader stopped: not foreseen.'],
  [
    'eats',
    'Internal: The grader stopped: Worker terminated due to reaching memory limit: JS heap out of memory.',
  ],
])(
  'a submission that makes the thread end (%s) gets an error, and the next one a grade',
  async (seed, problem) => {
    const pool = poolOf();
    const answers = await Promise.all(
      ['a', seed, 'b'].map((each) => told(pool.grade('one', () => job(each)))),
    );
    expect(answers).toEqual(['a', problem, 'b']);
  },
);

it('a thread that ended while it rested gets no work', async () => {
  const pool = poolOf();
  expect(await told(pool.grade('one', () => job('dies later')))).toBe('dies later');
  await new Promise((resolve) => setImmediate(resolve));
  const answers: string[] = [];
  for (const seed of ['a', 'b', 'c']) answers.push(await told(pool.grade('one', () => job(seed))));
  // It may have ended with work in its hands, once; never is it waited for in vain.
  const ended = answers.findIndex((answer) => answer === 'Internal: The grader stopped: its thread ended.');
  expect(answers.filter((_, index) => index !== ended)).toEqual(
    ['a', 'b', 'c'].filter((_, index) => index !== ended),
  );
});

it('a submission, and a bundle, that takes too long is told its limit', async () => {
  const pool = poolOf({ wallMs: 300, readMs: 5000 });
  const [late, next] = await Promise.all(
    ['never ends', 'a'].map((seed) => told(pool.grade('one', () => job(seed)))),
  );
  expect(late).toBe('LimitExceeded: gradeWallSeconds is limited to 0.3: this was not graded to its end.');
  expect(next).toMatch(/^a$|gradeWallSeconds/);
  const read = { kind: 'Read' as const, files: {}, begin: true };
  expect(await pool.read('one', read)).toEqual({ problems: [] });
});

it('one caller’s many leave room for another’s one, who does not wait for them', async () => {
  const pool = poolOf({ queue: 6, queueOfCaller: 4 });
  const order: string[] = [];
  const asked = (caller: string, seed: string) =>
    told(pool.grade(caller, () => job(seed))).then((text) => order.push(text));
  const many = ['1', '2', '3', '4', '5', '6'].map((seed) => asked('many', seed));
  const one = asked('one', 'single');
  await Promise.all([...many, one]);
  expect(order.filter((text) => text.startsWith('TooManyRequests'))).toEqual([
    'TooManyRequests: gradeQueueOfCaller is limited to 4: try again in some seconds.',
  ]);
  const graded = order.filter((text) => !text.startsWith('TooManyRequests'));
  expect(graded.indexOf('single')).toBeLessThan(3);
  expect(graded).toHaveLength(6);
});

it('a job is made when its turn comes; one that can’t be made leaves the thread to the next', async () => {
  const pool = poolOf({ queue: 6 });
  const made: string[] = [];
  const asked = (seed: string) =>
    pool.grade('one', async () => {
      made.push(seed);
      if (seed === 'bad') throw new Error('no such cluster');
      return job(seed);
    });
  const all = ['first', 'bad', 'last'].map(asked);
  expect(made).toEqual(['first']);
  const answers = await Promise.allSettled(all);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(made).toEqual(['first', 'bad', 'last']);
});

it('a pool that was closed takes nothing more, and leaves nobody waiting', async () => {
  const pool = poolOf({});
  await pool.close();
  expect(await told(pool.grade('one', () => job('a')))).toBe('ShuttingDown: The server is stopping.');
});
