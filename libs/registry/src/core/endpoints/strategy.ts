import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  invalid,
  notSupported,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { validateIP, validateNonSpecialIP } from '../../validation/addresses';
import { PROTOCOLS, validatePortNumber } from '../../validation/ports';

/** Models k8s.io/kubernetes pkg/registry/core/endpoint strategy. */
export const endpointsStrategy: Strategy<Endpoints> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn('Endpoints', 'The set of all endpoints is the union of all subsets.', formatEndpoints),
    AGE_COLUMN,
  ],
  defaults(draft) {
    for (const subset of draft.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
  validate: validateEndpoints,
  validateUpdate: validateEndpoints,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

/** Models pkg/printers/internalversion formatEndpoints. */
function formatEndpoints({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

/** Models pkg/apis/core/validation validateEndpointSubsets. */
function validateEndpoints({ subsets = [] }: Endpoints): FieldError[] {
  return subsets.flatMap((subset, index) => validateSubset(subset, Path.of('subsets').index(index)));
}

function validateSubset(
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  addresses.forEach((each, index) =>
    errors.push(...validateAddress(each, path.child('addresses').index(index))),
  );
  notReadyAddresses.forEach((each, index) =>
    errors.push(...validateAddress(each, path.child('notReadyAddresses').index(index))),
  );
  ports.forEach((each, index) =>
    errors.push(...validatePort(each, ports.length > 1, path.child('ports').index(index))),
  );
  return errors;
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: Path): FieldError[] {
  const errors = validateIP(ip, path.child('ip'));
  for (const message of hostname ? dns1123LabelErrors(hostname) : []) {
    errors.push(invalid(path.child('hostname'), hostname, message));
  }
  for (const message of nodeName === undefined ? [] : dns1123SubdomainErrors(nodeName)) {
    errors.push(invalid(path.child('nodeName'), nodeName, message));
  }
  return errors.length > 0 ? errors : validateNonSpecialIP(ip, path.child('ip'));
}

function validatePort(
  { name, port, protocol, appProtocol }: EndpointPort,
  requireName: boolean,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (requireName && !name) errors.push(required(path.child('name')));
  else if (name)
    errors.push(...dns1123LabelErrors(name).map((message) => invalid(path.child('name'), name, message)));
  errors.push(...validatePortNumber(port, path.child('port')));
  if (!protocol) errors.push(required(path.child('protocol')));
  else if (!PROTOCOLS.includes(protocol))
    errors.push(notSupported(path.child('protocol'), protocol, PROTOCOLS));
  for (const message of appProtocol === undefined ? [] : qualifiedNameErrors(appProtocol)) {
    errors.push(invalid(path.child('appProtocol'), appProtocol, message));
  }
  return errors;
}
