import type { Iptables, Network } from '@podlab/netstack';
import type { IpFamily } from './service-port';

/** The iptables of a node for one family. */
export function familyTables(network: Network, namespace: string, family: IpFamily): Iptables {
  return family === 'IPv4' ? network.iptables(namespace) : network.ip6tables(namespace);
}
