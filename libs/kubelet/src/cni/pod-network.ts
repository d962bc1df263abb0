import { familyOfText } from '@podlab/netstack';
import type { Network } from '@podlab/netstack';
import { gatewayOf, prefixLengthOf } from './ipam';
import { DEFAULT_ROUTES, IPV6_SYSCTLS, nodeNamespace } from './node-network';

export const podNamespace = (uid: string) => `pod/${uid}`;

/** The veth's name on the node: flannel's bridge plugin takes a random one, here it follows from the pod's uid. */
export const vethName = (uid: string) => `veth${uid.replace(/-/g, '').slice(0, 8)}`;

/** An address of a pod, and the range of its node that it stands in. */
export interface PodAddress {
  readonly address: string;
  readonly pod_cidr: string;
}

/** Makes the pod's own network namespace, with `addresses` on its eth0 and the node's bridge as its way out. */
export function addPodNamespace(
  network: Network,
  node: string,
  uid: string,
  addresses: readonly PodAddress[],
): void {
  const namespace = podNamespace(uid);
  const speaksIpv6 = addresses.some(({ address }) => familyOfText(address) === 'IPv6');
  network.addNamespace(namespace, speaksIpv6 ? IPV6_SYSCTLS : {});
  const own = addresses.map(({ address, pod_cidr }) => ({
    address,
    prefix_length: prefixLengthOf(pod_cidr),
  }));
  network.addVethPair(
    { namespace: nodeNamespace(node), name: vethName(uid), mtu: 1450, master: 'cni0' },
    { namespace, name: 'eth0', mtu: 1450, addresses: own },
  );
  for (const { address, pod_cidr } of addresses) {
    const destination = DEFAULT_ROUTES[familyOfText(address)];
    network.setRoute(namespace, { destination, via: gatewayOf(pod_cidr), interface: 'eth0' });
  }
}

/** Takes the namespace away with its sockets; the address is the caller's to give back. */
export function removePodNamespace(network: Network, uid: string): void {
  if (network.hasNamespace(podNamespace(uid))) network.removeNamespace(podNamespace(uid));
}
