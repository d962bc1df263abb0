import type { Cluster } from './cluster';
import { restoreCluster } from './cluster';
import { call, CLIENT, create, deployment, lab, OUTSIDE, podsOf, send, service } from './test-support';

const EVENTS_LIMIT = 1_000_000;
const WEB_PORTS = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30080 }] };
const web = (replicas = 1) => [deployment('web', { replicas }), service('web', WEB_PORTS)];
const advance = (cluster: Cluster, seconds: number) =>
  cluster.runUntil(cluster.now() + seconds * 1000, EVENTS_LIMIT);

const URL = 'http://web/';
const keep = (cluster: Cluster, name = 'long', to = URL) =>
  send(cluster, CLIENT, to, { connection: { keep: name } });
const use = (cluster: Cluster, name = 'long', to = URL) =>
  send(cluster, CLIENT, to, { connection: { use: name } });
const stepTypes = (cluster: Cluster) =>
  new Set(use(cluster).trace?.hops.flatMap(({ steps }) => steps.map(({ type }) => type)));
const steps = ({ trace }: ReturnType<typeof send>) => trace?.hops.flatMap((hop) => hop.steps) ?? [];
const restart = (cluster: Cluster) =>
  call(
    cluster,
    'PATCH',
    '/apis/apps/v1/namespaces/lab06/deployments/web',
    { spec: { template: { metadata: { annotations: { at: '1' } } } } },
    'application/merge-patch+json',
  );
const deletePod = (cluster: Cluster, name: string) =>
  call(cluster, 'DELETE', `/api/v1/namespaces/lab06/pods/${name}`, {});

