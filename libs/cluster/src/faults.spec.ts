import { FaultCreate, type Fault, type FaultCreateBody, type RequestSource } from '@podlab/contracts';
import { restoreCluster, type Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  clusterIP,
  deployment,
  get,
  lab,
  podsOf,
  send,
  sendMany,
  service,
} from './test-support';

const EVENTS_LIMIT = 1_000_000;
const inject = (cluster: Cluster, fault: FaultCreateBody): Fault => cluster.inject(FaultCreate.parse(fault));
const advance = (cluster: Cluster, seconds: number) =>
  cluster.runUntil(cluster.now() + seconds * 1000, EVENTS_LIMIT);

const WEB_PORTS = { selector: { app: 'web' }, ports: [{ port: 80 }] };
const web = (options: Parameters<typeof deployment>[1] = {}) => [
  deployment('web', { template: { nodeName: 'node-b' }, ...options }),
  service('web', WEB_PORTS),
];

const podName = (cluster: Cluster) => podsOf(cluster, 'web')[0].metadata.name;
const podTarget = (cluster: Cluster) => ({
  kind: 'Pod' as const,
  namespace: 'lab06',
  name: podName(cluster),
});
const NODE_B = { kind: 'Node', name: 'node-b' } as const;

interface Status {
  phase: string;
  podIP: string;
  conditions: { type: string; status: string; reason?: string }[];
  containerStatuses: {
    ready: boolean;
    restartCount: number;
    state: { waiting?: { reason: string; message?: string }; terminated?: { exitCode: number } };
    lastState: { terminated?: { exitCode: number; reason: string } };
  }[];
}
const statusOf = (cluster: Cluster, name = podName(cluster)) =>
  get(cluster, `/api/v1/namespaces/lab06/pods/${name}`).status as unknown as Status;
const waitingOf = (cluster: Cluster) => statusOf(cluster).containerStatuses[0].state.waiting?.reason;
const isReady = (cluster: Cluster, name?: string) =>
  statusOf(cluster, name).conditions.find(({ type }) => type === 'Ready')?.status;
const nodeReady = (cluster: Cluster, name = 'node-b') =>
  (get(cluster, `/api/v1/nodes/${name}`).status as unknown as Status).conditions.find(
    ({ type }) => type === 'Ready',
  )?.status;
const endpoints = (cluster: Cluster) =>
  (
    get(cluster, '/apis/discovery.k8s.io/v1/namespaces/lab06/endpointslices').items as unknown as {
      endpoints?: { addresses: string[]; conditions: { ready: boolean } }[];
    }[]
  ).flatMap((slice) => (slice.endpoints ?? []).map(({ conditions }) => conditions.ready));
const scale = (cluster: Cluster, replicas: number) =>
  call(
    cluster,
    'PATCH',
    '/apis/apps/v1/namespaces/lab06/deployments/web',
    { spec: { replicas } },
    'application/merge-patch+json',
  );

/** A request that fails by the fault: who sends it, how it fails, and what the diagnosis names. */
interface Failing {
  from?: RequestSource;
  to(cluster: Cluster): string;
  timeout_ms?: number;
  disposition: string;
  code: string;
}

interface Row {
  objects?: Parameters<typeof lab>[0];
  fault(cluster: Cluster): FaultCreateBody;
  /** Seconds until the fault shows. */
  after?: number;
  during(cluster: Cluster): void;
  fails?: Failing;
  /** Seconds until all is well again. */
  heals?: number;
}

const toPod = (cluster: Cluster) => `http://${podsOf(cluster, 'web')[0].status.podIP}/`;
const toService = () => 'http://web/';

