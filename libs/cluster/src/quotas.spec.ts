/** What a host lets a cluster have in all. */
import type { Event, Pod } from '@podlab/api';
import { type Cluster, restoreCluster } from './cluster';
import type { LogEntry } from './log-entry';
import { call, create, deployment, newCluster, settle } from './test-support';

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const make = (cluster: Cluster, name: string) =>
  call(cluster, 'POST', '/api/v1/namespaces/default/configmaps', configMap(name));

function bounded(quotas: { objects: number; pods: number }): Cluster {
  const cluster = newCluster();
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster);
  cluster.perform({ kind: 'Quotas', quotas });
  return cluster;
}

it('more pods than that are refused in the words of a quota, also to a controller, who tells it', () => {
  const cluster = bounded({ objects: 1000, pods: 5 });
  const before = cluster.list<Pod>('pods').length;
  create(cluster, deployment('web', { replicas: 9 }));
  settle(cluster);
  expect(cluster.list<Pod>('pods')).toHaveLength(5);
  expect(before).toBeLessThan(5);
  const told = cluster.list<Event>('events', 'lab06').filter(({ reason }) => reason === 'FailedCreate');
  expect(told[0]?.message).toMatch(
    /is forbidden: exceeded quota: class, requested: pods=1, used: pods=5, limited: pods=5$/,
  );
  cluster.perform({ kind: 'Quotas', quotas: { objects: 1000, pods: 50 } });
  cluster.runUntil(cluster.now() + 600_000, 1_000_000);
  expect(cluster.list<Pod>('pods', 'lab06')).toHaveLength(9);
});

it('more objects than that are refused, while the cluster goes on writing its own', () => {
  const cluster = bounded({ objects: 200, pods: 50 });
  const refusal = (() => {
    for (let index = 0; ; index++) {
      try {
        make(cluster, `c${index}`);
      } catch (error) {
        return (error as Error).message;
      }
    }
  })();
  expect(refusal).toContain(
    'exceeded quota: class, requested: objects=1, used: objects=200, limited: objects=200',
  );
  expect(() => create(cluster, deployment('web'))).toThrow('exceeded quota: class');
  call(cluster, 'DELETE', '/api/v1/namespaces/default/configmaps/c0', undefined);
  make(cluster, 'again');
});

it('is an input: replayed, kept over a checkpoint, and not undone by going back', () => {
  const cluster = newCluster();
  const birth = cluster.checkpoint();
  const entries: LogEntry[] = [];
  cluster.onEntry((entry) => entries.push(entry));
  const past = cluster.checkpoint();
  cluster.perform({ kind: 'Quotas', quotas: { objects: 1, pods: 1 } });
  expect(() => make(cluster, 'one')).toThrow('exceeded quota');
  const again = restoreCluster(birth);
  again.replay(entries);
  expect(again.hash()).toBe(cluster.hash());
  expect(() => make(restoreCluster(cluster.checkpoint()), 'one')).toThrow('exceeded quota');
  cluster.restore(past);
  expect(() => make(cluster, 'one')).toThrow('exceeded quota');
});
