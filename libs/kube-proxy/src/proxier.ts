import type { EndpointSlice, Service } from '@podlab/api';
import type { PortState } from './port-variants';
import type { IpFamily } from './service-port';
import type { ProxyNode } from './topology';

/** The objects that rules are made from. */
export interface ProxyView {
  services(): readonly Service[];
  service(key: string): Service | undefined;
  endpointSlices(service: string): readonly EndpointSlice[];
}

/** What all proxiers of a cluster are told, each for one family. */
export interface ProxierSettings {
  readonly family: IpFamily;
  /** The pods' range: packets from there are local (`--cluster-cidr`). */
  readonly cluster_cidr: string;
  /** The Services' range, where it is known. */
  readonly service_cidr?: string;
  /** `--nodeport-addresses`: prefixes of the node addresses that serve node ports, its primary address, or all. */
  readonly nodeport_addresses: readonly string[] | 'all' | 'primary';
}

/** A node that a proxier writes to. */
export interface ProxyTarget extends ProxyNode {
  /** The node's network namespace. */
  readonly namespace: string;
}

/** Writes the rules of all Services of one family into the nodes' tables. */
export interface Proxier {
  /** Brings nodes up to date with the Services that changed. `fresh` names the nodes that have no rules of a proxy yet. */
  sync(changed: ReadonlySet<string>, nodes: readonly ProxyTarget[], fresh: ReadonlySet<string>): void;
  /** The ports of Services under `keys` as they are known now. */
  portsOf(keys: Iterable<string>): readonly PortState[];
}
