import { deepFreeze } from '@podlab/kernel';
import { orMark, xorMark } from '@podlab/netstack';
import type { HookName, Match, Rule, TableName } from '@podlab/netstack';
import {
  EXTERNAL_SERVICES_CHAIN,
  FORWARD_CHAIN,
  KUBELET_CANARY_CHAIN,
  KUBELET_FIREWALL_CHAIN,
  KUBELET_HINT_CHAIN,
  MARK_MASQUERADE_CHAIN,
  NODE_PORTS_CHAIN,
  POSTROUTING_CHAIN,
  PROXY_CANARY_CHAIN,
  PROXY_FIREWALL_CHAIN,
  SERVICES_CHAIN,
} from './chain-names';
import { MASQUERADE_MARK } from '../masquerade-mark';

type Chains = Readonly<Record<string, readonly Rule[]>>;

/** A jump from a built-in chain to one of Kubernetes'. */
export interface JumpRule {
  readonly table: TableName;
  readonly from: HookName;
  readonly rule: Rule;
}

const NEW_ONLY: Match = { kind: 'conntrack-state', states: ['NEW'] };

function jump(table: TableName, to: string, from: HookName, comment: string, ...matches: Match[]): JumpRule {
  const all = comment === '' ? matches : matches.concat({ kind: 'comment', comment });
  return { table, from, rule: { matches: all, target: { kind: 'JUMP', chain: to } } };
}

/** In upstream's order; each is put first in its chain. Models kubernetes pkg/proxy/iptables/proxier.go iptablesJumpChains. */
export const PROXY_JUMPS: readonly JumpRule[] = deepFreeze([
  jump('filter', EXTERNAL_SERVICES_CHAIN, 'INPUT', 'kubernetes externally-visible service portals', NEW_ONLY),
  jump(
    'filter',
    EXTERNAL_SERVICES_CHAIN,
    'FORWARD',
    'kubernetes externally-visible service portals',
    NEW_ONLY,
  ),
  jump('filter', NODE_PORTS_CHAIN, 'INPUT', 'kubernetes health check service ports'),
  jump('filter', SERVICES_CHAIN, 'FORWARD', 'kubernetes service portals', NEW_ONLY),
  jump('filter', SERVICES_CHAIN, 'OUTPUT', 'kubernetes service portals', NEW_ONLY),
  jump('filter', FORWARD_CHAIN, 'FORWARD', 'kubernetes forwarding rules'),
  jump('filter', PROXY_FIREWALL_CHAIN, 'INPUT', 'kubernetes load balancer firewall', NEW_ONLY),
  jump('filter', PROXY_FIREWALL_CHAIN, 'OUTPUT', 'kubernetes load balancer firewall', NEW_ONLY),
  jump('filter', PROXY_FIREWALL_CHAIN, 'FORWARD', 'kubernetes load balancer firewall', NEW_ONLY),
  jump('nat', SERVICES_CHAIN, 'OUTPUT', 'kubernetes service portals'),
  jump('nat', SERVICES_CHAIN, 'PREROUTING', 'kubernetes service portals'),
  jump('nat', POSTROUTING_CHAIN, 'POSTROUTING', 'kubernetes postrouting rules'),
]);

/** Models kubernetes pkg/kubelet/kubelet_network_linux.go, as kube-proxy repeats it. */
export const KUBELET_JUMPS: readonly JumpRule[] = deepFreeze([
  jump('filter', KUBELET_FIREWALL_CHAIN, 'INPUT', ''),
  jump('filter', KUBELET_FIREWALL_CHAIN, 'OUTPUT', ''),
]);

/** The kubelet's own chains, as kube-proxy repeats them in iptables mode. */
const KUBELET_CHAINS: Readonly<Record<'mangle' | 'filter' | 'nat', Chains>> = deepFreeze({
  mangle: { [KUBELET_HINT_CHAIN]: [], [KUBELET_CANARY_CHAIN]: [] },
  filter: {
    [KUBELET_FIREWALL_CHAIN]: [
      {
        matches: [
          { kind: 'source', address: '127.0.0.0/8', invert: true },
          { kind: 'destination', address: '127.0.0.0/8' },
          { kind: 'comment', comment: 'block incoming localnet connections' },
          { kind: 'conntrack-state', states: ['RELATED', 'ESTABLISHED', 'DNAT'], invert: true },
        ],
        target: { kind: 'DROP' },
      },
    ],
    [KUBELET_CANARY_CHAIN]: [],
  },
  nat: { [KUBELET_CANARY_CHAIN]: [] },
});

