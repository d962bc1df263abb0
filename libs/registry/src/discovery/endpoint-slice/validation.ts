import type { Endpoint, EndpointHints, EndpointSlice } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  duplicate,
  immutable,
  invalid,
  labelValueErrors,
  notSupported,
  qualifiedNameErrors,
  required,
  tooMany,
} from '@podlab/apimachinery';
import { isIPv6, parseIPv4, validateNonSpecialIP } from '../../validation/addresses';
import { PROTOCOLS, validatePortNumber } from '../../validation/ports';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
/** The most of each in one slice. Models pkg/apis/discovery/validation. */
const MAXIMUM_ADDRESSES = 100;
const MAXIMUM_PORTS = 20_000;
const MAXIMUM_ENDPOINTS = 1000;
const MAXIMUM_HINTS = 8;

/** Models pkg/apis/discovery/validation ValidateEndpointSlice. */
export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  return [...validateAddressType(slice.addressType), ...validateEndpoints(slice), ...validatePorts(slice)];
}

/** Models pkg/apis/discovery/validation ValidateEndpointSliceUpdate. */
export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  const errors = validateEndpointSlice(slice);
  if (slice.addressType !== old.addressType)
    errors.push(immutable(Path.of('addressType'), slice.addressType));
  return errors;
}

function validateAddressType(type: string): FieldError[] {
  const path = Path.of('addressType');
  if (!type) return [required(path)];
  return ADDRESS_TYPES.includes(type) ? [] : [notSupported(path, type, ADDRESS_TYPES)];
}

function validateEndpoints({ endpoints = [], addressType }: EndpointSlice): FieldError[] {
  const path = Path.of('endpoints');
  if (endpoints.length > MAXIMUM_ENDPOINTS) return [tooMany(path, endpoints.length, MAXIMUM_ENDPOINTS)];
  return endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, addressType, path.index(index)));
}

function validateEndpoint(
  { addresses = [], hostname, nodeName, hints }: Endpoint,
  addressType: string,
  at: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  const path = at.child('addresses');
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  else if (addresses.length > MAXIMUM_ADDRESSES)
    errors.push(tooMany(path, addresses.length, MAXIMUM_ADDRESSES));
  addresses.forEach((address, index) =>
    errors.push(...validateAddress(address, addressType, path.index(index))),
  );
  for (const message of hostname ? dns1123LabelErrors(hostname) : []) {
    errors.push(invalid(at.child('hostname'), hostname, message));
  }
  for (const message of nodeName === undefined ? [] : dns1123SubdomainErrors(nodeName)) {
    errors.push(invalid(at.child('nodeName'), nodeName, message));
  }
  return [...errors, ...validateHints(hints, at.child('hints'))];
}

/** Models validateHints. */
function validateHints({ forZones = [], forNodes = [] }: EndpointHints = {}, path: Path): FieldError[] {
  return [
    ...validateHintNames(forZones, path.child('forZones'), labelValueErrors),
    ...validateHintNames(forNodes, path.child('forNodes'), dns1123SubdomainErrors),
  ];
}

function validateHintNames(
  hints: readonly { readonly name: string }[],
  path: Path,
  errorsOf: (name: string) => string[],
): FieldError[] {
  if (hints.length > MAXIMUM_HINTS) return [tooMany(path, hints.length, MAXIMUM_HINTS)];
  return hints.flatMap(({ name }, index) => {
    const at = path.index(index).child('name');
    const again = hints.findIndex((each) => each.name === name) < index;
    return [
      ...(again ? [duplicate(at, name)] : []),
      ...errorsOf(name).map((message) => invalid(at, name, message)),
    ];
  });
}

function validateAddress(address: string, addressType: string, path: Path): FieldError[] {
  if (addressType === 'FQDN') return validateDomainName(address, path);
  if (addressType === 'IPv4' && parseIPv4(address) === undefined) {
    return [invalid(path, address, 'must be a valid IPv4 address')];
  }
  if (addressType === 'IPv6' && !isIPv6(address))
    return [invalid(path, address, 'must be a valid IPv6 address')];
  return ADDRESS_TYPES.includes(addressType) ? validateNonSpecialIP(address, path) : [];
}

/** Models apimachinery pkg/util/validation IsFullyQualifiedDomainName. */
function validateDomainName(text: string, path: Path): FieldError[] {
  if (text === '') return [required(path)];
  const name = text.replace(/\.$/, '');
  const messages = dns1123SubdomainErrors(name);
  if (messages.length > 0) return [invalid(path, name, messages.join(','))];
  const labels = name.split('.');
  if (labels.length < 2)
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  const wrong = labels.find((label) => dns1123LabelErrors(label).length > 0);
  return wrong === undefined ? [] : [invalid(path, wrong, dns1123LabelErrors(wrong).join(','))];
}

function validatePorts({ ports = [] }: EndpointSlice): FieldError[] {
  const path = Path.of('ports');
  if (ports.length > MAXIMUM_PORTS) return [tooMany(path, ports.length, MAXIMUM_PORTS)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach(({ name = '', port, protocol, appProtocol }, index) => {
    const at = path.index(index);
    for (const message of name ? dns1123LabelErrors(name) : [])
      errors.push(invalid(at.child('name'), name, message));
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    names.add(name);
    if (!protocol) errors.push(required(at.child('protocol')));
    else if (!PROTOCOLS.includes(protocol))
      errors.push(notSupported(at.child('protocol'), protocol, PROTOCOLS));
    if (port !== undefined) errors.push(...validatePortNumber(port, at.child('port')));
    for (const message of appProtocol === undefined ? [] : qualifiedNameErrors(appProtocol))
      errors.push(invalid(at.child('appProtocol'), appProtocol, message));
  });
  return errors;
}
