import type { Endpoint, EndpointAddress, EndpointPort, EndpointSlicePort, Endpoints } from '@podlab/api';
import { endpointKey, portsKey } from '../endpointslice/desired-endpoints';
import type { AddressType } from '../endpointslice/desired-endpoints';

/** Addresses that are mirrored of one subset. Upstream's --mirroring-max-endpoints-per-subset. */
export const MAX_ENDPOINTS_PER_SUBSET = 1000;

/** What one mirrored slice should hold. */
export interface MirroredSlice {
  addressType: AddressType;
  ports: EndpointSlicePort[];
  endpoints: Endpoint[];
}

export interface Mirror {
  /** By {@link sliceKey}. */
  slices: Map<string, MirroredSlice>;
  /** Addresses beyond {@link MAX_ENDPOINTS_PER_SUBSET}. */
  skipped: number;
}

/** The slices of one key hold endpoints of one family behind the same ports. */
export function sliceKey(addressType: string, ports: readonly EndpointSlicePort[] | undefined): string {
  return `${addressType}/${portsKey(ports)}`;
}

/** Models pkg/controller/endpointslicemirroring reconciler.go reconcile and endpointset.go. */
export function mirrorOf({ subsets = [] }: Endpoints): Mirror {
  const mirror: Mirror = { slices: new Map(), skipped: 0 };
  const seen = new Map<string, Set<string>>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const slicePorts = ports.map(slicePort);
    const all = [
      ...addresses.map((address) => endpointOf(address, true)),
      ...notReadyAddresses.map((address) => endpointOf(address, false)),
    ];
    mirror.skipped += Math.max(0, all.length - MAX_ENDPOINTS_PER_SUBSET);
    for (const endpoint of all.slice(0, MAX_ENDPOINTS_PER_SUBSET)) {
      const addressType = endpoint.addresses[0].includes(':') ? 'IPv6' : 'IPv4';
      const key = sliceKey(addressType, slicePorts);
      const slice = mirror.slices.get(key) ?? { addressType, ports: slicePorts, endpoints: [] };
      const keys = seen.get(key) ?? new Set();
      mirror.slices.set(key, slice);
      seen.set(key, keys);
      if (!keys.has(endpointKey(endpoint)) && slice.endpoints.length < MAX_ENDPOINTS_PER_SUBSET)
        slice.endpoints.push(endpoint);
      keys.add(endpointKey(endpoint));
    }
  }
  return mirror;
}

function slicePort({ name = '', port, protocol = 'TCP', appProtocol }: EndpointPort): EndpointSlicePort {
  return { name, port, protocol, ...(appProtocol && { appProtocol }) };
}

/** Models addressToEndpoint. */
function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
}
