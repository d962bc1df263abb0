import { parseAddress } from './address';
import type { Address } from './address';
import type { Link, Namespace, Neighbour } from './namespace';
import type { InterfaceState, WireState } from './state';

/** What layer 2 is made of: the namespaces and wires by id, and a number that changes whenever any of it does. */
export interface Topology {
  readonly generation: number;
  /** Changes whenever anything does that a packet's way depends on. */
  readonly changes: number;
  namespace(id: string): Namespace | undefined;
  wire(id: string): WireState | undefined;
  /** Whether a namespace has the address: asked of many for one that is then loaded. */
  answersFor(id: string, address: Address): boolean;
}

/** Who answers on `link` for `address`, as an ARP request or a neighbour solicitation would find out; remembered until the topology changes. */
export function findNeighbour(topology: Topology, link: Link, address: Address): Neighbour | undefined {
  if (link.neighbours_of !== topology.generation) {
    link.neighbours?.clear();
    link.neighbours_of = topology.generation;
  }
  const neighbours = (link.neighbours ??= new Map());
  const known = neighbours.get(address);
  if (known !== undefined) return known === false ? undefined : known;
  const found = search(topology, link, address);
  neighbours.set(address, found ?? false);
  return found;
}

function search(topology: Topology, link: Link, address: Address): Neighbour | undefined {
  switch (link.state.kind) {
    case 'ethernet':
      return searchWire(topology, link, address);
    case 'veth':
      return searchVeth(topology, link, address);
    case 'bridge':
      return searchPorts(topology, link, undefined, [], address);
    case 'vxlan':
      return searchVxlan(link, address);
    case 'loopback':
      return undefined;
  }
}

function searchWire(topology: Topology, link: Link, address: Address): Neighbour | undefined {
  const wire = link.state.wire === undefined ? undefined : topology.wire(link.state.wire);
  if (wire === undefined) return undefined;
  for (const member of wire.members) {
    if (!topology.answersFor(member.namespace, address)) continue;
    const other = topology.namespace(member.namespace)?.link(member.interface);
    if (other === undefined || other === link || !other.state.up) continue;
    return crossing(other, [link.state, other.state], wire.latency_ms, wire.loss);
  }
  return undefined;
}

function searchVeth(topology: Topology, link: Link, address: Address): Neighbour | undefined {
  const { peer } = link.state;
  const namespace = peer === undefined ? undefined : topology.namespace(peer.namespace);
  const other = peer === undefined ? undefined : namespace?.link(peer.interface);
  if (namespace === undefined || other === undefined || !other.state.up) return undefined;
  const ends = [link.state, other.state];
  if (other.state.master === undefined) {
    return namespace.isLocal(address) ? crossing(other, ends) : undefined;
  }
  const bridge = namespace.link(other.state.master);
  if (bridge === undefined || !bridge.state.up) return undefined;
  if (namespace.isLocal(address)) return crossing(bridge, ends);
  return searchPorts(topology, bridge, other.name, ends, address);
}

/** Looks behind the ports of a bridge, but not behind the one that the frame came in by. */
function searchPorts(
  topology: Topology,
  bridge: Link,
  inPort: string | undefined,
  ends: readonly InterfaceState[],
  address: Address,
): Neighbour | undefined {
  const { namespace } = bridge;
  for (const port of namespace.links()) {
    const { master, peer, up } = port.state;
    if (master !== bridge.name || port.name === inPort || peer === undefined || !up) continue;
    if (!topology.answersFor(peer.namespace, address)) continue;
    const other = topology.namespace(peer.namespace)?.link(peer.interface);
    if (other === undefined || !other.state.up) continue;
    const found = crossing(other, [...ends, port.state, other.state]);
    if (inPort === undefined) return found;
    return { ...found, bridge: { namespace, bridge, in_port: inPort, out_port: port.name } };
  }
  return undefined;
}

/** flannel's permanent neighbour entry: nothing is asked, and the frame goes into a UDP packet for the peer. */
function searchVxlan(link: Link, address: Address): Neighbour | undefined {
  for (const peer of link.state.vxlan?.peers ?? []) {
    if (parseAddress(peer.gateway) !== address) continue;
    const { latency_ms, jitter_ms = 0, loss } = link.state;
    return neighbourOn(link, peer.mac, { latency_ms, jitter_ms, loss }, parseAddress(peer.remote));
  }
  return undefined;
}

function crossing(link: Link, ends: readonly InterfaceState[], latencyMs = 0, loss = 0): Neighbour {
  let latency = latencyMs;
  let jitter = 0;
  let kept = 1 - loss;
  for (const end of ends) {
    latency += end.latency_ms;
    jitter += end.jitter_ms ?? 0;
    kept *= 1 - end.loss;
  }
  const crossed = { latency_ms: latency, jitter_ms: jitter, loss: 1 - kept };
  return neighbourOn(link, link.state.mac, crossed, 0);
}

function neighbourOn(
  link: Link,
  mac: string,
  crossed: Pick<Neighbour, 'latency_ms' | 'jitter_ms' | 'loss'>,
  remote: Address,
): Neighbour {
  const told = { arp: undefined, crossed: undefined, bridged: undefined };
  return { link, mac, ...crossed, bridge: undefined, remote, ...told };
}
