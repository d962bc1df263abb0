import { familyOf, formatAddress, formatEndpoint } from '@podlab/netstack';
import type { ConntrackEntry, Network } from '@podlab/netstack';
import type { PortState } from './port-variants';
import type { IpFamily } from './service-port';

/** The endpoints that serve each `address:port` of a Service, and each node port, as `address:port`. */
interface UdpTargets {
  readonly by_address: Map<string, Set<string>>;
  readonly by_node_port: Map<number, Set<string>>;
}

/**
 * Forgets UDP flows that lead to an endpoint which no longer serves: without it a client that keeps its port would go
 * on talking to nobody. Where no endpoint serves at all, flows stay as they are. TCP notices by itself. Models kubernetes pkg/proxy/conntrack/cleanup.go CleanStaleEntries.
 */
export function cleanStaleFlows(
  network: Network,
  namespace: string,
  ports: readonly PortState[],
  family: IpFamily = 'IPv4',
): number {
  const targets = udpTargets(ports);
  const conntrack = network.conntrack(namespace);
  const stale = conntrack
    .list({ protocol: 'UDP' })
    .filter((entry) => familyOf(entry.original.destination) === family && isStale(entry, targets));
  for (const { original } of stale) {
    conntrack.remove({
      protocol: 'UDP',
      original_source: formatAddress(original.source),
      original_destination: formatAddress(original.destination),
      original_destination_port: original.destination_port,
    });
  }
  return stale.length;
}

function udpTargets(ports: readonly PortState[]): UdpTargets {
  const targets: UdpTargets = { by_address: new Map(), by_node_port: new Map() };
  for (const { info, endpoints } of ports) {
    if (info.protocol !== 'UDP') continue;
    const serving = new Set(endpoints.filter((endpoint) => endpoint.serving).map(({ text }) => text));
    if (serving.size === 0) continue;
    for (const address of [info.cluster_ip, ...info.external_ips, ...info.load_balancer_vips])
      targets.by_address.set(`${address}:${info.port}`, serving);
    if (info.node_port !== 0) targets.by_node_port.set(info.node_port, serving);
  }
  return targets;
}

function isStale({ original, reply }: ConntrackEntry, targets: UdpTargets): boolean {
  const serving =
    targets.by_address.get(`${formatAddress(original.destination)}:${original.destination_port}`) ??
    targets.by_node_port.get(original.destination_port);
  const endpoint = formatEndpoint(formatAddress(reply.source), reply.source_port);
  return serving !== undefined && !serving.has(endpoint);
}
