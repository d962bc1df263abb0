import type { ServiceSpec } from '@podlab/api';
import { inFamily, type Family } from './family';

/** The modes of kube-proxy that every row is checked in. */
export type Mode = 'iptables' | 'nftables';
export const MODES: readonly Mode[] = ['iptables', 'nftables'];

/**
 * `[from, to, expected]`.
 *
 * `from`: a pod, `node-a`, `node-a 127.0.0.1`, `outside`, `outside 192.0.2.200`, each `outside` also with `via node-b`.
 *
 * `to`: `host:port`, before it `udp`, `sctp` or `ping` where it is not HTTP. Hosts: `clusterIP`, `loadBalancer`,
 * `externalIP`, a pod, `node-b`, `external-b`, `bridge-b`, an address or a name; ports: a number, `nodePort`, `health`.
 *
 * `expected`: what some connections came to, `backends | source seen | rules met`, or `disposition | rules met`;
 * where backends differ in the rest, groups with `;` between; a status of 500 and more stands behind its backend. `one of a1 b1` stands for all to the same one of them.
 * Rules: `mark` (for masquerade), `dnat`, `masquerade`, `reject`, `drop` are kube-proxy's, `flannel` and `hostport` those
 * of others that translate; `none` stands for none of them.
 */
export type FlowRow = readonly [from: string, to: string, expected: string | ByMode];

/** What each mode does; `IPv6` where a cluster of IPv6 does something else in both, null where it has no such thing. */
export type ByMode = Readonly<Record<Mode, string>> & { readonly IPv6?: string | null };

/** What a row expects; null where it says nothing of the family. */
export function expectedOf(expected: FlowRow[2], mode: Mode, family: Family): string | null {
  if (typeof expected === 'string') return inFamily(expected, family);
  if (family === 'IPv6' && expected.IPv6 !== undefined) return expected.IPv6;
  return inFamily(expected[mode], family);
}

/** Rows over one Service in one state of its endpoints. */
export interface FlowCase {
  readonly title: string;
  /** The upstream test or KEP that the rows restate. */
  readonly cites: string;
  /** Absent where the packets are for no Service. */
  readonly service?: Partial<ServiceSpec>;
  /**
   * Endpoints of a hand-made slice: `a1 b1/draining c1@z1`. States: `unready`, `draining` (terminating, serving) and
   * `gone` (terminating, not serving); hints: `@z1` for a zone, `@node-a` for a node. A Service with a selector has its
   * own slices.
   */
  readonly endpoints?: string;
  /** How the balancer of a LoadBalancer passes packets on; `VIP`, unchanged, unless given. */
  readonly balancer?: 'VIP' | 'Proxy';
  /** A hand-made Endpoints object instead, for its addresses. */
  readonly mirrored?: string;
  readonly rows: readonly FlowRow[];
}
