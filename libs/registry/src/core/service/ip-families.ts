import type { Service } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, invalid, newInvalid } from '@podlab/apimachinery';
import { isIPv6 } from '../../validation/addresses';
import type { IPFamily } from './ip-allocator';
import { HEADLESS } from './service-type';
import { validateAddresses } from './validation-addresses';

const SPEC = Path.of('spec');
const POLICY = SPEC.child('ipFamilyPolicy');

/**
 * Fills `ipFamilyPolicy` and `ipFamilies` from what is asked and what the cluster has, its default family first.
 * Models pkg/registry/core/service/storage alloc.go initIPFamilyFields.
 */
export function initFamilies(draft: Service, old: Service | undefined, families: readonly IPFamily[]): void {
  const { spec } = draft;
  if (spec.type === 'ExternalName' || keepsPreferredStacks(draft, old)) return;
  const selectorless = spec.clusterIP === HEADLESS && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack');
  throwInvalid(draft, validateAddresses(draft));
  const errors = old ? releaseSecond(draft, old) : [];
  throwInvalid(draft, [...errors, ...tooMany(spec), ...inferFamilies(spec, families)]);
  if (selectorless) return initSelectorless(spec, families);
  throwInvalid(draft, unknownFamilies(spec, families));
  const chosen = spec.ipFamilies?.length ? spec.ipFamilies : [families[0]];
  const adds = spec.ipFamilyPolicy !== 'SingleStack' && chosen.length === 1 && families.length === 2;
  spec.ipFamilies = adds ? [chosen[0], other(chosen[0])] : chosen;
}

/** Whether a Service that takes what it gets asks for no change. Models isMatchingPreferDualStackClusterIPFields. */
export function keepsPreferredStacks({ spec }: Service, old: Service | undefined): boolean {
  return (
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    old?.spec.ipFamilyPolicy === 'PreferDualStack' &&
    sameList(spec.clusterIPs, old.spec.clusterIPs) &&
    sameList(spec.ipFamilies, old.spec.ipFamilies)
  );
}

export function sameList(one: readonly string[] = [], two: readonly string[] = []): boolean {
  return one.length === two.length && one.every((text, index) => text === two[index]);
}

const other = (family: string) => (family === 'IPv4' ? 'IPv6' : 'IPv4');

/** The policy SingleStack is enough to give the second address back; any other way must say so. */
function releaseSecond({ spec }: Service, { spec: before }: Service): FieldError[] {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (sameList(spec.clusterIPs, before.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1);
    if (sameList(spec.ipFamilies, before.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
    if (spec.clusterIPs === undefined) delete spec.clusterIPs;
    if (spec.ipFamilies === undefined) delete spec.ipFamilies;
    return [];
  }
  const errors: FieldError[] = [];
  const reduced = (now: readonly string[] = [], then: readonly string[] = []) =>
    now.length > 0 && now.length < then.length;
  const must = "must be 'SingleStack' to release the secondary";
  if (reduced(spec.clusterIPs, before.clusterIPs))
    errors.push(invalid(POLICY, spec.ipFamilyPolicy, `${must} cluster IP`));
  if (reduced(spec.ipFamilies, before.ipFamilies))
    errors.push(invalid(POLICY, spec.ipFamilyPolicy, `${must} IP family`));
  return errors;
}

function tooMany({ clusterIPs = [], ipFamilies = [], ipFamilyPolicy }: Service['spec']): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const must = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  const errors: FieldError[] = [];
  if (clusterIPs.length === 2)
    errors.push(invalid(POLICY, ipFamilyPolicy, `${must} cluster IPs are specified`));
  if (ipFamilies.length === 2)
    errors.push(invalid(POLICY, ipFamilyPolicy, `${must} IP families are specified`));
  return errors;
}

/** The families of addresses that the client chose. */
function inferFamilies(spec: Service['spec'], families: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  const { clusterIPs = [] } = spec;
  clusterIPs.forEach((ip, index) => {
    if (clusterIPs[0] === HEADLESS || index < (spec.ipFamilies ?? []).length) return;
    const family = isIPv6(ip) ? 'IPv6' : 'IPv4';
    if (families.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else {
      const detail = `${family} is not configured on this cluster`;
      errors.push(invalid(SPEC.child('clusterIPs').index(index), clusterIPs, detail));
    }
  });
  return errors;
}

/** A headless Service without selector may name families that the cluster has not. */
function initSelectorless(spec: Service['spec'], families: readonly IPFamily[]): void {
  const [first = families[0], ...more] = spec.ipFamilies ?? [];
  const adds = more.length === 0 && spec.ipFamilyPolicy !== 'SingleStack';
  spec.ipFamilies = [first, ...(adds ? [other(first)] : more)];
}

function unknownFamilies(
  { ipFamilies = [], ipFamilyPolicy }: Service['spec'],
  families: readonly IPFamily[],
): FieldError[] {
  const errors: FieldError[] = [];
  if (ipFamilyPolicy === 'RequireDualStack' && families.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalid(POLICY, ipFamilyPolicy, detail));
  }
  ipFamilies.forEach((family, index) => {
    if ((families as readonly string[]).includes(family)) return;
    errors.push(invalid(SPEC.child('ipFamilies').index(index), family, 'not configured on this cluster'));
  });
  return errors;
}

export function throwInvalid(draft: Service, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw newInvalid('Service', draft.metadata.name, errors);
}
