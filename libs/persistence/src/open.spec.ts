import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolderLocked } from './data-folder';
import { openDatabase } from './database';
import { openPersistence, type Persistence } from './open';
import { type ClusterRecord, NO_CLASS } from './records';
import type { LoggedEntry } from './revision-log';

interface TestEntry extends LoggedEntry {
  word: string;
}

const entry = (rv: number): TestEntry => ({ rv, at: rv * 10, word: `entry ${rv} 한글` });
const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));
const words = async (items: AsyncIterable<TestEntry>) => (await all(items)).map((found) => found.rv);

const cluster = (rest: Partial<ClusterRecord>): ClusterRecord => ({
  id: 'c',
  owner_id: 'ann',
  name: 'c',
  seed: '1',
  state: 'Running',
  failure: null,
  created_at: 1,
  config: '{}',
  host_state: '{}',
  accounts_since: null,
  ...NO_CLASS,
  ...rest,
});

let folder: string;
let persistence: Persistence<TestEntry>;
const open = () =>
  openPersistence<TestEntry>({
    folder,
    engine: 'test',
    onDeath: (error) => {
      throw error;
    },
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podlab-persistence-'));
  persistence = await open();
});

afterEach(async () => {
  await persistence.close();
  rmSync(folder, { recursive: true });
});

describe('the revision log', () => {
  it('gives back what was appended, in order, after a restart, page over page', async () => {
    await Promise.all([
      persistence.log.append('a', range(1, 700)),
      persistence.log.append('b', range(5, 6)),
      persistence.log.append('a', range(701, 1203)),
    ]);
    await persistence.close();
    persistence = await open();
    expect(await all(persistence.log.read('a', 1))).toEqual(range(1, 1203));
    expect(await words(persistence.log.read('a', 1199, 1201))).toEqual([1199, 1200, 1201]);
    expect(await all(persistence.log.read('b', 0))).toEqual(range(5, 6));
    expect(await all(persistence.log.read('c', 0))).toEqual([]);
  });

  it('refuses an entry it has, and only that cluster', async () => {
    await persistence.log.append('a', range(1, 3));
    const outcomes = await Promise.allSettled([
      persistence.log.append('a', range(3, 4)),
      persistence.log.append('b', range(1, 1)),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'fulfilled']);
    expect(await words(persistence.log.read('a', 1))).toEqual([1, 2, 3]);
    expect(persistence.log.writable).toBe(true);
  });

  it('gives a long checkpoint back letter for letter', async () => {
    const checkpoint = { rv: 1, at: 10, engine: 'test', state: 'état 상태 🙂 '.repeat(50_000) };
    await persistence.log.saveCheckpoint('a', checkpoint);
    expect(await persistence.log.latestCheckpoint('a')).toEqual(checkpoint);
  });

  it('keeps checkpoints and compacts what only older moments need', async () => {
    const checkpoint = (rv: number) => ({ rv, at: rv * 10, engine: 'test', state: `state ${rv}` });
    await persistence.log.append('a', range(1, 30));
    for (const rv of [0, 10, 20]) await persistence.log.saveCheckpoint('a', checkpoint(rv));
    expect(await persistence.log.latestCheckpoint('a')).toEqual(checkpoint(20));
    expect(await persistence.log.latestCheckpoint('a', 19)).toEqual(checkpoint(10));
    await persistence.log.compact('a', 15);
    expect(await persistence.log.oldestCheckpoint('a')).toBe(10);
    expect(await words(persistence.log.read('a', 0, 12))).toEqual([11, 12]);
    expect(await persistence.log.latestCheckpoint('a', 9)).toBeUndefined();
  });

  it('keeps the first checkpoint and those of snapshots, but knows that there is a gap behind them', async () => {
    const checkpoint = (rv: number) => ({ rv, at: rv * 10, engine: 'test', state: `state ${rv}` });
    await persistence.log.append('a', range(1, 40));
    for (const rv of [0, 10, 20, 30]) await persistence.log.saveCheckpoint('a', checkpoint(rv));
    const snapshot = { cluster_id: 'a', id: 's', name: 'before', rv: 10, at: 100, created_at: 1 };
    await persistence.domain.saveSnapshot(snapshot);
    await persistence.log.compact('a', 35);
    const { log } = persistence;
    expect(await log.firstCheckpoint('a')).toEqual(checkpoint(0));
    const found = [10, 11, 20, 29, 30].map(async (rv) => (await log.latestCheckpoint('a', rv))?.rv);
    expect(await Promise.all(found)).toEqual([10, undefined, undefined, undefined, 30]);
    expect(await log.oldestCheckpoint('a')).toBe(30);
    expect(await persistence.domain.listSnapshots('a')).toEqual([snapshot]);
  });
});