const ROWS: Record<string, Row> = {
  'NodeDown: at first nobody knows, and packets end at a dead machine': {
    fault: () => ({ kind: 'NodeDown', target: NODE_B }),
    during(cluster) {
      expect([nodeReady(cluster), endpoints(cluster)]).toEqual(['True', [true]]);
    },
    fails: { to: toPod, disposition: 'TimedOut', code: 'NodeUnreachable' },
  },
  'NodeDown: after the grace period the node is unknown and its endpoints are not ready': {
    fault: () => ({ kind: 'NodeDown', target: NODE_B }),
    after: 60,
    during(cluster) {
      expect([nodeReady(cluster), isReady(cluster), endpoints(cluster)]).toEqual([
        'Unknown',
        'False',
        [false],
      ]);
    },
    fails: { to: toService, disposition: 'Refused', code: 'NodeUnreachable' },
  },
  'LinkDown of a node: it is as silent as one that is off': {
    fault: () => ({ kind: 'LinkDown', target: NODE_B }),
    after: 60,
    during(cluster) {
      expect(nodeReady(cluster)).toBe('Unknown');
      expect(cluster.nodeTableText('node-b', 'interfaces')).toMatch(/eth0.*DOWN/);
    },
    fails: { to: toService, disposition: 'Refused', code: 'NodeUnreachable' },
  },
  'PodUnready: a pod without a probe is no endpoint any more': {
    fault: (cluster) => ({ kind: 'PodUnready', target: podTarget(cluster) }),
    after: 3,
    during(cluster) {
      expect([isReady(cluster), endpoints(cluster)]).toEqual(['False', [false]]);
      expect(statusOf(cluster).conditions.find(({ type }) => type === 'Ready')).toMatchObject({
        reason: 'ContainersNotReady',
      });
    },
    fails: { to: toService, disposition: 'Refused', code: 'ReadinessProbeFailing' },
  },
  'PodUnready: whatever the probe says': {
    objects: web({ container: { readinessProbe: { httpGet: { path: '/', port: 80 } } } }),
    fault: (cluster) => ({ kind: 'PodUnready', target: podTarget(cluster) }),
    after: 30,
    during: (cluster) => expect(isReady(cluster)).toBe('False'),
    fails: { to: toService, disposition: 'Refused', code: 'ReadinessProbeFailing' },
  },
  'ContainerCrash: for its duration the container ends after each start': {
    fault: (cluster) => ({
      kind: 'ContainerCrash',
      target: podTarget(cluster),
      params: { exit_code: 3 },
    }),
    after: 15,
    during(cluster) {
      const [container] = statusOf(cluster).containerStatuses;
      expect([waitingOf(cluster), container.restartCount > 0]).toEqual(['CrashLoopBackOff', true]);
      expect(container.lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    },
    fails: { to: toService, disposition: 'Refused', code: 'ContainerCrashing' },
    heals: 60,
  },
  'ImagePullFailure of an image: a new pod does not get it, who has it runs on': {
    fault: () => ({ kind: 'ImagePullFailure', target: { kind: 'Image', name: 'httpd' } }),
    objects: [
      deployment('web', { image: 'httpd:2.4', replicas: 0, template: { nodeName: 'node-b' } }),
      service('web', WEB_PORTS),
    ],
    during(cluster) {
      scale(cluster, 1);
      advance(cluster, 3);
      expect(waitingOf(cluster)).toBe('ErrImagePull');
      advance(cluster, 3);
      expect(waitingOf(cluster)).toBe('ImagePullBackOff');
      expect(statusOf(cluster).containerStatuses[0].state.waiting?.message).toContain(
        'Head "https://registry-1.docker.io/v2/library/httpd/manifests/2.4": dial tcp: lookup registry-1.docker.io: i/o timeout',
      );
    },
    fails: { to: toService, disposition: 'Refused', code: 'ImagePullFailing' },
    heals: 60,
  },
  'ImagePullFailure of a node: no image at all': {
    fault: () => ({ kind: 'ImagePullFailure', target: NODE_B }),
    objects: [
      deployment('web', { image: 'httpd:2.4', replicas: 0, template: { nodeName: 'node-b' } }),
      service('web', WEB_PORTS),
    ],
    during(cluster) {
      scale(cluster, 1);
      advance(cluster, 6);
      expect(waitingOf(cluster)).toBe('ImagePullBackOff');
    },
    fails: { to: toService, disposition: 'Refused', code: 'ImagePullFailing' },
    heals: 60,
  },
  'LinkLatency of a pod: what is slow is told, what is too slow times out': {
    fault: (cluster) => ({
      kind: 'LinkLatency',
      target: podTarget(cluster),
      params: { latency_ms: 100 },
    }),
    during(cluster) {
      const answer = send(cluster, CLIENT, toPod(cluster));
      expect(answer.disposition).toBe('Delivered');
      expect(answer.elapsed_ms).toBeGreaterThan(400);
      expect(answer.elapsed_ms).toBeLessThan(500);
      const told = answer.trace?.hops.flatMap(({ steps }) => steps.map(({ message }) => message.text)) ?? [];
      expect(told.some((text) => /which takes 100 ms/.test(text))).toBe(true);
    },
    fails: { to: toPod, timeout_ms: 300, disposition: 'TimedOut', code: 'LinkTooSlow' },
  },
  'PacketLoss of all packets': {
    fault: (cluster) => ({ kind: 'PacketLoss', target: podTarget(cluster), params: { loss: 1 } }),
    during(cluster) {
      const again = send(cluster, CLIENT, toPod(cluster), { timeout_ms: 8_000 });
      const waits = again.trace?.hops.flatMap(({ steps }) =>
        steps.flatMap(({ detail }) => (detail['waited_ms'] === undefined ? [] : [detail['waited_ms']])),
      );
      expect([again.elapsed_ms, waits]).toEqual([8_000, [1_000, 3_000, 7_000]]);
    },
    fails: { to: toPod, disposition: 'TimedOut', code: 'LinkBroken' },
  },
  'LinkDown of a pod: its probes fail in time': {
    objects: web({ container: { readinessProbe: { httpGet: { path: '/', port: 80 } } } }),
    fault: (cluster) => ({ kind: 'LinkDown', target: podTarget(cluster) }),
    after: 45,
    during: (cluster) => expect([isReady(cluster), endpoints(cluster)]).toEqual(['False', [false]]),
    // Its node gets no answer to ARP and says: host unreachable.
    fails: { to: toPod, disposition: 'Refused', code: 'LinkBroken' },
    heals: 30,
  },
  'LinkDown of the sender': {
    fault: () => ({ kind: 'LinkDown', target: CLIENT }),
    during: () => undefined,
    fails: { to: toPod, disposition: 'TimedOut', code: 'LinkBroken' },
  },
  'LinkDown of the sender: names are not resolved either': {
    fault: () => ({ kind: 'LinkDown', target: CLIENT }),
    during: () => undefined,
    fails: { to: toService, disposition: 'NameNotResolved', code: 'DnsUnavailable' },
  },
};

describe.each(Object.entries(ROWS))('%s', (_, row) => {
  it('before, during and after', () => {
    const cluster = lab(row.objects ?? web());
    const running = podsOf(cluster, 'web').length > 0;
    if (running) expect(send(cluster, CLIENT, 'http://web/').disposition).toBe('Delivered');
    const fault = inject(cluster, row.fault(cluster));
    expect(fault).toMatchObject({ state: 'Active', kind: row.fault(cluster).kind });
    advance(cluster, row.after ?? 0);
    row.during(cluster);
    const body = { from: CLIENT, to: '', count: 1 };
    if (row.fails) {
      const { to, disposition, code, timeout_ms = 5_000 } = row.fails;
      const failed = send(cluster, CLIENT, to(cluster), { timeout_ms });
      expect([failed.disposition, failed.diagnosis?.code]).toEqual([disposition, code]);
      expect(failed.diagnosis?.fix).toEqual({ action: 'DeleteFault', fault: fault.id });
      expect(failed.diagnosis?.message.text).toContain(fault.id);
      applyFix(cluster, body, failed.diagnosis?.fix as never);
    } else {
      cluster.heal(fault.id);
    }
    advance(cluster, row.heals ?? 15);
    expect(cluster.faults()).toEqual([
      expect.objectContaining({ id: fault.id, state: 'Ended', ended_because: 'Deleted' }),
    ]);
    expect(send(cluster, CLIENT, 'http://web/').disposition).toBe('Delivered');
    expect(nodeReady(cluster)).toBe('True');
  });
});

describe('a fault', () => {
  it('with a duration ends by itself, in virtual time', () => {
    const cluster = lab(web());
    const fault = inject(cluster, { kind: 'LinkDown', target: podTarget(cluster), duration_ms: 20_000 });
    expect(Date.parse(fault.ends_at as string) - Date.parse(fault.started_at)).toBe(20_000);
    cluster.runUntilSettled(cluster.now() + 300_000, EVENTS_LIMIT);
    expect([cluster.settled(), cluster.faults()[0].state]).toEqual([true, 'Active']);
    cluster.runUntil(Date.parse(fault.ends_at as string) - 1, EVENTS_LIMIT);
    expect(send(cluster, CLIENT, toPod(cluster)).disposition).toBe('Refused');
    advance(cluster, 1);
    expect(send(cluster, CLIENT, toPod(cluster)).disposition).toBe('Delivered');
    expect(cluster.faults()).toMatchObject([{ ended_because: 'Expired', ended_at: fault.ends_at }]);
  });

  it('waits over a gap that nobody lived through', () => {
    const cluster = lab(web());
    inject(cluster, { kind: 'LinkDown', target: podTarget(cluster), duration_ms: 20_000 });
    advance(cluster, 10);
    cluster.perform({ kind: 'Wake', gap_ms: 3_600_000 });
    advance(cluster, 9);
    expect(cluster.faults()[0].state).toBe('Active');
    expect(Date.parse(cluster.faults()[0].ends_at as string)).toBe(cluster.now() + 1_000);
    advance(cluster, 2);
    expect(cluster.faults()[0].state).toBe('Ended');
  });

  it('whose target goes away ends and says so', () => {
    const cluster = lab(web());
    const target = podTarget(cluster);
    inject(cluster, { kind: 'PodUnready', target });
    call(cluster, 'DELETE', `/api/v1/namespaces/lab06/pods/${target.name}`, {});
    advance(cluster, 60);
    expect(cluster.faults()).toMatchObject([{ state: 'Ended', ended_because: 'TargetGone' }]);
    expect(send(cluster, CLIENT, 'http://web/').disposition).toBe('Delivered');
  });

  it('that crashes once is done at once, and the container comes back', () => {
    const cluster = lab(web());
    const params = { exit_code: 7, once: true };
    const fault = inject(cluster, { kind: 'ContainerCrash', target: podTarget(cluster), params });
    expect(fault).toMatchObject({ state: 'Ended', ended_because: 'Done' });
    advance(cluster, 5);
    const [container] = statusOf(cluster).containerStatuses;
    expect([container.ready, container.restartCount]).toEqual([true, 1]);
    expect(container.lastState.terminated).toMatchObject({ exitCode: 7, reason: 'Error' });
  });

  it('beside another on the same link: they add up, and neither heals the other', () => {
    const cluster = lab(web());
    const target = podTarget(cluster);
    const slow = inject(cluster, { kind: 'LinkLatency', target, params: { latency_ms: 50 } });
    inject(cluster, { kind: 'LinkLatency', target, params: { latency_ms: 20 } });
    const down = inject(cluster, { kind: 'LinkDown', target });
    expect(send(cluster, CLIENT, toPod(cluster)).disposition).toBe('Refused');
    cluster.heal(down.id);
    const both = send(cluster, CLIENT, toPod(cluster)).elapsed_ms;
    cluster.heal(slow.id);
    const one = send(cluster, CLIENT, toPod(cluster)).elapsed_ms;
    expect(Math.round(both - one)).toBe(4 * 50);
  });

  it('of one pod is not blamed for an address that nobody has, or for another pod', () => {
    const cluster = lab([...web(), deployment('other', { template: { nodeName: 'node-c' } })]);
    inject(cluster, { kind: 'LinkDown', target: podTarget(cluster) });
    expect(send(cluster, CLIENT, 'http://10.244.1.99/').diagnosis?.code).not.toBe('LinkBroken');
    const [other] = podsOf(cluster, 'other');
    expect(send(cluster, CLIENT, `http://${other.status.podIP}/`).disposition).toBe('Delivered');
    expect(send(cluster, CLIENT, `http://${other.status.podIP}:81/`).diagnosis?.code).toBe(
      'PodPortNotListening',
    );
  });

  it('with jitter differs from crossing to crossing', () => {
    const cluster = lab(web());
    const params = { latency_ms: 50, jitter_ms: 40 };
    inject(cluster, { kind: 'LinkLatency', target: podTarget(cluster), params });
    const { requests } = sendMany(cluster, CLIENT, toPod(cluster), { count: 20 });
    const times = requests.map(({ elapsed_ms }) => elapsed_ms);
    expect(new Set(times).size).toBeGreaterThan(15);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...times)).toBeLessThanOrEqual(4 * 90 + 5);
  });

  it('that loses a third of the packets makes some requests slow and few fail', () => {
    const cluster = lab(web());
    inject(cluster, { kind: 'PacketLoss', target: podTarget(cluster), params: { loss: 0.33 } });
    const to = `http://${clusterIP(cluster, 'web')}/`;
    const { requests, summary } = sendMany(cluster, CLIENT, to, { count: 200, timeout_ms: 30_000 });
    expect(summary.by_disposition.Delivered ?? 0).toBeGreaterThan(180);
    expect(requests.filter(({ elapsed_ms }) => elapsed_ms >= 1_000).length).toBeGreaterThan(50);
  });

  it.each([
    [{ kind: 'NodeDown', target: { kind: 'Node', name: 'nowhere' } }, 'target', 'node nowhere is not there'],
    [
      { kind: 'PodUnready', target: { kind: 'Pod', name: 'nobody' } },
      'target',
      'pod default/nobody is not there',
    ],
    [
      { kind: 'ContainerCrash', target: CLIENT, params: { container: 'side' } },
      'params.container',
      'pod lab06/client has no container side',
    ],
    [
      { kind: 'ContainerCrash', target: CLIENT, params: { once: true }, duration_ms: 5 },
      'duration_ms',
      'a crash that happens once has no duration',
    ],
  ] as [FaultCreateBody, string, string][])('%j is refused', (fault, path, message) => {
    const cluster = lab();
    expect(() => inject(cluster, fault)).toThrow(expect.objectContaining({ path, message }));
    expect(cluster.faults()).toEqual([]);
  });

  it('is one of a hundred at most', () => {
    const cluster = lab();
    const fault = { kind: 'PacketLoss', target: CLIENT, params: { loss: 0.1 } } as const;
    for (let count = 0; count < 100; count++) inject(cluster, fault);
    expect(() => inject(cluster, fault)).toThrow('clusterFaults is limited to 100');
    expect(() => cluster.heal('f0')).toThrow('faults "f0" not found');
  });

  it('goes with its cluster: loaded, forked and lived through again it is the same', () => {
    const entries: unknown[] = [];
    const cluster = lab(web());
    const birth = cluster.checkpoint();
    const log: Parameters<Cluster['replay']>[0][number][] = [];
    cluster.onEntry((entry) => log.push(entry));
    cluster.onEntry((entry) => entry.kind === 'fault' && entries.push([entry.rv, entry.fault.state]));
    inject(cluster, { kind: 'LinkDown', target: podTarget(cluster), duration_ms: 30_000 });
    const loaded = restoreCluster(cluster.checkpoint());
    expect(loaded.faults()).toEqual(cluster.faults());
    advance(cluster, 40);
    cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
    advance(loaded, 40);
    expect(loaded.faults()).toEqual(cluster.faults());
    const again = restoreCluster(birth);
    expect(again.replay(log)).toEqual([]);
    expect(again.hash()).toBe(cluster.hash());
    expect(entries.map((entry) => (entry as [number, string])[1])).toEqual(['Active', 'Ended']);
  });
});
