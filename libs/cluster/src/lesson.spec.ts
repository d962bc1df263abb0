import type { Pod, Service } from '@podlab/api';
import type { Hop, Request, SendRequestBody, Step } from '@podlab/contracts';
import { Network, type TableName } from '@podlab/netstack';
import { decodeState } from './checkpoint';
import { Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import {
  applyFix,
  call,
  CLIENT,
  clusterIP,
  create,
  deployment,
  get,
  lab,
  OUTSIDE,
  patch,
  podsOf,
  send,
  sendMany,
  service,
  settle,
  type PodLike,
} from './test-support';

/** The lesson's statements, one describe a row of its table; the commands themselves are driven by the real kubectl in apps/api-e2e. */
const NGINX = { app: 'nginx' };
const PORTS = [{ port: 80, protocol: 'TCP', targetPort: 80 }];
const lesson = (replicas: number, spec: object = {}) => [
  deployment('nginx-deployment', { replicas, labels: NGINX }),
  service('nginx-service', { selector: NGINX, ports: PORTS, ...spec }),
];
const NODE_PORT = { type: 'NodePort', ports: [{ port: 80, targetPort: 80, nodePort: 30123 }] };
/** What kube-proxy calls the chain of lab06/nginx-service: base32 of the hash of "lab06/nginx-service" and "tcp". */
const SERVICE_CHAIN = 'KUBE-SVC-3K3C64FSTL46NNYH';
const EXTERNAL_CHAIN = 'KUBE-EXT-3K3C64FSTL46NNYH';
const OUTSIDE_IP = '198.51.100.7';
const NODE_IPS: Readonly<Record<string, string>> = {
  'node-a': '172.18.0.3',
  'node-b': '172.18.0.4',
  'node-c': '172.18.0.5',
};

const stepsOf = (request: Request): Step[] => request.trace?.hops.flatMap(({ steps }) => steps) ?? [];
const find = (request: Request, type: Step['type']): Step => {
  const step = stepsOf(request).find((candidate) => candidate.type === type);
  if (!step) throw new Error(`no ${type} in ${JSON.stringify(request)}`);
  return step;
};
const pathOf = (step: Step) => step.detail['path'] as string[];
const nginxPods = (cluster: Cluster) => podsOf(cluster, 'nginx');
const podByAddress = (cluster: Cluster, address: string | undefined) =>
  nginxPods(cluster).find(({ status }) => `${status.podIP}:80` === address) as PodLike;
const clientIP = (cluster: Cluster) =>
  (get(cluster, '/api/v1/namespaces/lab06/pods/client') as unknown as PodLike).status.podIP;
const cni = (node: string) => `10.244.${Object.keys(NODE_IPS).indexOf(node)}`;

/** The cluster as it would be without one rule of a node. */
function withoutRule(cluster: Cluster, node: string, rule: Step['rule']): Cluster {
  if (!rule) throw new Error('the step cites no rule');
  const state = decodeState(cluster.checkpoint());
  const network = new Network(state.network, { now: () => state.now, random: () => 0 });
  const iptables = network.iptables(`node/${node}`);
  const table = rule.table as TableName;
  const lines = iptables.render(table).split('\n');
  const index = lines.filter((line) => line.startsWith(`-A ${rule.chain} `)).indexOf(rule.text);
  expect(index).toBeGreaterThanOrEqual(0);
  const rules = iptables.rules(table, rule.chain) ?? [];
  iptables.restore(table, { [rule.chain]: rules.filter((_, position) => position !== index) });
  return new Cluster(state);
}

/** What a request came to, in one line of facts. */
const verdict = ({ disposition, backend, source_seen_by_backend, diagnosis }: Request) => ({
  disposition,
  backend,
  source_seen_by_backend,
  diagnosis: diagnosis?.code,
});

/** Does what the diagnosis says; then the request is delivered. */
function mended(cluster: Cluster, body: SendRequestBody): Request {
  const { diagnosis } = send(cluster, body.from, body.to);
  if (!diagnosis?.fix) throw new Error(`${diagnosis?.code} has no fix`);
  const again = applyFix(cluster, body, diagnosis.fix);
  const request = send(cluster, again.from, again.to);
  expect([request.disposition, request.diagnosis]).toEqual(['Delivered', undefined]);
  return request;
}

describe('pods are isolated by default and come and go', () => {
  it('each has its own network namespace: the same port is open in one and closed in its neighbour', () => {
    const cluster = lab(lesson(1));
    const [pod] = nginxPods(cluster);
    const request = send(cluster, CLIENT, `http://${pod.status.podIP}/`);
    expect(verdict(request)).toEqual({
      disposition: 'Delivered',
      backend: `${pod.status.podIP}:80`,
      source_seen_by_backend: clientIP(cluster),
      diagnosis: undefined,
    });
    expect(stepsOf(request).filter(({ type }) => /Nat$|LoadBalancing/.test(type))).toEqual([]);
    const own = send(cluster, CLIENT, 'http://127.0.0.1/');
    expect([own.disposition, own.backend]).toEqual(['Refused', undefined]);
    expect(own.trace?.hops.map(({ where }) => where.name)).toEqual(['client', 'client']);
    expect(stepsOf(own).map(({ detail }) => detail['event'])).toContain('NoListener');
  });

  it('a deleted pod loses its address, and whoever noted it is told what to use instead', () => {
    const cluster = lab(lesson(1));
    const [pod] = nginxPods(cluster);
    const body = { from: CLIENT, to: `http://${pod.status.podIP}/` };
    call(cluster, 'DELETE', `/api/v1/namespaces/lab06/pods/${pod.metadata.name}`, {});
    settle(cluster);
    const request = send(cluster, body.from, body.to);
    expect(verdict(request)).toEqual({
      disposition: 'Refused',
      backend: undefined,
      source_seen_by_backend: undefined,
      diagnosis: 'StalePodIP',
    });
    expect(request.diagnosis).toMatchObject({
      object: { kind: 'Service', namespace: 'lab06', name: 'nginx-service' },
      found: pod.status.podIP,
      fix: { action: 'Request', request: { to: 'http://nginx-service.lab06:80/' } },
    });
    const [successor] = nginxPods(cluster);
    expect(mended(cluster, body).backend).toBe(`${successor.status.podIP}:80`);
  });
});

describe('a pod’s IP is assigned when a node has been chosen and before it starts', () => {
  it('Pending → node bound → IP → ContainerCreating → Running', () => {
    const cluster = lab();
    const seen: string[] = [];
    cluster.onEntry((entry: LogEntry) => {
      if (entry.kind !== 'revision' || entry.resource !== 'pods') return;
      const { spec, status } = entry.object as Pod;
      const [container] = status?.containerStatuses ?? [];
      const reason = container?.state?.waiting?.reason;
      const stage = [
        status?.phase,
        spec.nodeName ? 'node' : 'no node',
        status?.podIP ? 'IP' : 'no IP',
        container?.state?.running ? 'started' : (reason ?? 'not started'),
      ].join(', ');
      if (seen.at(-1) !== stage) seen.push(stage);
    });
    create(cluster, deployment('nginx-deployment', { labels: NGINX }));
    settle(cluster);
    expect(seen).toEqual([
      'Pending, no node, no IP, not started',
      'Pending, node, no IP, not started',
      'Pending, node, no IP, ContainerCreating',
      'Pending, node, IP, ContainerCreating',
      'Running, node, IP, started',
    ]);
  });
});

describe('scaling out gives new IPs that clients can’t know', () => {
  it('new addresses appear, old ones stay, and the Service reaches all of them', () => {
    const cluster = lab(lesson(2));
    const before = nginxPods(cluster).map(({ status }) => status.podIP);
    patch(cluster, '/apis/apps/v1/namespaces/lab06/deployments/nginx-deployment', [
      { op: 'replace', path: '/spec/replicas', value: 6 },
    ]);
    settle(cluster);
    const after = nginxPods(cluster).map(({ status }) => status.podIP);
    expect([new Set(after).size, before.every((address) => after.includes(address))]).toEqual([6, true]);
    const { summary } = sendMany(cluster, CLIENT, 'http://nginx-service/', { count: 200, traces: 'first' });
    expect(summary.by_disposition).toEqual({ Delivered: 200 });
    expect(Object.keys(summary.by_backend).sort()).toEqual(after.map((address) => `${address}:80`).sort());
  });
});

describe('a Service is one stable access point over the pods that a selector picks', () => {
  it('name and cluster IP stay while the slices change under load', () => {
    const cluster = lab(lesson(3));
    const address = clusterIP(cluster, 'nginx-service');
    const slices = () =>
      cluster
        .list<
          { apiVersion: string; kind: string; metadata: object; endpoints: { addresses: string[] }[] } & never
        >('endpointslices.discovery.k8s.io', 'lab06')
        .flatMap(({ endpoints }: { endpoints: { addresses: string[] }[] }) =>
          endpoints.flatMap(({ addresses }) => addresses),
        )
        .sort();
    const before = slices();
    for (const { metadata } of nginxPods(cluster)) {
      call(cluster, 'DELETE', `/api/v1/namespaces/lab06/pods/${metadata.name}`, {});
      settle(cluster);
      const request = send(cluster, CLIENT, 'http://nginx-service/');
      expect([request.disposition, find(request, 'DestinationNat').before?.destination]).toEqual([
        'Delivered',
        address,
      ]);
    }
    expect(slices()).toEqual(
      nginxPods(cluster)
        .map(({ status }) => status.podIP)
        .sort(),
    );
    expect(slices().filter((one) => before.includes(one))).toEqual([]);
    expect(clusterIP(cluster, 'nginx-service')).toBe(address);
  });

  it('an empty selection is refused by a rule that says so; without the rule the packet strays', () => {
    const cluster = lab(lesson(0));
    const body = { from: CLIENT, to: 'http://nginx-service/' };
    const request = send(cluster, body.from, body.to);
    const address = clusterIP(cluster, 'nginx-service');
    expect(verdict(request)).toMatchObject({
      disposition: 'Refused',
      backend: undefined,
      diagnosis: 'NoReplicas',
    });
    const reject = stepsOf(request).find(({ rule }) => rule);
    expect(reject).toMatchObject({ type: 'Iptables', action: 'Rejected' });
    expect(reject?.rule).toEqual({
      table: 'filter',
      chain: 'KUBE-SERVICES',
      text: `-A KUBE-SERVICES -d ${address}/32 -p tcp -m comment --comment "lab06/nginx-service has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable`,
    });
    const node = (get(cluster, '/api/v1/namespaces/lab06/pods/client') as unknown as PodLike).spec.nodeName;
    const strayed = send(withoutRule(cluster, node, reject?.rule), CLIENT, 'http://nginx-service/');
    expect(stepsOf(strayed).some(({ rule }) => rule?.chain === 'KUBE-SERVICES')).toBe(false);
    expect(strayed.trace?.hops.some(({ where }) => where.kind === 'External')).toBe(true);
    expect(mended(cluster, body).backend).toBe(`${nginxPods(cluster)[0].status.podIP}:80`);
  });
});

describe('{service IP}:port → {pod IP}:targetPort', () => {
  it('is the DNAT step, by the rule of the endpoint; without that rule nobody answers', () => {
    const cluster = lab(lesson(1));
    const [pod] = nginxPods(cluster);
    const address = clusterIP(cluster, 'nginx-service');
    const request = send(cluster, CLIENT, 'http://nginx-service/');
    expect(verdict(request)).toEqual({
      disposition: 'Delivered',
      backend: `${pod.status.podIP}:80`,
      source_seen_by_backend: clientIP(cluster),
      diagnosis: undefined,
    });
    expect(find(request, 'DnsQuery').detail).toMatchObject({
      name: 'nginx-service.lab06.svc.cluster.local',
      rcode: 'NOERROR',
      answers: [address],
    });
    const step = find(request, 'DestinationNat');
    expect([step.before?.destination, step.before?.destination_port]).toEqual([address, 80]);
    expect([step.after?.destination, step.after?.destination_port]).toEqual([pod.status.podIP, 80]);
    const [, , , endpointChain] = pathOf(step);
    expect(pathOf(step)).toEqual(['PREROUTING', 'KUBE-SERVICES', SERVICE_CHAIN, endpointChain]);
    expect(step.rule).toEqual({
      table: 'nat',
      chain: endpointChain,
      text: `-A ${endpointChain} -p tcp -m comment --comment "lab06/nginx-service" -m tcp -j DNAT --to-destination ${pod.status.podIP}:80`,
    });
    expect(step.objects).toContainEqual(
      expect.objectContaining({ kind: 'Service', namespace: 'lab06', name: 'nginx-service' }),
    );
    const node = (get(cluster, '/api/v1/namespaces/lab06/pods/client') as unknown as PodLike).spec.nodeName;
    const without = send(withoutRule(cluster, node, step.rule), CLIENT, 'http://nginx-service/');
    expect(without.disposition).not.toBe('Delivered');
    expect(without.backend).toBeUndefined();
  });

  it('a target port that nobody listens on is named, with the one that is open', () => {
    const cluster = lab(lesson(1, { ports: [{ port: 80, targetPort: 8080 }] }));
    const body = { from: CLIENT, to: 'http://nginx-service/' };
    const request = send(cluster, body.from, body.to);
    expect([request.disposition, find(request, 'DestinationNat').after?.destination_port]).toEqual([
      'Refused',
      8080,
    ]);
    expect(request.diagnosis).toMatchObject({
      code: 'TargetPortNotListening',
      field: 'spec.ports[0].targetPort',
      found: 8080,
      expected: 80,
    });
    mended(cluster, body);
  });
});

describe('ClusterIP: inside only, isolated from outside', () => {
  it('a node reaches it by address and is masqueraded on the way', () => {
    const cluster = lab(lesson(1));
    const [pod] = nginxPods(cluster);
    const far = Object.keys(NODE_IPS).find((name) => name !== pod.spec.nodeName) as string;
    const address = clusterIP(cluster, 'nginx-service');
    for (const [node, seen] of [
      [pod.spec.nodeName, `${cni(pod.spec.nodeName)}.1`],
      [far, `${cni(far)}.0`],
    ]) {
      const request = send(cluster, { kind: 'Node', name: node }, `http://${address}/`);
      expect(verdict(request)).toEqual({
        disposition: 'Delivered',
        backend: `${pod.status.podIP}:80`,
        source_seen_by_backend: seen,
        diagnosis: undefined,
      });
      expect(pathOf(find(request, 'DestinationNat'))[0]).toBe('OUTPUT');
      expect(find(request, 'SourceNat').rule?.text).toBe(
        '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
      );
    }
  });

  it('from outside there is no route to it, and the diagnosis says so', () => {
    const cluster = lab(lesson(1));
    const body = { from: OUTSIDE, to: `http://${clusterIP(cluster, 'nginx-service')}/` };
    const request = send(cluster, body.from, body.to);
    expect(verdict(request)).toEqual({
      disposition: 'NoRoute',
      backend: undefined,
      source_seen_by_backend: undefined,
      diagnosis: 'ClusterIPNotReachableFromOutside',
    });
    expect(request.diagnosis).toMatchObject({
      object: { kind: 'Service', namespace: 'lab06', name: 'nginx-service', field: 'spec.type' },
      found: 'ClusterIP',
      expected: 'NodePort or LoadBalancer',
    });
    expect(mended(cluster, body).source_seen_by_backend).toBe(clientIP(cluster));
  });
});

describe('a database: reachable for the front end, closed to outside users', () => {
  const database = [
    deployment('database', {
      image: 'postgres:17',
      container: { env: [{ name: 'POSTGRES_PASSWORD', value: 'secret' }] },
    }),
    service('database', { selector: { app: 'database' }, ports: [{ port: 5432 }] }),
    deployment('frontend'),
    service('frontend', {
      type: 'NodePort',
      selector: { app: 'frontend' },
      ports: [{ port: 80, nodePort: 30080 }],
    }),
  ];

  it('both halves', () => {
    const cluster = lab(database);
    const [frontend] = podsOf(cluster, 'frontend');
    const [pod] = podsOf(cluster, 'database');
    const inside = { kind: 'Pod', namespace: 'lab06', name: frontend.metadata.name } as const;
    expect(verdict(send(cluster, inside, 'tcp://database:5432'))).toEqual({
      disposition: 'Delivered',
      backend: `${pod.status.podIP}:5432`,
      source_seen_by_backend: frontend.status.podIP,
      diagnosis: undefined,
    });
    expect(send(cluster, OUTSIDE, 'http://172.18.0.3:30080/').disposition).toBe('Delivered');
    const closed = [
      [`tcp://${clusterIP(cluster, 'database')}:5432`, 'NoRoute', 'ClusterIPNotReachableFromOutside'],
      [`tcp://${pod.status.podIP}:5432`, 'NoRoute', 'PodIPNotReachableFromOutside'],
      ['tcp://database.lab06:5432', 'NameNotResolved', 'ClusterNameOutsideCluster'],
      ['tcp://172.18.0.3:5432', 'Refused', 'NodePortOnWrongPort'],
    ];
    for (const [to, disposition, code] of closed) {
      const request = send(cluster, OUTSIDE, to);
      expect([to, request.disposition, request.diagnosis?.code]).toEqual([to, disposition, code]);
    }
  });
});

describe('NodePort: built on ClusterIP, the same port on every node, any node works', () => {
  it.each(Object.entries(NODE_IPS))('30123 on %s', (node, address) => {
    const cluster = lab(lesson(2, NODE_PORT));
    const request = send(cluster, OUTSIDE, `http://${address}:30123/`);
    const pod = podByAddress(cluster, request.backend);
    expect(verdict(request)).toEqual({
      disposition: 'Delivered',
      backend: `${pod.status.podIP}:80`,
      source_seen_by_backend: `${cni(node)}.${pod.spec.nodeName === node ? 1 : 0}`,
      diagnosis: undefined,
    });
    const step = find(request, 'DestinationNat');
    expect([step.before?.source, step.before?.destination, step.before?.destination_port]).toEqual([
      OUTSIDE_IP,
      address,
      30123,
    ]);
    expect(pathOf(step).slice(0, -1)).toEqual([
      'PREROUTING',
      'KUBE-SERVICES',
      'KUBE-NODEPORTS',
      EXTERNAL_CHAIN,
      SERVICE_CHAIN,
    ]);
    const served = request.trace?.hops.filter(
      ({ direction, where }: Hop) => direction === 'request' && where.kind === 'Node',
    );
    expect(served?.map(({ where }) => where.name)).toEqual(
      pod.spec.nodeName === node ? [node] : [node, pod.spec.nodeName],
    );
  });

  it('a node without a pod passes the packet on; without masquerading the answer would miss the way back', () => {
    const cluster = lab(lesson(1, NODE_PORT));
    const [pod] = nginxPods(cluster);
    const [empty, address] = Object.entries(NODE_IPS).find(([name]) => name !== pod.spec.nodeName) as [
      string,
      string,
    ];
    const request = send(cluster, OUTSIDE, `http://${address}:30123/`);
    expect(verdict(request)).toMatchObject({ disposition: 'Delivered', backend: `${pod.status.podIP}:80` });
    const unmarked = withoutRule(cluster, empty, find(request, 'SourceNat').rule);
    const saved = send(unmarked, OUTSIDE, `http://${address}:30123/`);
    expect([saved.disposition, find(saved, 'SourceNat').rule?.chain]).toEqual([
      'Delivered',
      'FLANNEL-POSTRTG',
    ]);
    const bare = withoutRule(unmarked, empty, find(saved, 'SourceNat').rule);
    expect(send(bare, OUTSIDE, `http://${address}:30123/`).disposition).toBe('TimedOut');
    const closed = withoutRule(cluster, empty, find(request, 'DestinationNat').rule);
    expect(send(closed, OUTSIDE, `http://${address}:30123/`).disposition).toBe('Refused');
    const other = Object.values(NODE_IPS).find((candidate) => candidate !== address);
    expect(send(closed, OUTSIDE, `http://${other}:30123/`).disposition).toBe('Delivered');
  });

  it('the Service’s own port is no port of a node', () => {
    const cluster = lab(lesson(1, NODE_PORT));
    const body = { from: OUTSIDE, to: 'http://172.18.0.4/' };
    expect(verdict(send(cluster, body.from, body.to))).toEqual({
      disposition: 'Refused',
      backend: undefined,
      source_seen_by_backend: undefined,
      diagnosis: 'NodePortOnWrongPort',
    });
    mended(cluster, body);
  });
});

describe('LoadBalancer: built on NodePort, reachable from outside, tied to a cloud', () => {
  const balanced = () => lab(lesson(3, { type: 'LoadBalancer' }));
  const ingress = (cluster: Cluster) =>
    (get(cluster, '/api/v1/namespaces/lab06/services/nginx-service') as unknown as Service).status
      ?.loadBalancer?.ingress;

  it('without a cloud it is pending, and its node port works all the same', () => {
    const cluster = balanced();
    const request = send(cluster, OUTSIDE, 'http://nginx-service.lab06/');
    expect([ingress(cluster), verdict(request)]).toEqual([
      undefined,
      {
        disposition: 'NameNotResolved',
        backend: undefined,
        source_seen_by_backend: undefined,
        diagnosis: 'LoadBalancerPending',
      },
    ]);
    expect(request.diagnosis).toMatchObject({
      field: 'status.loadBalancer.ingress',
      found: '<pending>',
      fix: { action: 'Cloud', cloud: { enabled: true } },
    });
    const [{ nodePort }] = get(cluster, '/api/v1/namespaces/lab06/services/nginx-service').spec['ports'] as {
      nodePort: number;
    }[];
    expect(send(cluster, OUTSIDE, `http://172.18.0.3:${nodePort}/`).disposition).toBe('Delivered');
  });

  it('the cloud switched on gives it an address within its delay, and it balances over nodes and pods', () => {
    const cluster = balanced();
    const { delay_ms } = cluster.cloud();
    cluster.perform({ kind: 'Cloud', settings: { ...cluster.cloud(), enabled: true } });
    cluster.runUntil(cluster.now() + delay_ms - 1, 1_000_000);
    expect(ingress(cluster)).toBeUndefined();
    cluster.runUntil(cluster.now() + 1_500, 1_000_000);
    expect(ingress(cluster)).toEqual([expect.objectContaining({ ip: '203.0.113.100' })]);
    const answer = sendMany(cluster, OUTSIDE, 'http://203.0.113.100/', { count: 100, traces: 'all' });
    expect(answer.summary.by_disposition).toEqual({ Delivered: 100 });
    expect(Object.keys(answer.summary.by_backend)).toHaveLength(3);
    const entered = answer.requests.map(
      ({ trace }) => trace?.hops.find(({ where }) => where.kind === 'Node')?.where.name,
    );
    expect(new Set(entered)).toEqual(new Set(Object.keys(NODE_IPS)));
    const [request] = answer.requests;
    expect(request.trace?.hops.slice(0, 3).map(({ where }) => where.kind)).toEqual([
      'External',
      'LoadBalancer',
      'Node',
    ]);
    expect(pathOf(find(request, 'DestinationNat')).slice(0, -1)).toEqual([
      'PREROUTING',
      'KUBE-SERVICES',
      EXTERNAL_CHAIN,
      SERVICE_CHAIN,
    ]);
  });

  it('doing what the diagnosis says, step by step, delivers', () => {
    const cluster = balanced();
    mended(cluster, { from: OUTSIDE, to: 'http://nginx-service.lab06/' });
  });
});
