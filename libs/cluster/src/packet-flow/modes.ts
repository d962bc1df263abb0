import type { ByMode } from './row';

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

/**
 * A node port on loopback: iptables mode lets it out with the node's address, which IPv6 has no setting for.
 * Models pkg/proxy/iptables/proxier_test.go TestEnableLocalhostNodePortsIPv6, where `! -d ::1/128` stands before KUBE-NODEPORTS.
 */
export function onLoopback(iptables: string): ByMode {
  return { iptables, nftables: 'Refused | none', IPv6: 'Refused | none' };
}

/** Without endpoints, the rule in table filter refuses a node port on every local address, also on ::1. */
export function refusedOnLoopback(): ByMode {
  return { iptables: 'Refused | reject', nftables: 'Refused | none' };
}

/** What only IPv4 has. */
export function onlyIPv4(expected: string): ByMode {
  return { iptables: expected, nftables: expected, IPv6: null };
}
