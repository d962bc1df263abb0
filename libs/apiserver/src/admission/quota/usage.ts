import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '@podlab/api';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { addAmounts, amountsOf, podAmounts, ZERO, type Amounts } from '../amounts';

const ONE = { nano: 1_000_000_000n, format: 'DecimalSI' } as const;
const count = (n: number) => ({ nano: BigInt(n) * ONE.nano, format: ONE.format });
/** Kinds whose plain plural is a quota's name too. */
const PLAIN: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

/** What one object counts for in quotas. Models pkg/quota/v1/evaluator/core. */
export function usageOf(resource: GroupResource, object: KubeObject): Amounts {
  const usage: Amounts = new Map([[`count/${resource}`, ONE]]);
  if (PLAIN.has(resource)) usage.set(resource, ONE);
  if (resource === 'pods') addAmounts(usage, podUsage(object as Pod));
  if (resource === 'services') addAmounts(usage, serviceUsage(object as Service));
  if (resource === 'persistentvolumeclaims') {
    const storage = amountsOf((object as PersistentVolumeClaim).spec?.resources?.requests).get('storage');
    if (storage) usage.set('requests.storage', storage);
  }
  return usage;
}

/** A pod that is done uses nothing but its place. Models podEvaluator Usage and QuotaV1Pod. */
function podUsage(pod: Pod): Amounts {
  const usage: Amounts = new Map();
  const phase = pod.status?.phase;
  if (phase === 'Failed' || phase === 'Succeeded') return usage;
  usage.set('pods', ONE);
  for (const [name, amount] of podAmounts(pod.spec, 'requests')) {
    if (COMPUTE.includes(name)) usage.set(name, amount);
    usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod.spec, 'limits')) usage.set(`limits.${name}`, amount);
  return usage;
}

/** Models serviceEvaluator Usage. */
function serviceUsage({ spec }: Service): Amounts {
  const usage: Amounts = new Map();
  const ports = spec.ports?.length ?? 0;
  if (spec.type === 'NodePort') usage.set('services.nodeports', count(ports));
  if (spec.type !== 'LoadBalancer') return usage;
  usage.set('services.loadbalancers', ONE);
  usage.set('services.nodeports', count(spec.allocateLoadBalancerNodePorts === false ? 0 : ports));
  return usage;
}

/** The resources whose objects a quota's name is about. */
export function resourcesOf(hard: string): GroupResource {
  if (hard.startsWith('count/')) return hard.slice('count/'.length);
  if (hard.startsWith('services.')) return 'services';
  if (hard === 'requests.storage') return 'persistentvolumeclaims';
  return PLAIN.has(hard) ? hard : 'pods';
}

/** Whether a quota counts the object: scopes choose among pods. Models podMatchesScopeFunc. */
export function quotaMatches({ spec }: ResourceQuota, resource: GroupResource, object: KubeObject): boolean {
  const named = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  const scopes = [...named, ...(spec?.scopeSelector?.matchExpressions ?? [])];
  if (scopes.length === 0) return true;
  if (resource !== 'pods') return false;
  return scopes.every((scope) => podInScope(object as Pod, scope));
}

interface Scope {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

function podInScope({ spec }: Pod, { scopeName, operator, values = [] }: Scope): boolean {
  const terminating = spec.activeDeadlineSeconds !== undefined;
  const bestEffort = isBestEffort(spec);
  const name = spec.priorityClassName ?? '';
  switch (scopeName) {
    case 'Terminating':
      return terminating;
    case 'NotTerminating':
      return !terminating;
    case 'BestEffort':
      return bestEffort;
    case 'NotBestEffort':
      return !bestEffort;
    case 'PriorityClass':
      if (operator === 'In') return values.includes(name);
      if (operator === 'NotIn') return !values.includes(name);
      return (name !== '') === (operator === 'Exists');
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(spec);
    default:
      return false;
  }
}

const isBestEffort = (spec: Pod['spec']): boolean =>
  [...podAmounts(spec, 'requests'), ...podAmounts(spec, 'limits')].every(
    ([name, { nano }]) => (name !== 'cpu' && name !== 'memory') || nano === 0n,
  );

/** Models usesCrossNamespacePodAffinity. */
function crossesNamespaces({ affinity = {} }: Pod['spec']): boolean {
  const terms = [affinity.podAffinity, affinity.podAntiAffinity].flatMap((each) => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ]);
  return terms.some(
    ({ namespaces, namespaceSelector }) => !!namespaces?.length || namespaceSelector !== undefined,
  );
}

/** What is used of a quota's hard limits now. `list` gives the objects of a resource in the quota's namespace. */
export function quotaUsage(
  quota: ResourceQuota,
  list: (resource: GroupResource) => readonly KubeObject[],
): Amounts {
  const hard = Object.keys(quota.spec?.hard ?? {});
  const total: Amounts = new Map(hard.map((name) => [name, ZERO]));
  for (const resource of new Set(hard.map(resourcesOf)))
    for (const object of list(resource)) {
      if (!quotaMatches(quota, resource, object)) continue;
      for (const [name, amount] of usageOf(resource, object))
        if (total.has(name)) addAmounts(total, new Map([[name, amount]]));
    }
  return total;
}
