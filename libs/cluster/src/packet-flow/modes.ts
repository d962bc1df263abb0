import type { Mode } from './row';

type ByMode = Readonly<Record<Mode, string>>;

/**
 * A pod that gets itself: nftables mode masquerades it by the set `hairpin-connections`, without the mark that iptables mode
 * sets in the endpoint's chain. Models pkg/proxy/nftables/proxier.go hairpinConnections.
 */
export function hairpin(iptables: string): ByMode {
  return { iptables, nftables: iptables.replaceAll('mark dnat masquerade', 'dnat masquerade') };
}

/**
 * A packet from outside of the pods' range for a cluster IP: nftables mode marks it for all Services at once, so before it
 * is refused. Models pkg/proxy/nftables/proxier.go setupNFTables.
 */
export function markedThen(iptables: string): ByMode {
  return { iptables, nftables: iptables.replace('| ', '| mark ') };
}

/** nftables mode opens node ports on a node's primary addresses only, iptables mode on all that are local. */
export function onOtherAddress(iptables: string): ByMode {
  return { iptables, nftables: 'Refused | none' };
}
