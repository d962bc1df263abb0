import type { Iptables, Network } from '@podlab/netstack';
import { familyTables } from './family-tables';
import { KUBELET_JUMPS, kubeletChains } from './iptables/static-rules';
import type { IpFamily } from './service-port';

/**
 * What the kubelet of a node writes by itself, whatever the proxy's mode: its hint, its canaries and the firewall of the
 * loopback. Models kubernetes pkg/kubelet/kubelet_network_linux.go.
 */
export function installKubeletChains(network: Network, namespace: string, family: IpFamily): void {
  const iptables = familyTables(network, namespace, family);
  const { mangle, filter, nat } = kubeletChains(family);
  iptables.restore('mangle', mangle);
  iptables.restore('filter', filter);
  iptables.restore('nat', nat);
  installKubeletJumps(iptables);
}

/** Leads packets into the kubelet's firewall, in a family that has one. */
export function installKubeletJumps(iptables: Iptables): void {
  if (iptables.family !== 'IPv4') return;
  for (const { table, from, rule } of KUBELET_JUMPS) iptables.ensureRule(table, from, rule, 'append');
}
