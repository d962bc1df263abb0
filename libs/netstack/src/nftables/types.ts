import type { IcmpError } from '../packet';

/** Which packets a table sees: `inet` those of both families. */
export type NftFamily = 'ip' | 'ip6' | 'inet';
export type NftHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
export type NftSetFlag = 'constant' | 'dynamic' | 'interval' | 'timeout';

/** What a set may hold, by the names of `nft describe`. */
export type NftType = 'ipv4_addr' | 'ipv6_addr' | 'inet_proto' | 'inet_service' | 'mark' | 'ifname';

/** What a rule can read of a packet. */
export type NftField =
  | 'ip saddr'
  | 'ip daddr'
  | 'ip6 saddr'
  | 'ip6 daddr'
  | 'meta l4proto'
  | 'meta mark'
  | 'iifname'
  | 'oifname'
  | 'th sport'
  | 'th dport'
  | 'tcp sport'
  | 'tcp dport'
  | 'udp sport'
  | 'udp dport'
  | 'sctp sport'
  | 'sctp dport'
  | 'ct state'
  | 'ct status'
  | 'fib saddr type'
  | 'fib daddr type';

/** What happens next: on in the chain, back, into another chain, or the end of it. */
export type NftVerdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  /** `goto` does not come back to the chain it was called from. */
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** One endpoint that `dnat` may lead to. The port stays unless given. */
export interface NftEndpoint {
  readonly address: string;
  readonly port?: number;
}

/** A verdict of a rule's own (anonymous) map. */
export interface NftMapping {
  readonly key: string;
  readonly verdict: NftVerdict;
}

/**
 * One step of a rule. Steps are done in order, and a condition that does not hold ends the rule. Values are written as
 * nft prints them: `10.96.0.10`, `10.0.0.0/8`, `tcp`, `80`, `8000-8080`, `established`.
 */
export type NftStatement =
  /** `ip saddr != 10.0.0.0/8`, `ct state established,related`, `ip saddr { 10.0.0.1, 10.0.0.2 }` */
  | {
      readonly kind: 'match';
      readonly field: NftField;
      readonly values: readonly string[];
      readonly invert?: boolean;
    }
  /** `meta mark & 0x00004000 != 0x00000000` */
  | { readonly kind: 'mark'; readonly mask: number; readonly value: number; readonly invert?: boolean }
  /** `ip saddr . ip daddr @pairs`: the fields together are an element of a set. */
  | {
      readonly kind: 'lookup';
      readonly fields: readonly NftField[];
      readonly set: string;
      readonly invert?: boolean;
    }
  /** `ip daddr . meta l4proto . th dport vmap @service-ips` */
  | { readonly kind: 'vmap'; readonly fields: readonly NftField[]; readonly map: string }
  /** `tcp dport vmap { 22 : accept, 80 : goto web }` */
  | { readonly kind: 'vmap-own'; readonly field: NftField; readonly mappings: readonly NftMapping[] }
  /** `numgen random mod 2 vmap { 0 : goto one, 1 : goto other }`: one of the verdicts, each as likely. */
  | { readonly kind: 'vmap-random'; readonly verdicts: readonly NftVerdict[] }
  /** `meta mark set meta mark | 0x00004000`; `set` writes the value itself. */
  | { readonly kind: 'set-mark'; readonly operation: '|' | '&' | '^' | 'set'; readonly value: number }
  /** `update @seen { ip saddr }`: puts the field into a set, for as long as the set's timeout says. */
  | { readonly kind: 'update'; readonly set: string; readonly field: NftField; readonly timeout_s?: number }
  /** `dnat to 10.244.1.7:80` */
  | { readonly kind: 'dnat'; readonly to: NftEndpoint }
  /** `dnat ip to numgen random mod 2 map { 0 : 10.244.1.7 . 80, 1 : 10.244.2.7 . 80 }` */
  | { readonly kind: 'dnat-random'; readonly to: readonly NftEndpoint[] }
  | { readonly kind: 'snat'; readonly address: string }
  | { readonly kind: 'masquerade'; readonly fully_random?: boolean }
  /** An ICMP port unreachable unless `with` says otherwise. */
  | { readonly kind: 'reject'; readonly with?: IcmpError | 'tcp-reset' }
  | { readonly kind: 'verdict'; readonly verdict: NftVerdict };

export interface NftRule {
  readonly statements: readonly NftStatement[];
  readonly comment?: string;
}

/** What connects a chain to the walk of a packet; chains without it are only jumped to. */
export interface NftBase {
  readonly type: 'filter' | 'nat';
  readonly hook: NftHook;
  /** Lower ones first; conntrack is at -200, destination NAT at -100, source NAT at 100. */
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

export interface NftChainState {
  readonly base?: NftBase;
  readonly comment?: string;
  rules: readonly NftRule[];
}

/** One element of a set; of a map it has a verdict. */
export interface NftElement {
  readonly comment?: string;
  readonly verdict?: NftVerdict;
  /** Virtual time in milliseconds at which it is gone. */
  readonly expires_at_ms?: number;
}

/** A named set or, with `map`, a verdict map. Elements are keyed by their text: `10.96.0.1 . tcp . 443`. */
export interface NftSetState {
  readonly map: boolean;
  readonly type: readonly NftType[];
  readonly comment?: string;
  readonly flags: readonly NftSetFlag[];
  readonly timeout_s?: number;
  readonly size?: number;
  elements: Map<string, NftElement>;
}

/** A table as state; sets and chains are printed in the order of their making. */
export interface NftTableState {
  readonly family: NftFamily;
  readonly name: string;
  readonly comment?: string;
  sets: Map<string, NftSetState>;
  chains: Map<string, NftChainState>;
}

/** All tables of a namespace, by family and name: `ip kube-proxy`. */
export type NftRulesetState = Map<string, NftTableState>;

/** The properties with which a set is made. */
export type NftSetOptions = Omit<NftSetState, 'elements' | 'flags'> & {
  readonly flags?: readonly NftSetFlag[];
};

/** One command of a transaction. `add` of something that is there already changes nothing; elements are replaced. */
export type NftCommand =
  | { readonly do: 'add-table'; readonly comment?: string }
  | { readonly do: 'delete-table' }
  | {
      readonly do: 'add-chain';
      readonly chain: string;
      readonly base?: NftBase;
      readonly comment?: string;
    }
  | { readonly do: 'flush-chain' | 'delete-chain'; readonly chain: string }
  | { readonly do: 'add-rule'; readonly chain: string; readonly rule: NftRule }
  | { readonly do: 'add-set'; readonly set: string; readonly options: NftSetOptions }
  | { readonly do: 'flush-set' | 'delete-set'; readonly set: string }
  | {
      readonly do: 'add-element';
      readonly set: string;
      readonly key: string;
      readonly element: NftElement;
    }
  | { readonly do: 'delete-element'; readonly set: string; readonly key: string };

/** Names of priorities as nft prints them; those that only mean something at one hook name it. */
export const NFT_PRIORITIES: readonly {
  readonly name: string;
  readonly priority: number;
  readonly hook?: NftHook;
}[] = [
  { name: 'raw', priority: -300 },
  { name: 'mangle', priority: -150 },
  { name: 'dstnat', priority: -100, hook: 'prerouting' },
  { name: 'filter', priority: 0 },
  { name: 'security', priority: 50 },
  { name: 'srcnat', priority: 100, hook: 'postrouting' },
];