describe('the data folder', () => {
  it('is held by one process, and says by which', async () => {
    await expect(open()).rejects.toThrow(new DataFolderLocked(folder, `process ${process.pid}`));
    await persistence.close();
    persistence = await open();
  });
});

describe('the domain tables', () => {
  it('are exactly what the migrations make', async () => {
    await persistence.close();
    const { source } = await openDatabase(folder);
    const difference = await source.driver.createSchemaBuilder().log();
    const known = difference.upQueries.filter(({ query }) => !/log_entry|checkpoint|INDEX/.test(query));
    await source.destroy();
    persistence = await open();
    expect(known).toEqual([]);
  });

  it('use a sign-in code once, and not after its time', async () => {
    const { domain } = persistence;
    await domain.saveSignInCode({ hash: 'h1', person_id: 'p', expires_at: 100 });
    await domain.saveSignInCode({ hash: 'h2', person_id: 'p', expires_at: 100 });
    const taken = await Promise.all([domain.takeSignInCode('h1', 50), domain.takeSignInCode('h1', 50)]);
    expect(taken.filter((code) => code !== null)).toHaveLength(1);
    expect(await domain.takeSignInCode('h2', 101)).toBeNull();
  });

  it('list newest first, page by page, one owner or all', async () => {
    const { domain } = persistence;
    for (const [id, owner_id, created_at] of [
      ['c1', 'ann', 1],
      ['c2', 'bob', 2],
      ['c3', 'ann', 3],
      ['c4', 'ann', 3],
    ] as const) {
      await domain.saveCluster(cluster({ id, owner_id, created_at }));
    }
    const ids = async (owner: string | null, after?: { created_at: number; id: string }) =>
      (await domain.listClusters({ person: owner, class_id: null }, { limit: 2, after })).map(
        (cluster) => cluster.id,
      );
    expect(await ids('ann')).toEqual(['c4', 'c3']);
    expect(await ids('ann', { created_at: 3, id: 'c3' })).toEqual(['c1']);
    expect(await ids(null, { created_at: 3, id: 'c3' })).toEqual(['c2', 'c1']);
  });

  it('delete a cluster with all that is its own', async () => {
    const { domain, log } = persistence;
    await domain.saveCluster(cluster({ id: 'c' }));
    const token = { person_id: 'ann', name: 't', scope: 'all', created_at: 1, expires_at: 9 };
    await domain.saveToken({ id: 't1', hash: 'x', cluster_id: 'c', ...token });
    await domain.saveToken({ id: 't2', hash: 'y', cluster_id: null, ...token });
    await log.append('c', range(1, 2));
    await domain.deleteCluster('c');
    expect(await domain.findCluster('c')).toBeNull();
    expect(await domain.findToken('x', 5)).toBeNull();
    expect(await domain.findToken('y', 5)).toMatchObject({ id: 't2', cluster_id: null, expires_at: 9 });
    expect(await all(log.read('c', 0))).toEqual([]);
  });

  it('drop the log of a cluster that was never finished', async () => {
    const { domain, log } = persistence;
    await domain.saveCluster(cluster({ id: 'whole' }));
    for (const id of ['whole', 'half']) {
      await log.append(id, range(1, 2));
      await log.saveCheckpoint(id, { rv: 0, at: 0, engine: 'test', state: 'x' });
    }
    await domain.dropOrphans();
    expect(await words(log.read('whole', 0))).toEqual([1, 2]);
    expect(await log.latestCheckpoint('whole')).toMatchObject({ rv: 0, state: 'x' });
    expect(await words(log.read('half', 0))).toEqual([]);
    expect(await log.latestCheckpoint('half')).toBeUndefined();
  });

  it('keep the newest requests and every pinned one', async () => {
    const { domain } = persistence;
    const request = (id: string, created_at: number, pinned: boolean) =>
      ({
        cluster_id: 'c',
        id,
        rv: 1,
        at: 1,
        created_at,
        pinned,
        outcome: '{}',
        body: '{}',
        connection: 0,
      }) as const;
    await domain.saveRequests([request('r1', 1, true), request('r2', 2, false), request('r3', 3, false)], 2);
    await domain.saveRequests([request('r4', 4, false)], 2);
    const listed = await domain.listRequests('c', { limit: 10 });
    expect(listed.map(({ id, pinned }) => [id, pinned])).toEqual([
      ['r4', false],
      ['r3', false],
      ['r1', true],
    ]);
  });
});
