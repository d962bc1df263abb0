import type { Pod, ResourceQuota } from '@podlab/api';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  newForbidden,
  subtractQuantities,
  type KubeObject,
} from '@podlab/apimachinery';
import { groupResourceOf } from '../../registry/strategy-index';
import type { AdmissionPlugin, AdmissionRequest } from '../admission';
import { amountsOf, podAmounts, ZERO, type Amounts } from '../amounts';
import { quotaMatches, quotaUsage, resourcesOf, usageOf } from './usage';

const COMPUTE = /^(cpu|memory|(requests|limits)\.(cpu|memory))$/;

/**
 * Refuses what would use more than a namespace has. What is used is counted, not read from a status that a controller
 * writes a moment later. Models k8s.io/apiserver pkg/admission/plugin/resourcequota.
 */
export const resourceQuotaAdmission: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate(request) {
    const { operation, strategy, namespace, object, previous, subresource, context } = request;
    if (operation === 'DELETE' || subresource || !strategy.namespaced || !object) return;
    const quotas = context.list('resourcequotas', namespace) as readonly ResourceQuota[];
    const resource = groupResourceOf(strategy);
    for (const quota of quotas) {
      if (!concerns(quota, resource) || !quotaMatches(quota, resource, object)) continue;
      if (operation === 'CREATE') requireAmounts(request, quota);
      const before =
        previous && quotaMatches(quota, resource, previous) ? usageOf(resource, previous) : new Map();
      checkQuota(request, quota, more(usageOf(resource, object), before as Amounts));
    }
  },
};

const hardOf = ({ spec }: ResourceQuota) => spec?.hard ?? {};
const concerns = (quota: ResourceQuota, resource: string): boolean =>
  Object.keys(hardOf(quota)).some((name) => resourcesOf(name) === resource);

/** What is asked for beyond what is there already. */
function more(after: Amounts, before: Amounts): Amounts {
  const delta: Amounts = new Map();
  for (const [name, amount] of after) {
    const rest = subtractQuantities(amount, before.get(name) ?? ZERO);
    if (rest.nano > 0n) delta.set(name, rest);
  }
  return delta;
}

/** Models CheckRequest: every amount that goes over is told, with what is used and what there is. */
function checkQuota(request: AdmissionRequest, quota: ResourceQuota, delta: Amounts): void {
  const hard = amountsOf(hardOf(quota));
  const asked = [...delta.keys()].filter((name) => hard.has(name)).sort();
  if (asked.length === 0) return;
  const { context, namespace, strategy, name } = request;
  const used = quotaUsage(quota, (resource) => context.list(resource, namespace) as readonly KubeObject[]);
  const usedOf = (each: string) => used.get(each) ?? ZERO;
  const limitOf = (each: string) => hard.get(each) ?? ZERO;
  const wantedOf = (each: string) => delta.get(each) ?? ZERO;
  const over = asked.filter(
    (each) => compareQuantities(addQuantities(usedOf(each), wantedOf(each)), limitOf(each)) > 0,
  );
  if (over.length === 0) return;
  const print = (of: typeof usedOf) => over.map((each) => `${each}=${formatQuantity(of(each))}`).join(',');
  const amounts = `requested: ${print(wantedOf)}, used: ${print(usedOf)}, limited: ${print(limitOf)}`;
  throw newForbidden(groupResourceOf(strategy), name, `exceeded quota: ${quota.metadata.name}, ${amounts}`);
}

/** A quota on cpu or memory asks every container to say how much it wants. Models podEvaluator Constraints. */
function requireAmounts({ strategy, object, name }: AdmissionRequest, quota: ResourceQuota): void {
  if (groupResourceOf(strategy) !== 'pods') return;
  const { spec } = object as Pod;
  const wanted = Object.keys(hardOf(quota))
    .filter((each) => COMPUTE.test(each))
    .sort();
  const missing = new Map<string, string[]>();
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const alone = { containers: [container] };
    const [requests, limits] = [podAmounts(alone, 'requests'), podAmounts(alone, 'limits')];
    for (const each of wanted) {
      const set = each.startsWith('limits.')
        ? limits.has(each.slice('limits.'.length))
        : requests.has(each.replace('requests.', ''));
      if (!set) missing.set(each, [...(missing.get(each) ?? []), container.name]);
    }
  }
  if (missing.size === 0) return;
  const texts = [...missing].map(([each, names]) => `${each} for: ${names.sort().join(',')}`);
  throw newForbidden('pods', name, `failed quota: ${quota.metadata.name}: must specify ${texts.join('; ')}`);
}
