import type { Endpoint, EndpointSlice } from '@podlab/api';
import { endpointChainName } from './iptables/chain-names';
import type { ServicePortInfo } from './service-port';

/** One endpoint of a service port. Models kubernetes pkg/proxy/endpoint.go BaseEndpointInfo. */
export interface EndpointInfo {
  readonly address: string;
  readonly port: number;
  /** `address:port` */
  readonly text: string;
  /** Name of its KUBE-SEP chain. */
  readonly chain: string;
  readonly node: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zone_hints: readonly string[];
  readonly node_hints: readonly string[];
}

/**
 * The endpoints of a service port out of its Service's slices, in order of their text; names of chains are taken from
 * `known` where they can be. Models kubernetes pkg/proxy/endpointslicecache.go.
 */
export function endpointsOf(
  port: ServicePortInfo,
  slices: readonly EndpointSlice[],
  known: readonly EndpointInfo[] = [],
): EndpointInfo[] {
  const chains = new Map(known.map(({ text, chain }) => [text, chain]));
  const endpoints = new Map<string, EndpointInfo>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    for (const slicePort of slice.ports ?? []) {
      const matches =
        (slicePort.name ?? '') === port.port_name && (slicePort.protocol ?? 'TCP') === port.protocol;
      if (!matches || slicePort.port === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const text = `${endpoint.addresses[0]}:${slicePort.port}`;
        const chain = chains.get(text) ?? endpointChainName(port, text);
        endpoints.set(text, endpointInfo(endpoint, slicePort.port, chain));
      }
    }
  }
  return [...endpoints.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** Absent conditions mean ready and serving, and not terminating. Models pkg/proxy/endpointslicecache.go newEndpointInfo. */
function endpointInfo(endpoint: Endpoint, port: number, chain: string): EndpointInfo {
  const [address] = endpoint.addresses;
  const { conditions, hints } = endpoint;
  return {
    address,
    port,
    text: `${address}:${port}`,
    chain,
    node: endpoint.nodeName,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    zone_hints: (hints?.forZones ?? []).map(({ name }) => name),
    node_hints: (hints?.forNodes ?? []).map(({ name }) => name),
  };
}
