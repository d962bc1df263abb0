import type { Request, SendRequestBody } from '@podlab/contracts';
import { createCluster, restoreCluster } from './cluster';
import type { Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  clusterConfig,
  clusterIP,
  create,
  deployment,
  get,
  OUTSIDE,
  patch,
  podsOf,
  send,
  service,
  settle,
} from './test-support';

const MODES = ['iptables', 'nftables'] as const;
type Mode = (typeof MODES)[number];
const WEB = { selector: { app: 'web' }, ports: [{ port: 80 }] };
const NODE_PORT = { ...WEB, type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }] };
const NODE_A = { kind: 'Node', name: 'node-a' } as const;

function lab(mode: Mode, spec: object, config: object = {}): Cluster {
  const cluster = createCluster({ ...clusterConfig(), kube_proxy: { mode }, ...config });
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster, 5_000);
  const containers = [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }];
  const client = { kind: 'Pod', metadata: { name: 'client', namespace: 'lab06' }, spec: { containers } };
  for (const object of [client, deployment('web', { replicas: 2 }), service('web', spec)])
    create(cluster, object);
  settle(cluster);
  return cluster;
}

const stepsOf = ({ trace }: Request) => trace?.hops.flatMap(({ steps }) => steps) ?? [];

/** What a request came to, and the chains of kube-proxy that it met. */
function facts(request: Request) {
  const chains = stepsOf(request).flatMap(({ rule }) =>
    rule && !/FLANNEL|KUBE-FORWARD/.test(rule.chain) ? [rule.chain] : [],
  );
  return [request.disposition, request.diagnosis?.code, ...new Set(chains)];
}

/** Does what the diagnosis says; then the request is delivered. */
function expectMended(cluster: Cluster, body: SendRequestBody, request: Request): void {
  if (!request.diagnosis?.fix) throw new Error(`${request.diagnosis?.code} has no fix`);
  const again = applyFix(cluster, body, request.diagnosis.fix);
  expect(send(cluster, again.from, again.to).disposition).toBe('Delivered');
}

const SERVICE = 'service-BD7UOXLY-lab06/web/tcp/';
const EXTERNAL = 'external-BD7UOXLY-lab06/web/tcp/';

describe('where the modes of kube-proxy differ', () => {
  const rows: [
    string,
    object,
    SendRequestBody['from'],
    (cluster: Cluster) => string,
    Record<Mode, unknown[]>,
  ][] = [
    [
      'a cluster IP from a pod',
      WEB,
      CLIENT,
      () => 'http://web.lab06/',
      {
        iptables: ['Delivered', undefined, 'KUBE-SVC', 'KUBE-SEP'],
        nftables: ['Delivered', undefined, SERVICE],
      },
    ],
    [
      'a port that the cluster IP does not have',
      WEB,
      CLIENT,
      () => 'http://web.lab06:81/',
      {
        iptables: ['NoRoute or timeout', 'PortNotExposedByService'],
        nftables: ['Refused', 'PortNotExposedByService', 'cluster-ips-check'],
      },
    ],
    [
      'a cluster IP that no Service has',
      WEB,
      CLIENT,
      () => 'http://10.96.255.250/',
      {
        iptables: ['NoRoute or timeout', 'StaleClusterIP'],
        nftables: ['TimedOut', 'StaleClusterIP', 'cluster-ips-check'],
      },
    ],
    [
      'a node port on the primary address of a node',
      NODE_PORT,
      OUTSIDE,
      () => 'http://172.18.0.3:30123/',
      {
        iptables: ['Delivered', undefined, 'KUBE-MARK-MASQ', 'KUBE-SVC', 'KUBE-SEP', 'KUBE-POSTROUTING'],
        nftables: ['Delivered', undefined, EXTERNAL, SERVICE, 'masquerading'],
      },
    ],
    [
      'a node port on the loopback',
      NODE_PORT,
      NODE_A,
      () => 'http://127.0.0.1:30123/',
      {
        iptables: ['Delivered', undefined, 'KUBE-MARK-MASQ', 'KUBE-SVC', 'KUBE-SEP', 'KUBE-POSTROUTING'],
        nftables: ['Refused', 'NodePortNotServedOnAddress'],
      },
    ],
    [
      'a node port on another address of a node',
      NODE_PORT,
      OUTSIDE,
      () => 'http://192.0.2.11:30123/',
      {
        iptables: ['Delivered', undefined, 'KUBE-MARK-MASQ', 'KUBE-SVC', 'KUBE-SEP', 'KUBE-POSTROUTING'],
        nftables: ['Refused', 'NodePortNotServedOnAddress'],
      },
    ],
    [
      'a Service without endpoints',
      { ...WEB, selector: { app: 'none' } },
      CLIENT,
      (cluster) => `http://${clusterIP(cluster, 'web')}/`,
      {
        iptables: ['Refused', 'SelectorMatchesNoPod', 'KUBE-SERVICES'],
        nftables: ['Refused', 'SelectorMatchesNoPod', 'reject-chain'],
      },
    ],
  ];

  it.each(rows)('%s', (_, spec, from, target, expected) => {
    for (const mode of MODES) {
      const cluster = lab(mode, spec);
      const body = { from, to: target(cluster) };
      const request = send(cluster, body.from, body.to);
      const [disposition, ...rest] = facts(request).map((fact) => fact?.replace(/^(KUBE-S..)-.*/, '$1'));
      const wanted = expected[mode];
      if (wanted[0] === 'NoRoute or timeout')
        expect(['NoRoute', 'TimedOut', 'Refused']).toContain(disposition);
      else expect(disposition).toBe(wanted[0]);
      expect([...new Set(rest)]).toEqual(wanted.slice(1));
      if (request.diagnosis?.fix) expectMended(cluster, body, request);
    }
  });
});

