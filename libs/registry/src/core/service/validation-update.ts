import type { Service } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, dns1123SubdomainErrors, forbidden, invalid, notSupported } from '@podlab/apimachinery';
import { isIP } from '../../validation/addresses';
import { isHeadless, needsHealthCheckPort } from './service-type';
import { validateService } from './validation';

const SPEC = Path.of('spec');

/** Models pkg/apis/core/validation ValidateServiceUpdate. */
export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  return [
    ...validateClusterIPChange(service, old),
    ...validateFamilyChange(service, old),
    ...validateClassChange(service, old),
    ...validateHealthCheckPortChange(service, old),
    ...validateService(service),
  ];
}

/** Models validateUpgradeDowngradeClusterIPs. */
function validateClusterIPChange(service: Service, old: Service): FieldError[] {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return [];
  if (isHeadless(service) && isHeadless(old)) return [];
  const change = { field: 'clusterIPs', one: 'clusterIP' } as const;
  return validateChange(change, old.spec.clusterIPs ?? [], service);
}

/** Models validateUpgradeDowngradeIPFamilies. */
function validateFamilyChange(service: Service, old: Service): FieldError[] {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return [];
  if (isHeadless(service) || isHeadless(old)) return [];
  return validateChange({ field: 'ipFamilies', one: 'ipFamily' }, old.spec.ipFamilies ?? [], service);
}

/** The first stays; a second may come, and goes only where the policy says so. */
function validateChange(
  { field, one }: { field: 'clusterIPs' | 'ipFamilies'; one: string },
  before: readonly string[],
  { spec }: Service,
): FieldError[] {
  const after = spec[field] ?? [];
  const path = SPEC.child(field);
  const unset = before.length > 0 && after.length === 0;
  if (unset) return [invalid(path.index(0), after, `primary ${one} can not be unset`)];
  const checked = before.length === after.length ? before.length : Math.min(1, before.length);
  const errors: FieldError[] = [];
  for (let index = 0; index < checked; index++) {
    if (before[index] !== after[index])
      errors.push(invalid(path.index(index), after, 'may not change once set'));
  }
  if (before.length > after.length && spec.ipFamilyPolicy !== 'SingleStack') {
    const detail = `must be set to 'SingleStack' when releasing the secondary ${one}`;
    errors.push(invalid(path.index(0), after, `\`ipFamilyPolicy\` ${detail}`));
  }
  return errors;
}

/** Models validateServiceExternalTrafficFieldsUpdate. */
function validateHealthCheckPortChange(service: Service, old: Service): FieldError[] {
  if (!needsHealthCheckPort(service) || !needsHealthCheckPort(old)) return [];
  if (service.spec.healthCheckNodePort === old.spec.healthCheckNodePort) return [];
  return [forbidden(SPEC.child('healthCheckNodePort'), 'field is immutable')];
}

function validateClassChange({ spec }: Service, old: Service): FieldError[] {
  if (spec.type !== 'LoadBalancer' || old.spec.type !== 'LoadBalancer') return [];
  if (spec.loadBalancerClass === old.spec.loadBalancerClass) return [];
  return [
    invalid(SPEC.child('loadBalancerClass'), spec.loadBalancerClass ?? null, 'may not change once set'),
  ];
}

/** Models ValidateServiceStatusUpdate and ValidateLoadBalancerStatus. */
export function validateServiceStatusUpdate({ spec, status }: Service): FieldError[] {
  const path = Path.of('status', 'loadBalancer', 'ingress');
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return ingress.flatMap(({ ip, hostname, ipMode }, index) => {
    const at = path.index(index);
    const errors: FieldError[] = [];
    if (ip && !isIP(ip))
      errors.push(
        invalid(at.child('ip'), ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
      );
    if (!ip && ipMode !== undefined)
      errors.push(forbidden(at.child('ipMode'), 'may not be specified when `ip` is not set'));
    if (ipMode !== undefined && ipMode !== 'VIP' && ipMode !== 'Proxy') {
      errors.push(notSupported(at.child('ipMode'), ipMode, ['Proxy', 'VIP']));
    }
    for (const message of hostname ? dns1123SubdomainErrors(hostname) : []) {
      errors.push(invalid(at.child('hostname'), hostname, message));
    }
    if (hostname && isIP(hostname))
      errors.push(invalid(at.child('hostname'), hostname, 'must be a DNS name, not an IP address'));
    return errors;
  });
}
