import type { RecallJob } from './recall-job';
import { type Look, RecallPool, type RecallPoolOptions } from './recall-pool';
import { Recall } from './recall';

/** A thread that does with a look what its cluster's name says, and tells which it had before. */
const SCRIPT = `
  import { parentPort, workerData } from 'node:worker_threads';
  const seen = [];
  parentPort.on('message', (job) => {
    const { kind, cluster } = job;
    if (cluster === 'dies') process.exit(3);
    if (cluster === 'never ends') for (;;);
    if (cluster === 'refused') return parentPort.postMessage({ problem: 'Internal', detail: 'no' });
    if (cluster === 'compacted') return parentPort.postMessage({ bytes: undefined });
    seen.push(cluster);
    const bytes = new TextEncoder().encode(JSON.stringify({ job, seen, engine: workerData.engine }));
    parentPort.postMessage(kind === 'Request' ? { request: { id: cluster } } : { bytes }, [bytes.buffer]);
  });
`;
const script = new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);
const pools: RecallPool[] = [];

function poolOf(options: Partial<RecallPoolOptions> = {}): RecallPool {
  const bounds = { wallMs: 60_000, queue: 100, queueOfCaller: 2, idleMs: 60_000, recalled: 2 };
  const data = { folder: '', engine: 'this' };
  const pool = new RecallPool({ script, data, threads: 1, ...bounds, ...options });
  pools.push(pool);
  return pool;
}

const look = (caller: string, cluster: string, kind: 'Objects' | 'State' = 'Objects'): Look => ({
  caller,
  job: { kind, cluster, resourceVersion: 1 } as RecallJob,
});

/** Which clusters the thread that answered had seen by then; or the problem. */
const told = (pool: RecallPool, asked: Look) =>
  pool.ask(asked).then(
    (answer) => {
      const text = Buffer.from(('bytes' in answer && answer.bytes) || []).toString();
      return (JSON.parse(text) as { seen: string[] }).seen.join(' ');
    },
    (error: Error & { code: string; detail: string }) => `${error.code}: ${error.detail}`,
  );

afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

const REPLACED = 'TooManyRequests: pastLooksOfCaller is limited to 2: try again in some seconds.';

it('of one caller’s many the newest are answered; another’s one does not wait for all of them', async () => {
  const pool = poolOf();
  const order: string[] = [];
  const asked = (caller: string, cluster: string) =>
    told(pool, look(caller, cluster)).then((text) => order.push(text.split(' ').at(-1) ?? ''));
  const many = ['1', '2', '3', '4', '5'].map((cluster) => asked('many', cluster));
  await Promise.all([...many, asked('one', 'single')]);
  const answered = order.filter((text) => text !== 'seconds.');
  expect(answered).toEqual(['1', '4', 'single', '5']);
});

it('what is to become a cluster keeps its place in the line', async () => {
  const pool = poolOf();
  const all = (['State', 'Objects', 'State', 'State'] as const).map((kind, index) =>
    told(pool, look('one', `${index}`, kind)),
  );
  expect(await Promise.all(all)).toEqual(['0', REPLACED, '0 2', '0 2 3']);
  const more = ['State', 'State', 'State', 'Objects'] as const;
  const full = more.map((kind) => told(pool, look('one', 'x', kind)));
  expect((await Promise.all(full))[3]).toBe(REPLACED);
});

it('two who look hard leave the server’s own thread alone, and a third’s look ends when it is his turn', async () => {
  const pool = poolOf({ threads: 2, wallMs: 2000 });
  const hard = ['a', 'b'].map((caller) => told(pool, look(caller, 'never ends')));
  const third = told(pool, look('c', 'mine'));
  for (let turn = 0; turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve));
  const late =
    'LimitExceeded: pastLookSeconds is limited to 2: it takes too long to live through that again.';
  expect(await Promise.all([...hard, third])).toEqual([late, late, 'mine']);
});

it('a cluster is looked at where it was looked at before, as long as that thread has time', async () => {
  const pool = poolOf({ threads: 2 });
  const both = () => Promise.all([told(pool, look('one', 'a')), told(pool, look('two', 'b'))]);
  expect(await both()).toEqual(['a', 'b']);
  expect(await both()).toEqual(['a a', 'b b']);
  expect(await told(pool, look('two', 'a'))).toBe('a a a');
});

it('nobody lives through what nobody waits for any more', async () => {
  const pool = poolOf();
  const first = told(pool, look('one', 'a'));
  const gone = told(pool, { ...look('one', 'left'), isGone: () => true });
  const last = told(pool, look('one', 'b'));
  expect([await first, await last]).toEqual(['a', 'a b']);
  expect(await gone).toMatch(/^TooManyRequests/);
});

it('a thread that ends takes its look with it, and the next one has another', async () => {
  const pool = poolOf();
  const all = ['dies', 'b'].map((cluster) => told(pool, look('one', cluster)));
  expect(await Promise.all(all)).toEqual(['Internal: The look at the past stopped: its thread ended.', 'b']);
  expect(await told(pool, look('one', 'refused'))).toBe('Internal: no');
});

it('asks the threads, and gives what they say', async () => {
  const recall = new Recall(poolOf());
  const moment = { caller: 'one', cluster: 'c', resourceVersion: 7 };
  const bytes = await recall.objects(moment);
  const said = JSON.parse(Buffer.from(bytes ?? []).toString()) as object;
  const job = { kind: 'Objects', cluster: 'c', resourceVersion: 7 };
  expect(said).toEqual({ job, seen: ['c'], engine: 'this' });
  const copy = { id: 'copy', token_key: 'ab' };
  expect(JSON.parse((await recall.state(moment, copy)) ?? '')).toMatchObject({
    job: { kind: 'State', copy },
  });
  expect(await recall.request(moment, 0)).toEqual({ id: 'c' });
  expect(await recall.state({ ...moment, cluster: 'compacted' })).toBeUndefined();
});

it('a pool that was closed takes nothing more, and leaves nobody waiting', async () => {
  const pool = poolOf();
  const stopping = 'ShuttingDown: The server is stopping.';
  const [, waiting] = ['never ends', 'b'].map((cluster) => told(pool, look('one', cluster)));
  await pool.close();
  expect([await waiting, await told(pool, look('one', 'c'))]).toEqual([stopping, stopping]);
});
