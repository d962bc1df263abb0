import type { Deployment, Pod } from '@podlab/api';
import { restoreCluster } from './cluster';
import type { LogEntry } from './log-entry';
import { call, create, deployment, newCluster, settle } from './test-support';

function recorded() {
  const entries: LogEntry[] = [];
  const cluster = newCluster();
  const birth = cluster.checkpoint();
  cluster.onEntry((entry) => entries.push(entry));
  cluster.runUntil(cluster.now() + 5_000, 1_000_000);
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster);
  create(cluster, deployment('web', { replicas: 3 }));
  expect(() => create(cluster, deployment('web'))).toThrow('already exists');
  settle(cluster);
  return { birth, entries, cluster };
}

/** A log with every revision forged: what another engine would have made of the same inputs. */
const foreign = (entries: readonly LogEntry[]) =>
  entries.map((entry): LogEntry => (entry.kind === 'revision' ? { ...entry, at: entry.at + 1 } : entry));

describe('a cluster whose log another engine wrote', () => {
  it('is not replayed, but its inputs act again: nothing that a user wrote is lost', () => {
    const { birth, entries } = recorded();
    expect(() => restoreCluster(birth).replay(foreign(entries))).toThrow('replay differs from the log');
    const again = restoreCluster(birth);
    again.relive(foreign(entries));
    settle(again);
    const [web] = again.list<Deployment>('deployments.apps', 'lab06');
    expect(web.status?.readyReplicas).toBe(3);
    expect(again.list<Pod>('pods', 'lab06').map(({ status }) => status?.phase)).toEqual(
      Array(3).fill('Running'),
    );
  });

  it('goes on behind the log, and says that what was before is gone', () => {
    const { birth, entries } = recorded();
    const end = entries[entries.length - 1].rv;
    const again = restoreCluster(birth);
    again.relive(foreign(entries));
    expect(again.resourceVersion()).toBeGreaterThan(end);
    const watch = again.kube({
      method: 'GET',
      path: '/api/v1/pods',
      query: `watch=true&resourceVersion=${end}`,
      accept: 'application/json',
      content_type: '',
      body: new Uint8Array(),
      user: { name: 'admin', groups: ['system:masters'] },
    });
    const heard: string[] = [];
    if (watch.kind === 'watch')
      watch.open({
        event: (bytes) => heard.push(new TextDecoder().decode(bytes)),
        end: () => heard.push('end'),
      });
    expect(heard).toEqual([expect.stringContaining('"code":410'), 'end']);
  });

  it('can be written to, and comes back from its own checkpoint', () => {
    const { birth, entries } = recorded();
    const again = restoreCluster(birth);
    again.relive(foreign(entries));
    const after: LogEntry[] = [];
    const checkpoint = again.checkpoint();
    again.onEntry((entry) => after.push(entry));
    call(again, 'DELETE', '/apis/apps/v1/namespaces/lab06/deployments/web', {});
    settle(again);
    const loaded = restoreCluster(checkpoint);
    expect(loaded.replay(after)).toEqual([]);
    expect(loaded.list('pods', 'lab06')).toEqual(again.list('pods', 'lab06'));
  });
});
