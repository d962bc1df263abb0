import type { NetworkPolicyPeer, NetworkPolicySpec } from '@podlab/api';
import type { PolicyEngine } from '../src';
import { truthTable } from '../src';
import { engineOf, namespace, pod, policy } from '../src/test-support';

const NAMESPACES = 20;
const APPS = 10;
const PORT = 8080;

/** What the full reachability of many pods under many policies costs. */
export interface ReachabilityFigures {
  readonly pods: number;
  readonly policies: number;
  readonly pairs: number;
  readonly allowed: number;
  /** From objects to the first complete table. */
  readonly full_seconds: number;
  /** One pod gets other labels, and its row and column are asked again. */
  readonly one_pod_ms: number;
  /** One policy changes, and the whole table is asked again. */
  readonly one_policy_seconds: number;
}

/** Every pod has a label of its own, so that no two share what is known of them: the dearest case. */
const podAt = (index: number, app = index % APPS) =>
  pod(`ns-${index % NAMESPACES}/pod-${index}`, {
    labels: { app: `app-${app}`, tier: index % 3 === 0 ? 'front' : 'back', instance: `i-${index}` },
    ip: `10.${244 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
    ports: [{ name: 'http', containerPort: PORT }],
  });

function peersOf(index: number): NetworkPolicyPeer[] {
  return [
    { podSelector: { matchLabels: { app: `app-${(index + 3) % APPS}` } } },
    {
      namespaceSelector: {
        matchExpressions: [{ key: 'team', operator: 'In', values: [`team-${index % 5}`, 'team-9'] }],
      },
      podSelector: { matchLabels: { tier: 'front' } },
    },
    { ipBlock: { cidr: '10.244.0.0/16', except: [`10.244.${index % 4}.0/26`] } },
  ];
}

function policyAt(index: number, port: number | string = 'http') {
  const ports = [
    { protocol: 'TCP', port },
    { protocol: 'TCP', port: 9000, endPort: 9100 },
  ];
  const peers = peersOf(index);
  const spec: NetworkPolicySpec = {
    podSelector: index % 4 === 0 ? {} : { matchLabels: { app: `app-${index % APPS}` } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [{ protocol: 'UDP', port: 53 }] }, { from: peers.slice(0, 2), ports }],
    egress: [{ to: peers.slice(1), ports }, { to: peers.slice(0, 1) }],
  };
  return policy(`ns-${index % NAMESPACES}/policy-${index}`, spec);
}

function secondsOf(run: () => void): number {
  const start = performance.now();
  run();
  return Math.round(performance.now() - start) / 1000;
}

export function measureReachability(pods = 1000, policies = 100): ReachabilityFigures {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  const all = numbers(pods).map((index) => podAt(index));
  const addresses = all.map(({ status }) => status?.podIP ?? '');
  const ask = (engine: PolicyEngine, from: readonly string[], to: readonly string[]) =>
    truthTable(engine, { from, to, protocol: 'TCP', port: PORT });
  let engine!: PolicyEngine;
  let allowed = 0;
  const full_seconds = secondsOf(() => {
    engine = engineOf({
      pods: all,
      policies: numbers(policies).map((index) => policyAt(index)),
      namespaces: numbers(NAMESPACES).map((index) =>
        namespace(`ns-${index}`, { team: `team-${index % 10}` }),
      ),
    });
    for (const row of ask(engine, addresses, addresses).allowed) for (const each of row) if (each) allowed++;
  });
  const one_pod_ms =
    1000 *
    secondsOf(() => {
      engine.setPod(podAt(7, 8));
      const [mine] = podAt(7).status?.podIPs ?? [];
      ask(engine, [mine?.ip ?? ''], addresses);
      ask(engine, addresses, [mine?.ip ?? '']);
    });
  const one_policy_seconds = secondsOf(() => {
    engine.setPolicy(policyAt(0, PORT));
    ask(engine, addresses, addresses);
  });
  return { pods, policies, pairs: pods * pods, allowed, full_seconds, one_pod_ms, one_policy_seconds };
}
