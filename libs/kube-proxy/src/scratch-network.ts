import { createNetworkState, Network } from '@podlab/netstack';

/** A network with one namespace of the same name and addresses as another's: a place to write rules that nothing walks. */
export function scratchNetwork(original: Network, namespace: string): Network {
  const scratch = new Network(createNetworkState(), { now: () => 0, random: () => 0 });
  scratch.addNamespace(namespace);
  scratch.addWire('scratch');
  for (const { name, kind, addresses } of original.state.namespaces.get(namespace)?.interfaces.values() ??
    []) {
    if (kind !== 'loopback') scratch.addEthernet(namespace, 'scratch', { name, addresses });
  }
  return scratch;
}
