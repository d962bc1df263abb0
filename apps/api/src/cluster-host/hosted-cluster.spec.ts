import { InvariantViolation } from '@podlab/kernel';
import type { ClusterConfig } from '@podlab/cluster';
import { ClusterCreate, nodeSpecifications } from '@podlab/contracts';
import { ProblemException } from '../problems/problem-exception';
import type { Cluster, LogEntry } from './core';
import { CLUSTER_ENGINE } from './engine';
import { HostedCluster } from './hosted-cluster';
import { callKube, HOST_USER } from './kube-call';
import { objectsOf } from './objects';
import { SliceQueue } from './slices';

/** A disk that holds every append until it is told to write, and that can fail. */
class Disk {
  writable = true;
  readonly written: LogEntry[] = [];
  private waiting: { entries: readonly LogEntry[]; resolve(): void }[] = [];

  append(_: string, entries: readonly LogEntry[]): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ entries, resolve }));
  }

  write(): void {
    for (const { entries, resolve } of this.waiting.splice(0)) {
      this.written.push(...entries);
      resolve();
    }
  }
}

const config = (): ClusterConfig => {
  const { name: _, nodes, manifests: __, clock: ___, ...rest } = ClusterCreate.parse({ nodes: 2 });
  const clock = { mode: 'paused' as const, speed: 1 };
  return { ...rest, id: 'c', seed: '42', epoch_ms: 0, nodes: nodeSpecifications(nodes), clock };
};

