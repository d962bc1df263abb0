import { ClusterCreate, nodeSpecifications, type PastObjects } from '@podlab/contracts';
import type { CheckpointMark } from '@podlab/persistence';
import fc from 'fast-check';
import type { Cluster, ClusterConfig, LogEntry } from './core';
import { CLUSTER_ENGINE } from './engine';
import { callKube, HOST_USER } from './kube-call';
import { objectsOf } from './objects';
import { RecalledClusters, type RecallLimits } from './recalled-clusters';

const ROUNDS = Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);
const LIMITS: RecallLimits = { moments: 4, stateCharacters: 64_000_000, waypointEntries: 40 };
const CLUSTER = 'c';

function newCluster(): Cluster {
  const { name: _, nodes, manifests: __, clock: ___, ...rest } = ClusterCreate.parse({ nodes: 2 });
  const clock = { mode: 'paused' as const, speed: 1 };
  const config: ClusterConfig = {
    ...rest,
    id: CLUSTER,
    seed: '42',
    epoch_ms: 0,
    nodes: nodeSpecifications(nodes),
    clock,
  };
  const core = CLUSTER_ENGINE.create(config);
  core.runUntilSettled(core.now() + 60_000, 100_000);
  return core;
}

/** A log in memory, which counts how many entries somebody lived through and how many states he read. */
class Log {
  readonly marks: (CheckpointMark & { state: string })[] = [];
  readonly all: LogEntry[] = [];
  read = 0;
  states = 0;

  constructor(core: Cluster) {
    core.onEntry((entry) => this.all.push(entry));
  }

  mark(core: Cluster, engine = CLUSTER_ENGINE.version): void {
    this.marks.push({ rv: core.resourceVersion(), at: core.now(), engine, state: core.checkpoint() });
  }

  entries(_: string, from: number, to: number): LogEntry[] {
    const found = this.all.filter(({ rv }) => rv >= from && rv <= to);
    this.read += found.length;
    return found;
  }

  stretch(cluster: string, to: number, known: (mark: CheckpointMark) => number | undefined) {
    const found = this.marks.filter(({ rv }) => rv <= to).at(-1);
    if (!found) return undefined;
    const { state, ...checkpoint } = found;
    const from = known(checkpoint);
    if (from === undefined) this.states++;
    const entries = this.entries(cluster, (from ?? checkpoint.rv) + 1, to);
    return { checkpoint, state: from === undefined ? state : undefined, entries };
  }
}

const recalledFrom = (log: Log, limits = LIMITS) => new RecalledClusters(log, CLUSTER_ENGINE, limits);

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const call = (core: Cluster, method: string, path: string, body?: object, contentType?: string) =>
  callKube(core, { method, path, body, contentType, user: HOST_USER });

function deploy(core: Cluster, name: string, replicas: number): void {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  call(core, 'POST', DEPLOYMENTS, { metadata: { name }, spec });
}

const scale = (core: Cluster, name: string, replicas: number) =>
  call(core, 'PATCH', `${DEPLOYMENTS}/${name}`, { spec: { replicas } }, 'application/merge-patch+json');

function advance(core: Cluster, ms: number): void {
  core.runUntil(core.now() + ms, 100_000);
  core.perform({ kind: 'Advance', to_ms: core.now() });
}

const send = (core: Cluster) =>
  core.send({
    ...{ from: { kind: 'Node', name: 'node-a' }, to: 'http://10.96.0.1:443/', method: 'GET', headers: {} },
    ...{ body: '', count: 1, interval_ms: 0, timeout_ms: 1000, traces: 'first' },
  });

const act = fc.oneof(
  fc.constantFrom('a', 'b').map((name) => (core: Cluster) => deploy(core, name, 2)),
  fc.constantFrom(0, 1, 3).map((replicas) => (core: Cluster) => scale(core, 'a', replicas)),
  fc.constantFrom('a', 'b').map((name) => (core: Cluster) => call(core, 'DELETE', `${DEPLOYMENTS}/${name}`)),
  fc.constant((core: Cluster) => call(core, 'POST', ROLES, { metadata: { name: 'reader' }, rules: [] })),
  fc.constant((core: Cluster) => call(core, 'DELETE', `${ROLES}/reader`)),
  fc.constant((core: Cluster) => core.perform({ kind: 'NodeDown', node: 'node-b', down: true })),
  fc.constant((core: Cluster) => core.perform({ kind: 'Wake', gap_ms: 60_000 })),
  fc.constant((core: Cluster) => send(core)),
  fc.integer({ min: 1, max: 20_000 }).map((ms) => (core: Cluster) => advance(core, ms)),
);

