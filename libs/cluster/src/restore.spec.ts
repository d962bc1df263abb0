import fc from 'fast-check';
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
  send,
  sendMany,
  service,
  settle,
} from './test-support';

const NODE_PORT = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30123 }] };
const ADDRESS = 'http://172.18.0.3:30123/';

function advance(cluster: Cluster, ms: number): void {
  cluster.runUntil(cluster.now() + ms, 1_000_000);
  cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
}

/** A web server behind a node port, and a client. */
function lab(): Cluster {
  const cluster = newCluster();
  advance(cluster, 5_000);
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster);
  create(cluster, deployment('web', { replicas: 2 }));
  create(cluster, service('web', NODE_PORT));
  const containers = [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }];
  create(cluster, { kind: 'Pod', metadata: CLIENT, spec: { containers } } as never);
  settle(cluster);
  return cluster;
}

const WEB = '/apis/apps/v1/namespaces/lab06/deployments/web';
const scale = (cluster: Cluster, value: number) =>
  patch(cluster, WEB, [{ op: 'replace', path: '/spec/replicas', value }]);
const pods = (cluster: Cluster) =>
  cluster.list('pods', 'lab06').map(({ metadata: { name, uid } }) => `${name} ${uid}`);
const disposition = (cluster: Cluster) => send(cluster, OUTSIDE, ADDRESS).disposition;
/** All objects but for their resourceVersions. */
const contents = (cluster: Cluster, resources: readonly string[]) =>
  resources.map((resource) =>
    cluster
      .list(resource)
      .map(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, resourceVersion: '' } })),
  );

/** What somebody may do between a checkpoint and the way back. */
const DEEDS: Record<string, (cluster: Cluster) => unknown> = {
  scale: (cluster) => scale(cluster, 5),
  'delete the Service': (cluster) => call(cluster, 'DELETE', '/api/v1/namespaces/lab06/services/web', {}),
  'delete the namespace': (cluster) => call(cluster, 'DELETE', '/api/v1/namespaces/lab06', {}),
  'another Deployment': (cluster) => create(cluster, deployment('other')),
  'cut a node': (cluster) => cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true }),
  'send requests': (cluster) => sendMany(cluster, OUTSIDE, ADDRESS, { count: 5 }),
  'let time pass': (cluster) => advance(cluster, 400_000),
  'sleep for an hour': (cluster) => cluster.perform({ kind: 'Wake', gap_ms: 3_600_000 }),
};

describe('a cluster that goes back', () => {
  it('has the objects of then with their uids, at resourceVersions that go on', () => {
    const cluster = lab();
    const before = pods(cluster);
    const checkpoint = cluster.checkpoint();
    call(cluster, 'DELETE', '/api/v1/namespaces/lab06', {});
    settle(cluster);
    expect(pods(cluster)).toEqual([]);
    const rv = cluster.resourceVersion();
    cluster.restore(checkpoint);
    expect(pods(cluster)).toEqual(before);
    const [first] = cluster.list('pods', 'lab06');
    expect(Number(first.metadata.resourceVersion)).toBeGreaterThan(rv);
    expect(disposition(cluster)).toBe('Delivered');
  });

  it('tells the difference as revisions, and only that', () => {
    const cluster = lab();
    const checkpoint = cluster.checkpoint();
    create(cluster, { kind: 'Namespace', metadata: { name: 'other' } });
    call(cluster, 'DELETE', '/api/v1/namespaces/lab06/services/web', {});
    const entries: LogEntry[] = [];
    cluster.onEntry((entry) => entries.push(entry));
    cluster.restore(checkpoint);
    const told = entries.flatMap((entry) =>
      entry.kind === 'revision' ? [`${entry.type} ${entry.resource} ${entry.object.metadata.name}`] : [],
    );
    expect(told).toEqual(['DELETED namespaces other', 'ADDED services web']);
    expect(entries.map(({ rv }) => rv)).toEqual(entries.map((_, index) => entries[0].rv + index));
  });

  it('does not turn virtual time back, and what waited then waits as long as then', () => {
    const cluster = lab();
    scale(cluster, 4);
    const checkpoint = cluster.checkpoint();
    const due = (cluster.nextDueAt() as number) - cluster.now();
    advance(cluster, 90_000);
    const now = cluster.now();
    cluster.restore(checkpoint);
    expect([cluster.now(), (cluster.nextDueAt() as number) - now]).toEqual([now, due]);
    settle(cluster);
    expect(pods(cluster)).toHaveLength(5);
  });

  it('gives no uid twice', () => {
    const cluster = lab();
    const checkpoint = cluster.checkpoint();
    scale(cluster, 6);
    settle(cluster);
    const then = new Set(pods(cluster));
    cluster.restore(checkpoint);
    const kept = new Set(pods(cluster));
    scale(cluster, 6);
    settle(cluster);
    const fresh = pods(cluster).filter((pod) => !kept.has(pod));
    expect(fresh).toHaveLength(4);
    expect(fresh.filter((pod) => then.has(pod))).toEqual([]);
  });

  it('is broken as it was then: faults since are mended, those of then come back, each told', () => {
    const cluster = lab();
    const cut = (name: string) =>
      cluster.inject({ kind: 'NodeDown', target: { kind: 'Node', name }, params: {} });
    cut('node-a');
    const checkpoint = cluster.checkpoint();
    cluster.heal('f1');
    cut('node-b');
    const told: string[] = [];
    cluster.onEntry((entry) => {
      if (entry.kind === 'fault') told.push(`${entry.fault.id} ${entry.fault.ended_at === undefined}`);
    });
    cluster.restore(checkpoint);
    expect(told).toEqual(['f2 false', 'f1 true']);
    expect(cut('node-c').id).toBe('f3');
  });

  it('is at any moment the same as if nothing had happened since, whatever had; and replays', () => {
    const deeds = fc.array(fc.constantFrom(...Object.keys(DEEDS)), { maxLength: 4 });
    const birth = lab();
    const resources = ['deployments.apps', 'endpointslices.discovery.k8s.io', 'pods', 'services'];
    fc.assert(
      fc.property(deeds, fc.boolean(), (names, before) => {
        const cluster = birth.fork();
        const entries: LogEntry[] = [];
        cluster.onEntry((entry) => entries.push(entry));
        if (before) scale(cluster, 3);
        const checkpoint = cluster.checkpoint();
        const wanted = contents(cluster, resources);
        for (const name of new Set(names)) {
          DEEDS[name](cluster);
          advance(cluster, 700);
          // Nothing else can be done in it.
          if (name === 'delete the namespace') break;
        }
        cluster.restore(checkpoint);
        expect(contents(cluster, resources)).toEqual(wanted);
        settle(cluster);
        expect(disposition(cluster)).toBe('Delivered');
        expect(pods(cluster)).toHaveLength(before ? 4 : 3);
        const again = restoreCluster(birth.checkpoint());
        again.replay(entries);
        expect(again.hash()).toBe(restoreCluster(cluster.checkpoint()).hash());
      }),
      { numRuns: 15 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1) },
    );
  });
});

it('a fork with an id of its own is the same cluster under another name', () => {
  const cluster = lab();
  const fork = cluster.fork('another');
  expect([fork.config.id, cluster.config.id]).toEqual(['another', 'test']);
  scale(fork, 5);
  settle(fork);
  expect([pods(fork).length, pods(cluster).length]).toEqual([6, 3]);
});
