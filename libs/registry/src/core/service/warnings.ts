import type { Service } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { rangeWarnings } from '../../validation/address-ranges';
import { addressWarning } from '../../validation/addresses';
import { HEADLESS } from './service-type';

const HINTS_ANNOTATION = 'service.kubernetes.io/topology-aware-hints';
const MODE_ANNOTATION = 'service.kubernetes.io/topology-mode';

/** Models pkg/api/service/warnings.go GetWarningsForService. */
export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const warnings: string[] = [];
  const external = spec.externalIPs ?? [];
  const headless = (spec.type ?? 'ClusterIP') === 'ClusterIP' && spec.clusterIP === HEADLESS;
  if (metadata.annotations && HINTS_ANNOTATION in metadata.annotations)
    warnings.push(`annotation ${HINTS_ANNOTATION} is deprecated, please use ${MODE_ANNOTATION} instead`);
  if (spec.clusterIP && spec.clusterIP !== HEADLESS && spec.type !== 'ExternalName')
    warnings.push(...addressWarnings('clusterIPs', spec.clusterIPs ?? [spec.clusterIP]));
  if (headless) {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (external.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if ((spec.sessionAffinity || 'None') !== 'None')
      warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  warnings.push(...addressWarnings('externalIPs', external));
  if (external.length > 0 && !headless && spec.type !== 'ExternalName')
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  if (spec.loadBalancerIP) warnings.push(...addressWarning('spec.loadBalancerIP', spec.loadBalancerIP));
  (spec.loadBalancerSourceRanges ?? []).forEach((range, index) =>
    warnings.push(...rangeWarnings(range, Path.of('spec').child('loadBalancerSourceRanges').index(index))),
  );
  if (spec.type === 'ExternalName' && external.length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== 'ExternalName' && spec.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose')
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}

function addressWarnings(field: string, addresses: readonly string[]): string[] {
  return addresses.flatMap((address, index) => addressWarning(`spec.${field}[${index}]`, address));
}
