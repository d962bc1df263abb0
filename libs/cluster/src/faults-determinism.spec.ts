import { FaultCreate, type FaultCreateBody } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import * as fastCheck from 'fast-check';
import { restoreCluster, type Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import { CLIENT, deployment, lab, podsOf, sendMany, service } from './test-support';

const RUNS = 12 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);
const EVENTS_LIMIT = 1_000_000;

type Act = (cluster: Cluster) => void;

/** What is refused is refused every time. */
const trying =
  (act: Act): Act =>
  (cluster) => {
    try {
      act(cluster);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };

const node = fastCheck.constantFrom('node-a', 'node-b', 'node-c');
const targets = {
  node: node.map((name) => () => ({ kind: 'Node' as const, name })),
  pod: fastCheck.nat(2).map((index) => (cluster: Cluster) => {
    const pods = podsOf(cluster, 'web');
    const name = pods[index % Math.max(pods.length, 1)]?.metadata.name ?? 'nobody';
    return { kind: 'Pod' as const, namespace: 'lab06', name };
  }),
};
const links = fastCheck.oneof(targets.node, targets.pod);
const duration = fastCheck.option(fastCheck.integer({ min: 1_000, max: 120_000 }), { nil: undefined });

const kinds: [FaultCreateBody['kind'], fastCheck.Arbitrary<(cluster: Cluster) => object>, object?][] = [
  ['NodeDown', targets.node],
  ['PodUnready', targets.pod],
  ['ContainerCrash', targets.pod, { exit_code: 3 }],
  ['ImagePullFailure', targets.node],
  ['LinkLatency', links, { latency_ms: 80, jitter_ms: 30 }],
  ['PacketLoss', links, { loss: 0.4 }],
  ['LinkDown', links],
];

const fault: fastCheck.Arbitrary<Act> = fastCheck.oneof(
  ...kinds.map(([kind, target, params]) =>
    fastCheck.tuple(target, duration).map(([of, duration_ms]) =>
      trying((cluster) => {
        const body = { kind, target: of(cluster), ...(params && { params }) };
        cluster.inject(FaultCreate.parse({ ...body, ...(duration_ms !== undefined && { duration_ms }) }));
      }),
    ),
  ),
);
const heal: fastCheck.Arbitrary<Act> = fastCheck
  .integer({ min: 1, max: 8 })
  .map((number) => trying((cluster) => cluster.heal(`f${number}`)));
const wait: fastCheck.Arbitrary<Act> = fastCheck.integer({ min: 100, max: 90_000 }).map((ms) => (cluster) => {
  cluster.runUntil(cluster.now() + ms, EVENTS_LIMIT);
  cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
});
const wake: fastCheck.Arbitrary<Act> = fastCheck.constant((cluster: Cluster) => {
  cluster.perform({ kind: 'Wake', gap_ms: 600_000 });
});
const ask: fastCheck.Arbitrary<Act> = fastCheck
  .constantFrom<object[]>({}, { connection: { keep: 'long' } }, { connection: { use: 'long' } })
  .map((more) =>
    trying((cluster) => {
      sendMany(cluster, CLIENT, 'http://web/', { ...more, timeout_ms: 3_000 });
    }),
  );
const acts = fastCheck.array(fastCheck.oneof(fault, fault, heal, wait, wait, wake, ask), {
  minLength: 4,
  maxLength: 14,
});

const birth = lab([
  deployment('web', { replicas: 3 }),
  service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
]).checkpoint();

it(`${RUNS} random runs with faults: loaded after each act, forked and replayed they end in the same bytes`, () => {
  fastCheck.assert(
    fastCheck.property(acts, fastCheck.nat(), (run, cut) => {
      const log: LogEntry[] = [];
      const cluster = restoreCluster(birth);
      cluster.onEntry((entry) => log.push(entry));
      let loaded = restoreCluster(birth);
      run.forEach((act, index) => {
        act(cluster);
        act(loaded);
        loaded = index === cut % run.length ? loaded.fork() : restoreCluster(loaded.checkpoint());
      });
      const replayed = restoreCluster(birth);
      expect(replayed.replay(log)).toEqual([]);
      expect([loaded.hash(), replayed.hash()]).toEqual([cluster.hash(), cluster.hash()]);
      expect(replayed.faults()).toEqual(cluster.faults());
    }),
    { numRuns: RUNS },
  );
}, 300_000);
