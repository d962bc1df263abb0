import type { Network } from '@podlab/netstack';
import { gatewayOf, prefixLengthOf } from './ipam';
import { nodeNamespace } from './node-network';

export const podNamespace = (uid: string) => `pod/${uid}`;

/** The veth's name on the node: flannel's bridge plugin takes a random one, here it follows from the pod's uid. */
export const vethName = (uid: string) => `veth${uid.replace(/-/g, '').slice(0, 8)}`;

/** Makes the pod's own network namespace, with `address` on its eth0 and the node's bridge as its way out. */
export function addPodNamespace(
  network: Network,
  node: string,
  uid: string,
  address: string,
  podCidr: string,
): void {
  const namespace = podNamespace(uid);
  network.addNamespace(namespace);
  network.addVethPair(
    { namespace: nodeNamespace(node), name: vethName(uid), mtu: 1450, master: 'cni0' },
    { namespace, name: 'eth0', mtu: 1450, addresses: [{ address, prefix_length: prefixLengthOf(podCidr) }] },
  );
  network.setRoute(namespace, { destination: '0.0.0.0/0', via: gatewayOf(podCidr), interface: 'eth0' });
}

/** Takes the namespace away with its sockets; the address is the caller's to give back. */
export function removePodNamespace(network: Network, uid: string): void {
  if (network.hasNamespace(podNamespace(uid))) network.removeNamespace(podNamespace(uid));
}
