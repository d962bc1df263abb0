import type { Service } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, duplicate, invalid, notSupported, required } from '@podlab/apimachinery';
import { isIPv6, validateIP } from '../../validation/addresses';
import { HEADLESS } from './service-type';

const SPEC = Path.of('spec');
const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** Models ValidateServiceClusterIPsRelatedFields. */
export function validateAddresses({ spec }: Service): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const ips = spec.clusterIPs ?? [];
  const path = SPEC.child('clusterIPs');
  const errors = [...validateFirstAddress(spec.clusterIP ?? '', ips, path), ...validateFamilies(spec)];
  const invalidIPs: FieldError[] = [];
  ips.forEach((ip, index) => {
    if (index > 0 || ip !== HEADLESS) invalidIPs.push(...validateIP(ip, path.index(index)));
    else if (ips.length > 1) invalidIPs.push(invalid(path, ips, "'None' must be the first and only value"));
  });
  errors.push(...invalidIPs);
  if (ips.length > 2) errors.push(invalid(path, ips, 'may only hold up to 2 values'));
  if (invalidIPs.length > 0) return errors;
  if (ips.length > 1 && ips.every(isIPv6) === ips.some(isIPv6)) {
    errors.push(invalid(path, ips, 'may specify no more than one IP for each IP family'));
  }
  if (ips[0] === HEADLESS) return errors;
  ips.forEach((ip, index) => {
    const family = spec.ipFamilies?.[index];
    if (family === undefined || (family === 'IPv6') === isIPv6(ip)) return;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(path.index(index), ip, detail));
  });
  return errors;
}

function validateFirstAddress(clusterIP: string, ips: readonly string[], path: Path): FieldError[] {
  if (clusterIP === '') {
    return ips.length === 0 ? [] : [invalid(path, ips, 'must be empty when `clusterIP` is not specified')];
  }
  if (ips.length === 0) return [required(path)];
  return ips[0] === clusterIP ? [] : [invalid(path, ips, 'first value must match `clusterIP`')];
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: Service['spec']): FieldError[] {
  const errors: FieldError[] = [];
  ipFamilies.forEach((family, index) => {
    const at = SPEC.child('ipFamilies').index(index);
    if (!FAMILIES.includes(family)) errors.push(notSupported(at, family, FAMILIES));
    if (ipFamilies.indexOf(family) !== index) errors.push(duplicate(at, family));
  });
  if (ipFamilyPolicy !== undefined && !FAMILY_POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported(SPEC.child('ipFamilyPolicy'), ipFamilyPolicy, FAMILY_POLICIES));
  }
  return errors;
}