/** The resourceVersion of each object by its uid, at each moment of a log. */
function versionsOf(first: Cluster, log: Log): Map<number, Map<string, string>> {
  const now = new Map(objectsOf(first).map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
  const all = new Map<number, Map<string, string>>();
  for (const entry of log.all) {
    if (entry.kind === 'revision') {
      const { uid = '', resourceVersion = '' } = entry.object.metadata;
      if (entry.type === 'DELETED') now.delete(uid);
      else now.set(uid, resourceVersion);
    }
    all.set(entry.rv, new Map(now) as Map<string, string>);
  }
  return all;
}

const versions = (past: PastObjects | undefined) =>
  past?.objects.map(({ metadata: { uid, resourceVersion } }) => `${uid} ${resourceVersion}`).sort();

it('a look at each revision of a drawn history, in a drawn order, shows what was then; and what a full replay shows', () => {
  const acts = fc.array(act, { minLength: 3, maxLength: 10 });
  const property = fc.property(acts, fc.array(fc.nat(), { maxLength: 30 }), fc.nat(), (drawn, jumps, at) => {
    const core = newCluster();
    const log = new Log(core);
    log.mark(core);
    const first = CLUSTER_ENGINE.restore(log.marks[0].state);
    drawn.forEach((deed, index) => {
      deed(core);
      if (index === at % drawn.length) log.mark(core);
    });
    advance(core, 30_000);
    const known = versionsOf(first, log);
    const moments = log.all.map(({ rv }) => rv);
    const looks = recalledFrom(log);
    const inOrder = jumps.length % 2 === 0 ? moments : [...moments].reverse();
    for (const rv of inOrder) {
      const expected = [...(known.get(rv) ?? [])].map(([uid, version]) => `${uid} ${version}`).sort();
      expect([rv, versions(looks.objects(CLUSTER, rv))]).toEqual([rv, expected]);
    }
    for (const jump of jumps) {
      const rv = moments[jump % moments.length];
      const whole = recalledFrom(log, { ...LIMITS, waypointEntries: 1_000_000 });
      expect(looks.objects(CLUSTER, rv)).toEqual(whole.objects(CLUSTER, rv));
      expect(looks.state(CLUSTER, rv)).toBe(recalledFrom(log).state(CLUSTER, rv));
    }
  });
  fc.assert(property, { seed: 42, numRuns: 4 * ROUNDS });
});

/** A cluster with some hundred revisions behind it. */
function lived(): { core: Cluster; log: Log } {
  const core = newCluster();
  const log = new Log(core);
  log.mark(core);
  deploy(core, 'a', 5);
  advance(core, 20_000);
  scale(core, 'a', 1);
  advance(core, 60_000);
  return { core, log };
}

it('a later look goes on from the last one, an earlier one from the next stop before it', () => {
  const { log } = lived();
  const last = log.all[log.all.length - 1].rv;
  const looks = recalledFrom(log, { ...LIMITS, moments: 100 });
  const cost = (rv: number) => {
    const before = { read: log.read, states: log.states };
    looks.objects(CLUSTER, rv);
    return { read: log.read - before.read, states: log.states - before.states };
  };
  expect(cost(last - 20)).toEqual({ read: log.all.length - 20, states: 1 });
  const walk = Array.from({ length: 20 }, (_, index) => cost(last - 19 + index));
  expect(walk.every(({ read, states }) => read <= 2 && states === 0)).toBe(true);
  const back = cost(last - 45);
  expect(back.states).toBe(0);
  expect(back.read).toBeLessThanOrEqual(LIMITS.waypointEntries);
});

it('keeps no more moments than it may, nor more than they may hold', () => {
  const { log } = lived();
  const last = log.all[log.all.length - 1].rv;
  const states = (limits: Partial<RecallLimits>) => {
    const looks = recalledFrom(log, { ...LIMITS, waypointEntries: 1_000_000, ...limits });
    const before = log.states;
    for (const cluster of ['one', 'two', 'one', 'two']) looks.objects(cluster, last);
    return log.states - before;
  };
  expect(states({})).toBe(2);
  expect(states({ moments: 1 })).toBe(4);
  expect(states({ stateCharacters: 1000 })).toBe(4);
});

it('a copy begins where the moment was, under its own name, and what was recalled stays as it was', () => {
  const { core, log } = lived();
  const looks = recalledFrom(log);
  const rv = core.resourceVersion();
  const copy = CLUSTER_ENGINE.restore(looks.state(CLUSTER, rv, { id: 'copy', token_key: 'ab' }) ?? '');
  expect(copy.config).toEqual({ ...core.config, id: 'copy', token_key: 'ab' });
  expect(looks.state(CLUSTER, rv)).toBe(core.checkpoint());
});

it('a request is sent again with its trace, and the moment that was recalled for it is as before', () => {
  const { core, log } = lived();
  const [sent] = send(core).requests;
  const rv = core.resourceVersion();
  advance(core, 1000);
  const looks = recalledFrom(log);
  const again = looks.request(CLUSTER, rv, 0);
  expect(again).toMatchObject({ id: sent.id, disposition: sent.disposition, trace: sent.trace });
  expect(looks.request(CLUSTER, rv, 0)).toEqual(again);
  expect(looks.request(CLUSTER, rv - 1, 0)).toBeUndefined();
  expect(looks.state(CLUSTER, rv)).toBe(recalledFrom(log).state(CLUSTER, rv));
});

it('what another engine lived is put together from its objects; it is nobody’s state, and before the first there is nothing', () => {
  const { core, log } = lived();
  log.marks[0] = { ...log.marks[0], engine: 'another' };
  const looks = recalledFrom(log);
  const rv = core.resourceVersion();
  const known = versionsOf(CLUSTER_ENGINE.restore(log.marks[0].state), log).get(rv) ?? new Map();
  const expected = [...known].map(([uid, version]) => `${uid} ${version}`).sort();
  expect(versions(looks.objects(CLUSTER, rv))).toEqual(expected);
  expect(looks.state(CLUSTER, rv)).toBeUndefined();
  expect(looks.state(CLUSTER, log.marks[0].rv)).toBe(log.marks[0].state);
  expect(looks.objects(CLUSTER, log.marks[0].rv - 1)).toBeUndefined();
});