describe('a kept connection', () => {
  it('takes the established flow: no name and no rule is asked', () => {
    const cluster = lab(web(3));
    const first = keep(cluster);
    expect(first).toMatchObject({ disposition: 'Delivered', connection: { name: 'long', open: true } });
    expect(steps(first).some(({ type }) => type === 'LoadBalancing' || type === 'DnsQuery')).toBe(true);
    const again = use(cluster);
    expect(again).toMatchObject({ disposition: 'Delivered', backend: first.backend });
    const types = steps(again).map(({ type }) => type);
    for (const rule of ['LoadBalancing', 'DestinationNat', 'DnsQuery']) expect(types).not.toContain(rule);
    const conntrack = steps(again).filter(({ type }) => type === 'Conntrack');
    expect(conntrack.map(({ detail }) => detail['event'])).toEqual(
      expect.arrayContaining(['Found', 'Applied', 'Undone']),
    );
    expect(conntrack[0].detail['state']).toBe('ESTABLISHED');
    expect(steps(again).filter(({ type }) => type === 'Application')).toHaveLength(1);
  });

  it('stays with its pod while new ones go elsewhere', () => {
    const cluster = lab(web());
    const { backend } = keep(cluster);
    const [old] = podsOf(cluster, 'web');
    call(
      cluster,
      'PATCH',
      `/api/v1/namespaces/lab06/pods/${old.metadata.name}`,
      { metadata: { labels: { app: 'taken-out' } } },
      'application/merge-patch+json',
    );
    advance(cluster, 30);
    const fresh = send(cluster, CLIENT, URL);
    expect(fresh.disposition).toBe('Delivered');
    expect(fresh.backend).not.toBe(backend);
    expect(use(cluster)).toMatchObject({ disposition: 'Delivered', backend });
  });

  it('is drained in a rollout: it goes on while its pod ends, then it is reset and a new one finds another', () => {
    const container = {
      lifecycle: { preStop: { sleep: { seconds: 15 } } },
    };
    const cluster = lab([deployment('web', { container }), service('web', WEB_PORTS)]);
    const { backend } = keep(cluster);
    restart(cluster);
    advance(cluster, 10);
    const fresh = send(cluster, CLIENT, URL);
    expect(fresh.backend).not.toBe(backend);
    expect(use(cluster)).toMatchObject({ disposition: 'Delivered', backend });
    advance(cluster, 60);
    const over = use(cluster);
    expect(over).toMatchObject({ disposition: 'Reset', connection: { name: 'long', open: false } });
    expect(over.diagnosis).toMatchObject({
      code: 'KeptConnectionClosed',
      fix: { action: 'Request', request: { connection: { keep: 'long' } } },
    });
    expect(keep(cluster)).toMatchObject({ disposition: 'Delivered', backend: fresh.backend });
  });

  it('to a pod whose node is lost hears nothing more', () => {
    const cluster = lab([deployment('web', { template: { nodeName: 'node-b' } }), service('web', WEB_PORTS)]);
    const from = { kind: 'Node', name: 'node-a' } as const;
    const to = 'http://172.18.0.3:30080/';
    expect(send(cluster, from, to, { connection: { keep: 'far' } }).disposition).toBe('Delivered');
    cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true });
    const lost = send(cluster, from, to, { connection: { use: 'far' } });
    expect(lost).toMatchObject({ disposition: 'TimedOut', elapsed_ms: 5_000, connection: { open: false } });
    expect(lost.diagnosis).toMatchObject({ code: 'NodeUnreachable', fix: { action: 'DeleteFault' } });
  });

  it('by a cached pod address ends with the pod, and the address then leads nowhere', () => {
    const cluster = lab(web());
    const [pod] = podsOf(cluster, 'web');
    const direct = `http://${pod.status.podIP}/`;
    expect(keep(cluster, 'cached', direct).disposition).toBe('Delivered');
    deletePod(cluster, pod.metadata.name);
    advance(cluster, 45);
    expect(use(cluster, 'cached', direct).disposition).toBe('Reset');
    const stale = send(cluster, CLIENT, direct);
    expect(stale.diagnosis?.code).toBe('StalePodIP');
    expect(['Refused', 'TimedOut']).toContain(stale.disposition);
    expect(send(cluster, CLIENT, URL).disposition).toBe('Delivered');
  });

  it('is data: it goes with checkpoint, fork and log', () => {
    const cluster = lab(web(2));
    const birth = cluster.checkpoint();
    const log: Parameters<Cluster['replay']>[0][number][] = [];
    cluster.onEntry((entry) => log.push(entry));
    const { backend } = keep(cluster);
    expect(use(restoreCluster(cluster.checkpoint()))).toMatchObject({ disposition: 'Delivered', backend });
    expect(use(cluster.fork())).toMatchObject({ disposition: 'Delivered', backend });
    use(cluster);
    const again = restoreCluster(birth);
    expect(again.replay(log)).toEqual([]);
    expect(again.hash()).toBe(cluster.hash());
  });

  it('shows in conntrack while it is open, and how it ended', () => {
    const cluster = lab(web());
    const to = 'http://172.18.0.3:30080/';
    const about = { source_port: 45_000 };
    const outside = (connection: object) =>
      send(cluster, OUTSIDE, to, { ...about, connection } as Parameters<typeof send>[3]);
    const state = () =>
      (cluster.nodeTableRows('node-a', 'conntrack') as { state: string; original: { source_port: number } }[])
        .filter(({ original }) => original.source_port === about.source_port)
        .map((row) => row.state);
    outside({ keep: 'seen' });
    expect(state()).toEqual(['ESTABLISHED']);
    advance(cluster, 3_600);
    expect(outside({ use: 'seen' }).disposition).toBe('Delivered');
    expect(outside({ close: 'seen' })).toMatchObject({
      disposition: 'Delivered',
      connection: { open: false },
    });
    expect(state()).toEqual(['TIME_WAIT']);
    advance(cluster, 121);
    expect(state()).toEqual([]);
  });

  it.each([
    ['nobody keeps', { use: 'other' }, URL, 'no connection named other is kept'],
    ['is kept already', { keep: 'long' }, URL, 'a connection named long is kept already'],
    [
      'goes elsewhere',
      { use: 'long' },
      'http://web:8080/',
      'the connection long is one of another sender, or goes to web:80',
    ],
    ['has no connections', { keep: 'dgram' }, 'udp://web:53', 'UDP has no connections that could be kept'],
  ])('that %s is refused', (_, connection, to, message) => {
    const cluster = lab(web());
    keep(cluster);
    const asked = connection as NonNullable<Parameters<typeof send>[3]>['connection'];
    expect(() => send(cluster, CLIENT, to, { connection: asked as never })).toThrow(message);
    expect(use(cluster).disposition).toBe('Delivered');
  });

  it('is one request', () => {
    const cluster = lab(web());
    expect(() => send(cluster, CLIENT, URL, { connection: { keep: 'long' }, count: 2 })).toThrow(
      'must be 1 when a connection is kept, used or closed',
    );
    create(cluster, { kind: 'Namespace', metadata: { name: 'empty' } });
    expect([...stepTypes((keep(cluster), cluster))]).toContain('Conntrack');
  });
});
