import type { LabelSelector, Namespace, NetworkPolicy, NetworkPolicyPeer, Node, Pod } from '@podlab/api';
import { ConnectivityAnswer, ConnectivityRequest } from '@podlab/contracts';
import type { RequestSource, RequestTarget } from '@podlab/contracts';
import { PolicyEngine, truthTable } from '@podlab/network-policy';
import fc from 'fast-check';
import type { Cluster } from './cluster';
import { restoreCluster } from './cluster';
import type { LogEntry } from './log-entry';
import { call, CLIENT, create, deployment, get, lab, OUTSIDE, send, service } from './test-support';

function connectivity(cluster: Cluster, from: readonly RequestSource[], to: readonly RequestTarget[]) {
  const answer = cluster.connectivity(ConnectivityRequest.parse({ from, to }));
  return ConnectivityAnswer.parse(JSON.parse(JSON.stringify(answer)));
}

const web = () => [deployment('web'), service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })];
const SENDERS: RequestSource[] = [CLIENT, OUTSIDE, { kind: 'Node', name: 'node-a' }];
const TARGETS: RequestTarget[] = ['http://web/', 'http://web:81/', 'http://nobody/', 'tcp://10.96.99.99:80'];

describe('connectivity', () => {
  it('is a row for each sender and a column for each target, as single requests fare', () => {
    const cluster = lab(web());
    const { matrix, summary } = connectivity(cluster, SENDERS, TARGETS);
    expect(matrix[0]).toEqual(['Delivered', 'Refused', 'NameNotResolved', 'Refused']);
    expect(matrix).toEqual(SENDERS.map((from) => TARGETS.map((to) => send(cluster, from, to).disposition)));
    expect(Object.values(summary.by_disposition).reduce((sum, count) => sum + (count ?? 0), 0)).toBe(12);
  });

  it('is an input: a replay comes to the same cluster', () => {
    const cluster = lab(web());
    const checkpoint = cluster.checkpoint();
    const entries: LogEntry[] = [];
    cluster.onEntry((entry) => entries.push(entry));
    connectivity(cluster, SENDERS, TARGETS);
    cluster.runUntil(cluster.now() + 1_000, 100_000);
    const again = restoreCluster(checkpoint);
    again.replay(entries);
    again.runUntil(cluster.now(), 100_000);
    expect(again.hash()).toBe(cluster.hash());
  });

  it('has a limit that its refusal names', () => {
    const from = Array.from({ length: 51 }, () => CLIENT);
    const to = Array.from({ length: 50 }, () => 'http://web/');
    const parsed = ConnectivityRequest.safeParse({ from, to });
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
      'connectivityPairs is limited to 2500',
    ]);
  });
});

const NAMESPACES = ['lab06', 'other'];
const APPS = ['web', 'api', 'db'];
const PORTS = [80, 81];
const POLICIES = (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;

const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...APPS).map((app) => ({ matchLabels: { app } })),
);
const homes = fc
  .constantFrom(...NAMESPACES)
  .map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } }));
const peer: fc.Arbitrary<NetworkPolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: homes }),
  fc.record({ namespaceSelector: homes, podSelector: selector }),
  fc.constantFrom('10.244.0.0/16', '10.244.0.0/24', '10.244.1.0/31').map((cidr) => ({ ipBlock: { cidr } })),
);
const peers = fc.array(peer, { maxLength: 2 });
const ports = fc.array(fc.constantFrom({ port: 80 }, { port: 'http' }, { port: 80, endPort: 90 }), {
  maxLength: 1,
});
const few = { maxLength: 2 };
const spec = fc.record({
  podSelector: selector,
  policyTypes: fc.subarray(['Ingress', 'Egress'], { minLength: 1 }),
  ingress: fc.array(fc.record({ from: peers, ports }), few),
  egress: fc.array(fc.record({ to: peers, ports }), few),
});
const policies = fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), spec), { minLength: 1, maxLength: 4 });

function engineOver(cluster: Cluster): PolicyEngine {
  const engine = new PolicyEngine();
  const list = <T>(path: string) => get(cluster, path).items as unknown as T[];
  for (const each of list<Namespace>('/api/v1/namespaces')) engine.setNamespace(each);
  for (const each of list<Pod>('/api/v1/pods')) engine.setPod(each);
  for (const each of list<NetworkPolicy>('/apis/networking.k8s.io/v1/networkpolicies'))
    engine.setPolicy(each);
  return engine;
}

function replacePolicies(cluster: Cluster, drawn: readonly (readonly [string, object])[]): void {
  for (const namespace of NAMESPACES) call(cluster, 'DELETE', POLICIES(namespace), undefined);
  drawn.forEach(([namespace, each], index) => {
    create(cluster, {
      kind: 'NetworkPolicy',
      metadata: { name: `p${index}`, namespace },
      spec: each,
    } as never);
  });
  cluster.runUntil(cluster.now() + 200, 10_000);
}

describe('what policies say and what packets meet', () => {
  it('is the same, between pods and from nodes, in random clusters', () => {
    const apps = NAMESPACES.flatMap((namespace) => APPS.map((app) => deployment(app, { namespace })));
    const cluster = lab(apps);
    const pods = NAMESPACES.flatMap(
      (name) => get(cluster, `/api/v1/namespaces/${name}/pods`).items as unknown as Pod[],
    );
    const nodes = get(cluster, '/api/v1/nodes').items as unknown as Node[];
    const senders: RequestSource[] = [
      ...pods.map(({ metadata: { namespace = '', name } }) => ({ kind: 'Pod', namespace, name }) as const),
      ...nodes.map(({ metadata: { name } }) => ({ kind: 'Node', name }) as const),
    ];
    const to = pods.map(({ status }) => status?.podIP ?? '');
    // Other nodes are known by the address of their overlay interface: the first of their range.
    const from = [...to, ...nodes.map((node) => (node.spec.podCIDR ?? '').split('/')[0])];
    fc.assert(
      fc.property(policies, (drawn) => {
        replacePolicies(cluster, drawn);
        const engine = engineOver(cluster);
        for (const port of PORTS) {
          const { matrix } = connectivity(
            cluster,
            senders,
            to.map((ip) => `tcp://${ip}:${port}`),
          );
          const said = truthTable(engine, { from, to, protocol: 'TCP', port }).allowed.map((row, sender) => {
            const own =
              senders[sender].kind === 'Node' ? (senders[sender] as { name: string }).name : undefined;
            return row.map((allowed, receiver) => allowed || pods[receiver].spec.nodeName === own);
          });
          expect(matrix.map((row) => row.map((each) => each !== 'TimedOut'))).toEqual(said);
        }
      }),
    );
  }, 120_000);
});