function hosting() {
  const disk = new Disk();
  const failures: string[] = [];
  const hosted = new HostedCluster({
    id: 'c',
    core: CLUSTER_ENGINE.create(config()),
    log: disk as never,
    slices: new SliceQueue(),
    clock: { mode: 'paused', speed: 1 },
    onFailure: (error) => failures.push(error.message),
    onChange: () => undefined,
  });
  return { disk, failures, hosted };
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const create = (name: string) => (core: Cluster) =>
  callKube(core, { method: 'POST', path: CONFIG_MAPS, body: { metadata: { name } }, user: HOST_USER }).status;
const count = (core: Cluster) =>
  (callKube(core, { method: 'GET', path: CONFIG_MAPS, user: HOST_USER }).body as { items: unknown[] }).items
    .length;

/** What became of a promise by now. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  const pending = Symbol('pending');
  const first = await Promise.race([
    promise.catch((error: ProblemException) => error.code),
    Promise.resolve(pending),
  ]);
  return first === pending ? 'pending' : String(first);
}

it('hands an answer out when what it saw is on the disk, and what goes wrong to who refuses', async () => {
  const { disk, hosted } = hosting();
  const told: string[] = [];
  const refuse = (error: unknown) => told.push(`refused: ${(error as Error).message}`);
  hosted.answer(create('a'), true, (status) => told.push(`first ${status}`), refuse);
  hosted.answer(
    count,
    false,
    () => {
      throw new Error('the client is gone');
    },
    refuse,
  );
  hosted.answer(create('b'), true, (status) => told.push(`last ${status}`), refuse);
  expect(told).toEqual([]);
  disk.write();
  await hosted.durable();
  expect(told).toEqual(['first 201', 'refused: the client is gone', 'last 201']);
  disk.writable = false;
  hosted.answer(create('c'), true, () => told.push('written'), refuse);
  expect(told.at(-1)).toMatch(/^refused: Nothing can be written/);
  expect(await hosted.ask(count)).toBe(2);
  hosted.close();
});

it('finds each object once, also where a kind is served in two groups', async () => {
  const { hosted } = hosting();
  const objects = await hosted.ask((core) => objectsOf(core));
  const uids = objects.map(({ metadata }) => metadata.uid);
  expect(objects.filter(({ kind }) => kind === 'Event').length).toBeGreaterThan(0);
  expect(new Set(uids).size).toBe(uids.length);
  hosted.close();
});

it('holds a write and the reads after it until the disk has them', async () => {
  const { disk, hosted } = hosting();
  const before = await hosted.ask(count);
  const written = hosted.change(create('one'));
  const read = hosted.ask(count);
  expect([await stateOf(written), await stateOf(read)]).toEqual(['pending', 'pending']);
  disk.write();
  expect([await written, await read]).toEqual([201, before + 1]);
  hosted.close();
});

it('tells listeners of an entry only when the disk has it, in order', async () => {
  const { disk, hosted } = hosting();
  const heard: number[] = [];
  hosted.listen({ entry: (entry) => heard.push(entry.rv) });
  const writes = Promise.all(['one', 'two'].map((name) => hosted.change(create(name))));
  expect(heard).toEqual([]);
  disk.write();
  await writes;
  expect(heard).toEqual(disk.written.map((entry) => entry.rv));
  expect(heard.length).toBeGreaterThanOrEqual(4);
  hosted.close();
});

it('is read-only while the disk takes no writes, and whoever waits is let go', async () => {
  const { disk, hosted } = hosting();
  const waiting = hosted.change(create('one'));
  disk.writable = false;
  await expect(hosted.change(create('two'))).rejects.toMatchObject({ code: 'StorageUnavailable' });
  await expect(hosted.setClock({ mode: 'live' })).rejects.toMatchObject({ code: 'StorageUnavailable' });
  await expect(hosted.advance(1000)).rejects.toMatchObject({ code: 'StorageUnavailable' });
  hosted.letAnswersGo();
  await expect(waiting).rejects.toMatchObject({ code: 'StorageUnavailable' });
  disk.writable = true;
  disk.write();
  const again = hosted.change(create('one'));
  disk.write();
  expect(await again).toBe(409);
  hosted.close();
});

it('fails alone when the impossible happens, says why, and answers nothing more', async () => {
  const { failures, hosted } = hosting();
  const other = hosting();
  const ends: string[] = [];
  hosted.listen({ ended: (reason) => ends.push(reason) });
  const impossible = hosted.ask(() => {
    throw new InvariantViolation('a rule was broken');
  });
  await expect(impossible).rejects.toMatchObject({
    code: 'ClusterFailed',
    detail: expect.stringMatching('a rule was broken'),
  });
  await expect(hosted.ask(count)).rejects.toMatchObject({ code: 'ClusterFailed' });
  await expect(hosted.step()).rejects.toMatchObject({ code: 'ClusterFailed' });
  expect([failures, ends]).toEqual([['a rule was broken'], ['ClusterFailed']]);
  expect(await other.hosted.ask(count)).toBeGreaterThanOrEqual(0);
  other.hosted.close();
});

it('a read that breaks is answered with its error, and the cluster goes on', async () => {
  const { failures, hosted } = hosting();
  const broken = hosted.ask(() => {
    throw new TypeError('nobody foresaw this');
  });
  await expect(broken).rejects.toThrow('nobody foresaw this');
  expect(await hosted.ask(count)).toBeGreaterThanOrEqual(0);
  expect(failures).toEqual([]);
  hosted.close();
});

it('runs one clock command at a time and lets others in between its slices', async () => {
  const { disk, hosted } = hosting();
  const writing = setInterval(() => disk.write(), 1);
  const advanced = hosted.advance(6 * 3_600_000);
  await expect(hosted.settle(1000)).rejects.toMatchObject({ code: 'ClockBusy' });
  await hosted.ask(count);
  const { now } = await advanced;
  expect(now).toBe('1970-01-01T06:00:00.000000Z');
  expect((await hosted.settle(60_000)).settled).toBe(true);
  clearInterval(writing);
  hosted.close();
});

it('writes a log from which the same cluster comes back', async () => {
  const { disk, hosted } = hosting();
  const start = hosted.checkpoint();
  const writing = setInterval(() => disk.write(), 1);
  await hosted.change(create('one'));
  await hosted.advance(30_000);
  await hosted.change(create('two'));
  await hosted.settle(60_000);
  clearInterval(writing);
  const again = CLUSTER_ENGINE.restore(start.state);
  expect(again.replay(disk.written)).toEqual([]);
  expect(again.checkpoint()).toBe(hosted.checkpoint().state);
  hosted.close();
});