describe('a traffic policy that finds no endpoint on the node', () => {
  it.each(MODES)('is named and mended in %s mode', (mode) => {
    for (const field of ['externalTrafficPolicy', 'internalTrafficPolicy'] as const) {
      const cluster = lab(mode, { ...NODE_PORT, [field]: 'Local' });
      const used = podsOf(cluster, 'web').map(({ spec }) => spec.nodeName);
      const at = ['node-a', 'node-b', 'node-c'].findIndex((node) => !used.includes(node));
      const external = field === 'externalTrafficPolicy';
      const body: SendRequestBody = external
        ? { from: OUTSIDE, to: `http://172.18.0.${3 + at}:30123/` }
        : { from: { kind: 'Node', name: `node-${'abc'[at]}` }, to: `http://${clusterIP(cluster, 'web')}/` };
      const request = send(cluster, body.from, body.to);
      expect([request.disposition, request.diagnosis?.field]).toEqual(['TimedOut', `spec.${field}`]);
      expectMended(cluster, body, request);
    }
  });
});

describe('a cluster of two families', () => {
  const DUAL = { service_cidr: '10.96.0.0/16,fd00:10:96::/112', pod_cidr: '10.244.0.0/16,fd00:10:244::/56' };

  it.each(MODES)('has rules of both in %s mode', (mode) => {
    const cluster = lab(mode, { ...WEB, ipFamilyPolicy: 'RequireDualStack' }, DUAL);
    const { clusterIPs } = get(cluster, '/api/v1/namespaces/lab06/services/web').spec as unknown as {
      clusterIPs: string[];
    };
    for (const address of clusterIPs) {
      const host = address.includes(':') ? `[${address}]` : address;
      const request = send(cluster, CLIENT, `http://${host}/`);
      expect(request.disposition).toBe('Delivered');
      expect(request.backend).toMatch(address.includes(':') ? /^\[fd00:10:244:/ : /^10\.244\./);
    }
    const tables = mode === 'nftables' ? ['nftables'] : ['iptables', 'ip6tables'];
    const text = tables.map((table) => cluster.nodeTableText('node-a', table as 'iptables')).join('');
    for (const address of clusterIPs) expect(text).toContain(address);
  });
});

describe('a cluster that comes back from a checkpoint', () => {
  it.each(MODES)('goes on to the same bytes in %s mode, clients remembered by affinity included', (mode) => {
    const cluster = lab(mode, { ...NODE_PORT, sessionAffinity: 'ClientIP' });
    const backendOf = (of: Cluster) => send(of, CLIENT, 'http://web.lab06/').backend;
    const first = backendOf(cluster);
    const back = restoreCluster(cluster.checkpoint());
    for (const each of [cluster, back]) {
      expect([backendOf(each), backendOf(each)]).toEqual([first, first]);
      call(each, 'DELETE', `/api/v1/namespaces/lab06/pods/${podsOf(each, 'web')[0].metadata.name}`, {});
      patch(each, '/api/v1/namespaces/lab06/services/web', [
        { op: 'replace', path: '/spec/sessionAffinityConfig/clientIP/timeoutSeconds', value: 60 },
      ]);
      settle(each);
      expect(send(each, CLIENT, 'http://web.lab06/').disposition).toBe('Delivered');
    }
    expect(back.hash()).toBe(cluster.hash());
  });
});

describe('the rules of the other mode, side by side', () => {
  it('are those that a cluster of that mode has', () => {
    const [iptables, nftables] = MODES.map((mode) => lab(mode, NODE_PORT));
    // Chains stand in the order of their making, which is another where all came at once.
    const lines = (text: string) => text.split('\n').sort();
    const kube = (text: string) =>
      lines(text).filter((line) => /^-A KUBE-(SVC|SEP|EXT|SERVICES|NODEPORTS)/.test(line));
    for (const node of ['node-a', 'node-b', 'node-c']) {
      expect(lines(iptables.nodeRulesText(node, 'nftables'))).toEqual(
        lines(nftables.nodeTableText(node, 'nftables')),
      );
      expect(kube(nftables.nodeRulesText(node, 'iptables'))).toEqual(
        kube(iptables.nodeTableText(node, 'iptables')),
      );
      expect(iptables.nodeTableText(node, 'nftables')).toBe('');
    }
    expect(() => iptables.nodeRulesText('node-z', 'nftables')).toThrow('nodes "node-z" not found');
  });
});
