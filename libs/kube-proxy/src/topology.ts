import type { EndpointInfo } from './endpoints';
import { usesClusterEndpoints, usesLocalEndpoints } from './service-port';
import type { ServicePortInfo } from './service-port';

/** The node that a proxy runs on. */
export interface ProxyNode {
  readonly name: string;
  readonly address: string;
  readonly zone: string;
}

export interface CategorizedEndpoints {
  /** Usable with traffic policy Cluster. */
  readonly cluster: readonly EndpointInfo[];
  /** Usable with traffic policy Local. */
  readonly local: readonly EndpointInfo[];
  /** Both together: the endpoints that this node can send to. */
  readonly reachable: readonly EndpointInfo[];
  /** Whether any node of the cluster has a usable endpoint. */
  readonly any: boolean;
}

const NONE: CategorizedEndpoints = { cluster: [], local: [], reachable: [], any: false };

/** Models kubernetes pkg/proxy/topology.go CategorizeEndpoints. */
export function categorizeEndpoints(
  endpoints: readonly EndpointInfo[],
  port: ServicePortInfo,
  node: ProxyNode,
): CategorizedEndpoints {
  if (endpoints.length === 0) return NONE;
  const usesCluster = usesClusterEndpoints(port);
  const mode = usesCluster ? topologyMode(endpoints, node) : 'None';
  const cluster = usesCluster ? clusterEndpoints(endpoints, mode, node) : [];
  if (!usesLocalEndpoints(port)) return { cluster, local: [], reachable: cluster, any: cluster.length > 0 };
  const local = readyOrServing(endpoints.filter((endpoint) => endpoint.node === node.name));
  const any = endpoints.some((endpoint) => endpoint.ready || isServingTerminating(endpoint));
  if (!usesCluster) return { cluster, local, reachable: local, any };
  return { cluster, local, reachable: union(cluster, local), any };
}

function clusterEndpoints(
  endpoints: readonly EndpointInfo[],
  mode: TopologyMode,
  node: ProxyNode,
): readonly EndpointInfo[] {
  const usable = endpoints.filter((endpoint) => endpoint.ready && isAvailable(endpoint, mode, node));
  return usable.length > 0 ? usable : endpoints.filter(isServingTerminating);
}

/** Ready ones, or where there are none those that end but still serve. */
function readyOrServing(endpoints: readonly EndpointInfo[]): readonly EndpointInfo[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter(isServingTerminating);
}

function isServingTerminating(endpoint: EndpointInfo): boolean {
  return endpoint.serving && endpoint.terminating;
}

function union(one: readonly EndpointInfo[], other: readonly EndpointInfo[]): readonly EndpointInfo[] {
  const missing = other.filter((endpoint) => !one.includes(endpoint));
  return missing.length === 0 ? one : [...one, ...missing];
}

type TopologyMode = 'None' | 'PreferSameNode' | 'PreferSameZone';

/** Models kubernetes pkg/proxy/topology.go topologyModeFromHints. */
function topologyMode(endpoints: readonly EndpointInfo[], node: ProxyNode): TopologyMode {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length === 0) return 'None';
  if (ready.every(({ node_hints }) => node_hints.length > 0)) {
    if (ready.some(({ node_hints }) => node_hints.includes(node.name))) return 'PreferSameNode';
  }
  if (ready.every(({ zone_hints }) => zone_hints.length > 0)) {
    if (ready.some(({ zone_hints }) => zone_hints.includes(node.zone))) return 'PreferSameZone';
  }
  return 'None';
}

function isAvailable(endpoint: EndpointInfo, mode: TopologyMode, node: ProxyNode): boolean {
  if (mode === 'PreferSameNode') return endpoint.node_hints.includes(node.name);
  return mode === 'None' || endpoint.zone_hints.includes(node.zone);
}