/** Chains that change with no Service. The nfacct counters are left out: upstream does so where the kernel lacks them. */
const STATIC_CHAINS: Readonly<Record<'mangle' | 'filter' | 'nat', Chains>> = deepFreeze({
  mangle: { ...KUBELET_CHAINS.mangle, [PROXY_CANARY_CHAIN]: [] },
  filter: {
    ...KUBELET_CHAINS.filter,
    [PROXY_CANARY_CHAIN]: [],
    [FORWARD_CHAIN]: [
      { matches: [{ kind: 'conntrack-state', states: ['INVALID'] }], target: { kind: 'DROP' } },
      {
        matches: [
          { kind: 'comment', comment: 'kubernetes forwarding rules' },
          { kind: 'mark', value: MASQUERADE_MARK, mask: MASQUERADE_MARK },
        ],
        target: { kind: 'ACCEPT' },
      },
      {
        matches: [
          { kind: 'comment', comment: 'kubernetes forwarding conntrack rule' },
          { kind: 'conntrack-state', states: ['RELATED', 'ESTABLISHED'] },
        ],
        target: { kind: 'ACCEPT' },
      },
    ],
  },
  nat: {
    ...KUBELET_CHAINS.nat,
    [PROXY_CANARY_CHAIN]: [],
    [MARK_MASQUERADE_CHAIN]: [{ matches: [], target: orMark(MASQUERADE_MARK) }],
    [POSTROUTING_CHAIN]: [
      {
        matches: [{ kind: 'mark', value: MASQUERADE_MARK, mask: MASQUERADE_MARK, invert: true }],
        target: { kind: 'RETURN' },
      },
      { matches: [], target: xorMark(MASQUERADE_MARK) },
      {
        matches: [{ kind: 'comment', comment: 'kubernetes service traffic requiring SNAT' }],
        target: { kind: 'MASQUERADE', random_fully: true },
      },
    ],
  },
});

/** The chains of a family that change with no Service. Only IPv4 has a localnet to keep packets out of. */
export function staticChains(family: 'IPv4' | 'IPv6'): typeof STATIC_CHAINS {
  return family === 'IPv4'
    ? STATIC_CHAINS
    : { ...STATIC_CHAINS, filter: withoutFirewall(STATIC_CHAINS.filter) };
}

/** The kubelet's chains of a family. */
export function kubeletChains(family: 'IPv4' | 'IPv6'): typeof KUBELET_CHAINS {
  return family === 'IPv4'
    ? KUBELET_CHAINS
    : { ...KUBELET_CHAINS, filter: withoutFirewall(KUBELET_CHAINS.filter) };
}

function withoutFirewall(chains: Chains): Chains {
  return Object.fromEntries(Object.entries(chains).filter(([name]) => name !== KUBELET_FIREWALL_CHAIN));
}

const NODE_PORTS_COMMENT = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain';

/** The last rules of KUBE-SERVICES: to node ports on `addresses`, or on every local one. Models proxier.go syncProxyRules. */
export function nodePortJumps(
  addresses: readonly string[] | 'all',
  family: 'IPv4' | 'IPv6',
): readonly Rule[] {
  const target = { kind: 'JUMP', chain: NODE_PORTS_CHAIN } as const;
  const comment: Match = { kind: 'comment', comment: NODE_PORTS_COMMENT };
  if (addresses === 'all') {
    // A packet of ::1 never leaves loopback, whatever a rule makes of it.
    const loopback: Match = { kind: 'destination', address: '::1/128', invert: true };
    const local: Match = { kind: 'address-type', destination_type: 'LOCAL' };
    return [{ matches: [...(family === 'IPv6' ? [loopback] : []), comment, local], target }];
  }
  return addresses.map((address) => ({ matches: [{ kind: 'destination', address }, comment], target }));
}
