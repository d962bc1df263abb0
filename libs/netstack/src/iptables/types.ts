import type { IcmpError } from '../packet';

export type TableName = 'raw' | 'mangle' | 'nat' | 'filter';
export type HookName = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
export type ConntrackMatchState =
  'INVALID' | 'NEW' | 'RELATED' | 'ESTABLISHED' | 'UNTRACKED' | 'SNAT' | 'DNAT';
export type AddressType = 'LOCAL' | 'UNICAST' | 'BROADCAST';

/**
 * One condition of a rule; `invert` is the `!` before it. Order among the extension matches (all but source,
 * destination, protocol and the interfaces) is kept when the rule is printed, as iptables-save keeps it.
 */
export type Match =
  /** `-s 10.0.0.0/8`; a bare address is a range of one. Addresses are of the tables' own family. */
  | { readonly kind: 'source'; readonly address: string; readonly invert?: boolean }
  /** `-d 10.96.0.10/32` */
  | { readonly kind: 'destination'; readonly address: string; readonly invert?: boolean }
  /** `-p tcp` */
  | {
      readonly kind: 'protocol';
      readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'ipv6-icmp';
      readonly invert?: boolean;
    }
  /** `-i cni0`; a trailing `+` stands for any ending. */
  | { readonly kind: 'in-interface'; readonly name: string; readonly invert?: boolean }
  /** `-o eth0` */
  | { readonly kind: 'out-interface'; readonly name: string; readonly invert?: boolean }
  /** `-m tcp --sport 80` or `--sport 80:90`; needs a protocol match. */
  | {
      readonly kind: 'source-port';
      readonly port: number;
      readonly last_port?: number;
      readonly invert?: boolean;
    }
  /** `-m tcp --dport 80` or `--dport 30000:32767`; needs a protocol match. */
  | {
      readonly kind: 'destination-port';
      readonly port: number;
      readonly last_port?: number;
      readonly invert?: boolean;
    }
  /** `-m multiport --dports 80,443` */
  | { readonly kind: 'destination-ports'; readonly ports: readonly number[]; readonly invert?: boolean }
  /** `-m comment --comment "text"`; always true. */
  | { readonly kind: 'comment'; readonly comment: string }
  /** `-m tcp` without an option of it; always true. Needs a protocol match. */
  | { readonly kind: 'protocol-module' }
  /** `-m addrtype ! --src-type LOCAL --dst-type LOCAL` */
  | {
      readonly kind: 'address-type';
      readonly source_type?: AddressType;
      readonly invert_source?: boolean;
      readonly destination_type?: AddressType;
      readonly invert_destination?: boolean;
    }
  /** `-m mark --mark 0x4000/0x4000`; the mask is all ones unless given. */
  | { readonly kind: 'mark'; readonly value: number; readonly mask?: number; readonly invert?: boolean }
  /** `-m statistic --mode random --probability 0.5` */
  | { readonly kind: 'statistic'; readonly probability: number; readonly invert?: boolean }
  /** `-m conntrack --ctstate RELATED,ESTABLISHED` */
  | {
      readonly kind: 'conntrack-state';
      readonly states: readonly ConntrackMatchState[];
      readonly invert?: boolean;
    }
  /** `-m conntrack --ctorigdst 10.96.0.1/32` and the like: the tuple as the sender wrote it. */
  | { readonly kind: 'conntrack-original-source'; readonly address: string; readonly invert?: boolean }
  | { readonly kind: 'conntrack-original-destination'; readonly address: string; readonly invert?: boolean }
  | {
      readonly kind: 'conntrack-original-destination-port';
      readonly port: number;
      readonly invert?: boolean;
    }
  /** `-m recent --rcheck --seconds 10800 --reap --name X --mask 255.255.255.255 --rsource`, or `--set`. */
  | {
      readonly kind: 'recent';
      readonly operation: 'set' | 'rcheck' | 'update' | 'remove';
      readonly name: string;
      readonly seconds?: number;
      readonly reap?: boolean;
      readonly invert?: boolean;
    };

/** What a matching rule does with the packet. */
export type Target =
  | { readonly kind: 'ACCEPT' }
  | { readonly kind: 'DROP' }
  | { readonly kind: 'RETURN' }
  /** `--reject-with`, `icmp-port-unreachable` or `icmp6-port-unreachable` unless given. */
  | { readonly kind: 'REJECT'; readonly reject_with?: IcmpError | 'tcp-reset' }
  /** `--to-destination 10.244.1.7:80` or `[fd00::7]:80`; the port stays unless given. */
  | { readonly kind: 'DNAT'; readonly address: string; readonly port?: number }
  | { readonly kind: 'SNAT'; readonly address: string }
  | { readonly kind: 'MASQUERADE'; readonly random_fully?: boolean }
  /** `--set-xmark value/mask`: mark = (mark AND NOT mask) XOR value. See {@link orMark} and {@link xorMark}. */
  | { readonly kind: 'MARK'; readonly value: number; readonly mask: number }
  /** `-j NAME`: a user chain of the same table. */
  | { readonly kind: 'JUMP'; readonly chain: string }
  /** No `-j`: the rule only has side effects (`-m recent --set`). */
  | { readonly kind: 'NONE' };

/** One rule of a chain. */
export interface Rule {
  readonly matches: readonly Match[];
  readonly target: Target;
}

/** A chain as state: built-in chains have a policy, user chains have none. */
export interface ChainState {
  policy?: 'ACCEPT' | 'DROP';
  rules: readonly Rule[];
}

/** A table as state; the order of the chains is the order in which they are printed. */
export interface TableState {
  chains: Map<string, ChainState>;
}

/** `--or-mark value`, which iptables-save prints as `--set-xmark value/value`. */
export function orMark(value: number): Target {
  return { kind: 'MARK', value, mask: value };
}

/** `--xor-mark value`, which iptables-save prints as `--set-xmark value/0x0`. */
export function xorMark(value: number): Target {
  return { kind: 'MARK', value, mask: 0 };
}
