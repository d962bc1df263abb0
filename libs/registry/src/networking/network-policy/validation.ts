import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  forbidden,
  invalid,
  notSupported,
  portNameErrors,
  required,
  validateLabelSelector,
} from '@podlab/apimachinery';
import { familyOf, prefixContains } from '@podlab/netstack';
import type { Prefix } from '@podlab/netstack';
import { rangeOf, rangeWarnings, validateRange } from '../../validation/address-ranges';
import { PROTOCOLS, validatePortNumber } from '../../validation/ports';

const SPEC = Path.of('spec');
const POLICY_TYPES = ['Egress', 'Ingress'];

/** Models pkg/apis/networking/validation ValidateNetworkPolicySpec. */
export function validateNetworkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
  const errors = validateLabelSelector(podSelector, SPEC.child('podSelector'));
  ingress.forEach(({ ports, from }, index) => {
    const path = SPEC.child('ingress').index(index);
    errors.push(...validateRule(path, ports, path.child('from'), from));
  });
  egress.forEach(({ ports, to }, index) => {
    const path = SPEC.child('egress').index(index);
    errors.push(...validateRule(path, ports, path.child('to'), to));
  });
  const path = SPEC.child('policyTypes');
  if (policyTypes.length > POLICY_TYPES.length) {
    errors.push(invalid(path, policyTypes, 'may not specify more than two policyTypes'));
    return errors;
  }
  policyTypes.forEach((type, index) => {
    if (!POLICY_TYPES.includes(type)) errors.push(notSupported(path.index(index), type, POLICY_TYPES));
  });
  return errors;
}

function validateRule(
  rule: Path,
  ports: readonly NetworkPolicyPort[] = [],
  peersPath: Path,
  peers: readonly NetworkPolicyPeer[] = [],
): FieldError[] {
  return [
    ...ports.flatMap((port, index) => validatePort(port, rule.child('ports').index(index))),
    ...peers.flatMap((peer, index) => validatePeer(peer, peersPath.index(index))),
  ];
}

/** Models ValidateNetworkPolicyPort. */
function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const end = path.child('endPort');
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupported(path.child('protocol'), protocol, PROTOCOLS));
  }
  if (port === undefined) {
    if (endPort !== undefined)
      errors.push(invalid(end, endPort, 'may not be specified when `port` is not specified'));
  } else if (typeof port === 'number') {
    errors.push(...validatePortNumber(port, path.child('port')));
    if (endPort !== undefined && endPort < port)
      errors.push(invalid(end, endPort, 'must be greater than or equal to `port`'));
    if (endPort !== undefined) errors.push(...validatePortNumber(endPort, end));
  } else {
    if (endPort !== undefined)
      errors.push(invalid(end, endPort, 'may not be specified when `port` is non-numeric'));
    for (const message of portNameErrors(port)) errors.push(invalid(path.child('port'), port, message));
  }
  return errors;
}

/** Models ValidateNetworkPolicyPeer. */
function validatePeer(peer: NetworkPolicyPeer, path: Path): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors = [
    ...validateLabelSelector(podSelector, path.child('podSelector')),
    ...validateLabelSelector(namespaceSelector, path.child('namespaceSelector')),
    ...(ipBlock ? validateIPBlock(ipBlock, path.child('ipBlock')) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

/** Models ValidateIPBlock. */
function validateIPBlock({ cidr, except = [] }: IPBlock, path: Path): FieldError[] {
  if (!cidr) return [required(path.child('cidr'))];
  const errors = validateRange(cidr, path.child('cidr'));
  const range = rangeOf(cidr);
  if (!range) return errors;
  except.forEach((text, index) => {
    const at = path.child('except').index(index);
    errors.push(...validateRange(text, at));
    const part = rangeOf(text);
    if (part && !isStrictPart(part, range))
      errors.push(invalid(at, text, 'must be a strict subset of `cidr`'));
  });
  return errors;
}

function isStrictPart(part: Prefix, whole: Prefix): boolean {
  if (familyOf(part.base) !== familyOf(whole.base)) return false;
  return prefixContains(whole, part.base) && part.length > whole.length;
}

/** Models pkg/registry/networking/networkpolicy strategy.go networkPolicyWarnings. */
export function networkPolicyWarnings({ spec = {} }: NetworkPolicy): string[] {
  const ingress = (spec.ingress ?? []).flatMap(({ from }, index) =>
    peersWarnings(from, SPEC.child('ingress').index(index).child('from')),
  );
  const egress = (spec.egress ?? []).flatMap(({ to }, index) =>
    peersWarnings(to, SPEC.child('egress').index(index).child('to')),
  );
  return [...ingress, ...egress];
}

function peersWarnings(peers: readonly NetworkPolicyPeer[] = [], path: Path): string[] {
  return peers.flatMap(({ ipBlock }, index) => {
    if (!ipBlock) return [];
    const at = path.index(index).child('ipBlock');
    const except = (ipBlock.except ?? []).flatMap((text, place) =>
      rangeWarnings(text, at.child('except').index(place)),
    );
    return [...rangeWarnings(ipBlock.cidr, at.child('cidr')), ...except];
  });
}
