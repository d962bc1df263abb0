import type { Endpoint, EndpointSlice } from '@podlab/api';
import { formatEndpoint } from '@podlab/netstack';
import type { IpFamily, ServicePortInfo } from './service-port';

/** One endpoint of a service port. Models kubernetes pkg/proxy/endpoint.go BaseEndpointInfo. */
export interface EndpointInfo {
  readonly address: string;
  readonly port: number;
  /** `address:port`, `[address]:port` */
  readonly text: string;
  /** Name of its chain, where the mode has one. */
  readonly chain: string;
  readonly node: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zone_hints: readonly string[];
  readonly node_hints: readonly string[];
}

/**
 * The endpoints of a service port out of its Service's slices of one family, in order of their text; each gets the name
 * of its chain. Models kubernetes pkg/proxy/endpointslicecache.go.
 */
export function endpointsOf(
  port: ServicePortInfo,
  slices: readonly EndpointSlice[],
  family: IpFamily,
  chainName: (address: string, port: number) => string,
): EndpointInfo[] {
  const endpoints = new Map<string, EndpointInfo>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    for (const slicePort of slice.ports ?? []) {
      const matches =
        (slicePort.name ?? '') === port.port_name && (slicePort.protocol ?? 'TCP') === port.protocol;
      if (!matches || slicePort.port === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const [address] = endpoint.addresses;
        const info = endpointInfo(endpoint, slicePort.port, chainName(address, slicePort.port));
        endpoints.set(info.text, info);
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
    text: formatEndpoint(address, port),
    chain,
    node: endpoint.nodeName,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    zone_hints: (hints?.forZones ?? []).map(({ name }) => name),
    node_hints: (hints?.forNodes ?? []).map(({ name }) => name),
  };
}
