import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '@podlab/api';
import { compareQuantities, formatQuantity, newForbidden, type Quantity } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin, AdmissionRequest } from './admission';
import { amountsOf, podAmounts, type Amounts } from './amounts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Gives containers what a LimitRange has for them, and holds them to it. Models plugin/pkg/admission/limitranger. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  admit(request) {
    if (request.operation !== 'CREATE' || groupResourceOf(request.strategy) !== 'pods') return;
    for (const { spec } of rangesOf(request)) setDefaults(request.object as Pod, spec?.limits ?? []);
  },
  validate(request) {
    const resource = groupResourceOf(request.strategy);
    if (request.operation === 'DELETE' || request.subresource) return;
    const judge =
      resource === 'pods' ? podErrors : resource === 'persistentvolumeclaims' ? claimErrors : undefined;
    if (!judge || (resource === 'pods' && request.operation === 'UPDATE')) return;
    for (const { spec } of rangesOf(request)) {
      const errors = (spec?.limits ?? []).flatMap((limit) => judge(limit, request.object as never));
      if (errors.length === 0) continue;
      const reason = errors.length === 1 ? errors[0] : `[${[...new Set(errors)].join(', ')}]`;
      throw newForbidden(resource, request.name, reason);
    }
  },
};

const rangesOf = ({ context, namespace }: AdmissionRequest) =>
  context.list('limitranges', namespace) as readonly LimitRange[];

/** Models defaultContainerResourceRequirements and mergePodResourceRequirements. */
function setDefaults(pod: Pod, limits: readonly LimitRangeItem[]): void {
  const ofContainers = limits.filter(({ type }) => type === 'Container');
  const requests = Object.assign({}, ...ofContainers.map((each) => each.defaultRequest)) as Record<
    string,
    string
  >;
  const maxima = Object.assign({}, ...ofContainers.map((each) => each.default)) as Record<string, string>;
  const told: string[] = [];
  const give = (container: Container, title: string) => {
    const resources = (container.resources ??= {});
    for (const [kind, defaults] of [
      ['limits', maxima],
      ['requests', requests],
    ] as const) {
      const missing = Object.keys(defaults)
        .filter((name) => resources[kind]?.[name] === undefined)
        .sort();
      if (missing.length === 0) continue;
      resources[kind] = { ...resources[kind] };
      for (const name of missing) resources[kind][name] = defaults[name];
      const word = kind === 'requests' ? 'request' : 'limit';
      told.push(`${missing.join(', ')} ${word} for ${title} ${container.name}`);
    }
  };
  for (const each of pod.spec.containers ?? []) give(each, 'container');
  for (const each of pod.spec.initContainers ?? []) give(each, 'init container');
  if (told.length === 0) return;
  const annotations = (pod.metadata.annotations ??= {});
  annotations[ANNOTATION] = `LimitRanger plugin set: ${told.sort(requestsFirst).join('; ')}`;
}

const requestsFirst = (a: string, b: string) =>
  Number(b.includes(' request for ')) - Number(a.includes(' request for '));

/** Models PodValidateLimitFunc. */
function podErrors(limit: LimitRangeItem, { spec }: Pod): string[] {
  if (limit.type === 'Pod')
    return boundErrors(limit, podAmounts(spec, 'requests'), podAmounts(spec, 'limits'));
  if (limit.type !== 'Container') return [];
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
    boundErrors(limit, amountsOf(resources?.requests), amountsOf(resources?.limits)),
  );
}

/** Models PersistentVolumeClaimValidateLimitFunc. */
function claimErrors(limit: LimitRangeItem, { spec }: PersistentVolumeClaim): string[] {
  if (limit.type !== 'PersistentVolumeClaim') return [];
  const asked = amountsOf(spec?.resources?.requests);
  const errors: string[] = [];
  for (const [name, least] of sorted(limit.min))
    errors.push(...minimumErrors(limit.type, name, least, asked, new Map()));
  for (const [name, most] of sorted(limit.max)) {
    const request = asked.get(name);
    const about = `maximum ${name} usage per ${limit.type} is ${formatQuantity(most)}`;
    if (!request) errors.push(`${about}.  No request is specified`);
    else if (compareQuantities(request, most) > 0)
      errors.push(`${about}, but request is ${formatQuantity(request)}`);
  }
  return errors;
}

function boundErrors(limit: LimitRangeItem, requests: Amounts, limits: Amounts): string[] {
  const errors: string[] = [];
  const { type } = limit;
  for (const [name, least] of sorted(limit.min))
    errors.push(...minimumErrors(type, name, least, requests, limits));
  for (const [name, most] of sorted(limit.max))
    errors.push(...maximumErrors(type, name, most, requests, limits));
  for (const [name, ratio] of sorted(limit.maxLimitRequestRatio))
    errors.push(...ratioErrors(type, name, ratio, requests, limits));
  return errors;
}

const sorted = (texts: Record<string, string> | undefined) =>
  [...amountsOf(texts)].sort(([a], [b]) => (a < b ? -1 : 1));

/** Models minConstraint. */
function minimumErrors(
  type: string,
  name: string,
  least: Quantity,
  requests: Amounts,
  limits: Amounts,
): string[] {
  const about = `minimum ${name} usage per ${type} is ${formatQuantity(least)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (!request) return [`${about}.  No request is specified`];
  if (compareQuantities(request, least) < 0) return [`${about}, but request is ${formatQuantity(request)}`];
  if (limit && compareQuantities(limit, least) < 0)
    return [`${about}, but limit is ${formatQuantity(limit)}`];
  return [];
}

/** Models maxConstraint. */
function maximumErrors(
  type: string,
  name: string,
  most: Quantity,
  requests: Amounts,
  limits: Amounts,
): string[] {
  const about = `maximum ${name} usage per ${type} is ${formatQuantity(most)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (!limit) return [`${about}.  No limit is specified`];
  if (compareQuantities(limit, most) > 0) return [`${about}, but limit is ${formatQuantity(limit)}`];
  if (request && compareQuantities(request, most) > 0)
    return [`${about}, but request is ${formatQuantity(request)}`];
  return [];
}

/** Models limitRequestRatioConstraint. */
function ratioErrors(
  type: string,
  name: string,
  most: Quantity,
  requests: Amounts,
  limits: Amounts,
): string[] {
  const about = `${name} max limit to request ratio per ${type} is ${formatQuantity(most)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (!request || request.nano === 0n) return [`${about}, but no request is specified or request is 0`];
  if (!limit || limit.nano === 0n) return [`${about}, but no limit is specified or limit is 0`];
  const ratio = Number(limit.nano) / Number(request.nano);
  return ratio > Number(most.nano) / 1e9 ? [`${about}, but provided ratio is ${ratio.toFixed(6)}`] : [];
}
