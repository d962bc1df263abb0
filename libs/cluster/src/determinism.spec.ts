import { SendRequest } from '@podlab/contracts';
import { hex, sha256, utf8Encode } from '@podlab/kernel';
import * as fastCheck from 'fast-check';
import { restoreCluster, type Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import {
  call,
  CLIENT,
  create,
  deployment,
  newCluster,
  OUTSIDE,
  patch,
  sendMany,
  service,
  settle,
} from './test-support';

const ROUNDS = Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);
const RUNS = 1_000 * ROUNDS;
const RELOADED_RUNS = 10 * ROUNDS;
const SEED = '42';
const EVENTS_LIMIT = 1_000_000;

const NODE_PORT = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30123 }] };

function advance(cluster: Cluster, ms: number): void {
  cluster.runUntil(cluster.now() + ms, EVENTS_LIMIT);
  cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
}

const replicas = (cluster: Cluster, value: number) =>
  patch(cluster, '/apis/apps/v1/namespaces/lab06/deployments/web', [
    { op: 'replace', path: '/spec/replicas', value },
  ]);

/** A deployment, scaling, the loss of a node, requests, refusals: what a student may do, one act after another. */
const ACTS: readonly ((cluster: Cluster) => void)[] = [
  (cluster) => advance(cluster, 5_000),
  (cluster) => create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } }),
  (cluster) => settle(cluster),
  (cluster) => {
    create(cluster, deployment('web', { replicas: 3 }));
    create(cluster, service('web', NODE_PORT));
    const containers = [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }];
    create(cluster, {
      kind: 'Pod',
      metadata: { name: 'client', namespace: 'lab06' },
      spec: { containers },
    } as never);
  },
  (cluster) => advance(cluster, 700),
  (cluster) => settle(cluster),
  (cluster) => sendMany(cluster, CLIENT, 'http://web/', { count: 20, traces: 'first' }),
  (cluster) => replicas(cluster, 5),
  (cluster) => expect(() => create(cluster, deployment('web'))).toThrow('already exists'),
  (cluster) => settle(cluster),
  (cluster) =>
    expect(() => sendMany(cluster, { ...CLIENT, name: 'nobody' }, 'http://web/')).toThrow('not there'),
  (cluster) => cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true }),
  (cluster) => advance(cluster, 50_000),
  (cluster) => sendMany(cluster, OUTSIDE, 'http://172.18.0.3:30123/', { count: 10, traces: 'first' }),
  (cluster) => advance(cluster, 360_000),
  (cluster) => replicas(cluster, 2),
  (cluster) => call(cluster, 'DELETE', '/api/v1/namespaces/lab06/pods/client', {}),
  (cluster) => cluster.perform({ kind: 'NodeDown', node: 'node-b', down: false }),
  (cluster) => cluster.perform({ kind: 'Wake', gap_ms: 3_600_000 }),
  (cluster) => advance(cluster, 60_000),
  (cluster) => sendMany(cluster, OUTSIDE, 'http://172.18.0.4:30123/', { count: 10, traces: 'first' }),
];

/** The same in short, for a thousand runs. */
const SHORT_ACTS: readonly ((cluster: Cluster) => void)[] = [
  (cluster) => create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } }),
  (cluster) => create(cluster, service('web', NODE_PORT)),
  (cluster) => advance(cluster, 5_000),
  (cluster) => create(cluster, deployment('web')),
  (cluster) => advance(cluster, 5_000),
  (cluster) => replicas(cluster, 2),
  (cluster) => advance(cluster, 5_000),
  (cluster) => cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true }),
  (cluster) => advance(cluster, 360_000),
  (cluster) => cluster.send(SendRequest.parse({ from: OUTSIDE, to: 'http://172.18.0.3:30123/', count: 3 })),
];

/** Plays every act; `between` may hand over to another cluster after each. */
function play(
  seed: string,
  between: (cluster: Cluster, act: number) => Cluster = (cluster) => cluster,
): Cluster {
  return ACTS.reduce(
    (cluster, act, index) => {
      act(cluster);
      return between(cluster, index);
    },
    newCluster(undefined, seed),
  );
}

