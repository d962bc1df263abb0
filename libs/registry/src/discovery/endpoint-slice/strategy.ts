import type { EndpointSlice } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN, firstThree, textColumn } from '../../printing/cells';
import { addressWarning } from '../../validation/addresses';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validation';

const ADDRESS_TYPE =
  'addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the same type. This field is immutable after creation. The following address types are currently supported: * IPv4: Represents an IPv4 Address. * IPv6: Represents an IPv6 Address. * FQDN: Represents a Fully Qualified Domain Name.';
const PORTS =
  'ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have a unique name. Each slice may include a maximum of 100 ports.';
const ENDPOINTS =
  'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.';

/** Models k8s.io/kubernetes pkg/registry/discovery/endpointslice strategy. */
export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn('AddressType', ADDRESS_TYPE, (slice) => slice.addressType),
    textColumn('Ports', PORTS, formatPorts),
    textColumn('Endpoints', ENDPOINTS, formatEndpoints),
    AGE_COLUMN,
  ],
  hasGeneration: true,
  defaults(draft) {
    for (const port of draft.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareForUpdate(draft, old) {
    const { metadata, ...content } = draft;
    const { metadata: before, ...known } = old;
    const same = equalJson(content, known) && equalJson(metadata.labels ?? {}, before.labels ?? {});
    if (!same) metadata.generation = (before.generation ?? 0) + 1;
  },
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  warnings: endpointSliceWarnings,
};

/** Models pkg/registry/discovery/endpointslice strategy.go WarningsOnCreate. */
function endpointSliceWarnings({ addressType, endpoints = [] }: EndpointSlice): string[] {
  const deprecated = addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  const addresses = endpoints.flatMap((endpoint, index) =>
    (endpoint.addresses ?? []).flatMap((address, at) =>
      addressWarning(`endpoints[${index}].addresses[${at}]`, address),
    ),
  );
  return addressType === 'FQDN' ? deprecated : addresses;
}

/** Models pkg/printers/internalversion formatDiscoveryPorts. */
function formatPorts({ ports }: EndpointSlice): string {
  return (
    firstThree((ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port)))) ||
    '<unset>'
  );
}

/** Models pkg/printers/internalversion formatDiscoveryEndpoints. */
function formatEndpoints({ endpoints }: EndpointSlice): string {
  return firstThree((endpoints ?? []).flatMap(({ addresses }) => addresses)) || '<unset>';
}
