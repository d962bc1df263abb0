import { tryParseAddress } from './address';
import type { Topology } from './neighbours';
import { findNeighbour } from './neighbours';
import type { Link, Namespace } from './namespace';

export interface NeighbourEntry {
  readonly address: string;
  readonly interface: string;
  readonly mac: string;
  /** What flannel writes stays; what was asked for is known while anybody answers. */
  readonly state: 'PERMANENT' | 'REACHABLE';
}

/**
 * The neighbours of a namespace: who answers on each of its links. A pod has talked to its gateway only; the
 * addresses of a wire are those that its members have, since nodes speak with one another all the time.
 */
export function neighboursOf(topology: Topology, namespace: Namespace): NeighbourEntry[] {
  return [...namespace.links()].flatMap((link) => linkNeighbours(topology, namespace, link));
}

function linkNeighbours(topology: Topology, namespace: Namespace, link: Link): NeighbourEntry[] {
  const { state, name } = link;
  if (!state.up) return [];
  if (state.vxlan !== undefined) {
    return state.vxlan.peers.map(({ gateway, mac }) => ({
      address: gateway,
      interface: name,
      mac,
      state: 'PERMANENT',
    }));
  }
  return candidates(topology, namespace, link).flatMap((address) => {
    const parsed = tryParseAddress(address);
    const found = parsed === undefined ? undefined : findNeighbour(topology, link, parsed);
    return found === undefined ? [] : [{ address, interface: name, mac: found.mac, state: 'REACHABLE' }];
  });
}

function candidates(topology: Topology, namespace: Namespace, { state }: Link): string[] {
  switch (state.kind) {
    case 'veth':
      return state.master === undefined ? gatewaysBy(namespace, state.name) : [];
    case 'ethernet': {
      const members = topology.wire(state.wire ?? '')?.members ?? [];
      return members
        .filter((member) => member.namespace !== namespace.id)
        .flatMap((member) => {
          const other = topology.namespace(member.namespace)?.link(member.interface);
          return other?.state.addresses.slice(0, 1).map(({ address }) => address) ?? [];
        });
    }
    case 'bridge':
      return [...namespace.links()].flatMap((port) => {
        const { master, peer } = port.state;
        if (master !== state.name || peer === undefined) return [];
        const other = topology.namespace(peer.namespace)?.link(peer.interface);
        return other?.state.addresses.map(({ address }) => address) ?? [];
      });
    default:
      return [];
  }
}

function gatewaysBy(namespace: Namespace, interfaceName: string): string[] {
  const gateways = namespace.state.routes.flatMap(({ via, interface: name }) =>
    via !== undefined && (name === undefined || name === interfaceName) ? [via] : [],
  );
  return [...new Set(gateways)];
}

/** One line of `ip neigh`. */
export function renderNeighbour({ address, interface: name, mac, state }: NeighbourEntry): string {
  return `${address} dev ${name} lladdr ${mac} ${state} \n`;
}