interface Recording {
  readonly birth: string;
  readonly entries: readonly LogEntry[];
  readonly end: string;
}

/** A run with its first checkpoint and all that happened after. */
function record(seed: string): Recording {
  const entries: LogEntry[] = [];
  const fresh = newCluster(undefined, seed);
  const birth = fresh.checkpoint();
  fresh.onEntry((entry) => entries.push(entry));
  const last = ACTS.reduce((cluster, act) => (act(cluster), cluster), fresh);
  return { birth, entries, end: last.hash() };
}

describe('one seed, one run', () => {
  it(
    `${RUNS} runs with seed ${SEED} give one hash`,
    () => {
      const run = () => {
        const cluster = newCluster(undefined, SEED);
        for (const act of SHORT_ACTS) act(cluster);
        return cluster.checkpoint();
      };
      const first = run();
      const others = Array.from({ length: RUNS - 1 }, run).filter((state) => state !== first);
      expect([SEED, others.map((state) => hex(sha256(utf8Encode(state))))]).toEqual([SEED, []]);
    },
    300_000 * ROUNDS,
  );

  it('another seed gives another run', () => {
    const seeds = ['42', '43', '7', 'lab06', ''];
    expect(new Set(seeds.map((seed) => play(seed).hash())).size).toBe(seeds.length);
  });
});

describe('a cluster is its checkpoint and its inputs', () => {
  it(
    `unloaded and loaded after every act, ${RELOADED_RUNS} times over, it ends in the same bytes`,
    () => {
      const reload = () => play(SEED, (cluster) => restoreCluster(cluster.checkpoint())).checkpoint();
      const ends = new Set(Array.from({ length: RELOADED_RUNS }, reload));
      expect([SEED, [...ends]]).toEqual([SEED, [play(SEED).checkpoint()]]);
    },
    60_000 * ROUNDS,
  );

  it('a fork after every act ends in the same bytes, and does not touch the cluster it was taken of', () => {
    const forks: { fork: Cluster; next: number }[] = [];
    const end = play(SEED, (cluster, act) => {
      forks.push({ fork: cluster.fork(), next: act + 1 });
      return cluster;
    }).hash();
    const ends = forks.map(({ fork, next }) => {
      for (const act of ACTS.slice(next)) act(fork);
      return fork.hash();
    });
    expect([SEED, new Set(ends)]).toEqual([SEED, new Set([end])]);
  });

  it('the log lived through again from the very first checkpoint ends in the same bytes', () => {
    const { birth, entries, end } = record(SEED);
    const again = restoreCluster(birth);
    expect(again.replay(entries)).toEqual([]);
    expect([SEED, again.hash()]).toEqual([SEED, end]);
  });

  it('a fork taken at any entry, fed the same inputs, ends in the same bytes', () => {
    const seeds = fastCheck.constantFrom('42', '43', '7');
    const recordings = new Map<string, Recording>();
    fastCheck.assert(
      fastCheck.property(seeds, fastCheck.double({ min: 0, max: 1, noNaN: true }), (seed, part) => {
        const recording = recordings.get(seed) ?? record(seed);
        recordings.set(seed, recording);
        const { birth, entries, end } = recording;
        const at = Math.floor(part * entries.length);
        const cluster = restoreCluster(birth);
        const beyond = cluster.replay(entries.slice(0, at)).length;
        const fork = cluster.fork();
        fork.replay(entries.slice(at + beyond));
        expect([seed, at, fork.hash()]).toEqual([seed, at, end]);
      }),
    );
  });

  it('a log that says otherwise is refused by name', () => {
    const { birth, entries } = record(SEED);
    const at = entries.findIndex((entry) => entry.kind === 'revision' && entry.resource === 'pods');
    const forged = entries.map((entry, index) => (index === at ? { ...entry, at: entry.at + 1 } : entry));
    expect(() => restoreCluster(birth).replay(forged)).toThrow(
      `replay differs from the log at resourceVersion ${entries[at].rv}`,
    );
  });
});
