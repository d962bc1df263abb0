import type { PolicyRule } from '@podlab/api';
import { quote } from '@podlab/apimachinery';
import { isPathAccess, type Attributes } from './attributes';

const ALL = '*';

/** Models k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac RuleAllows. */
export function ruleAllows(rule: PolicyRule, access: Attributes): boolean {
  if (!hasOrAll(rule.verbs, access.verb)) return false;
  if (isPathAccess(access)) return (rule.nonResourceURLs ?? []).some((each) => urlMatches(each, access.path));
  const { group, resource, subresource, name } = access;
  if (!hasOrAll(rule.apiGroups, group)) return false;
  if (!(rule.resources ?? []).some((each) => resourceMatches(each, resource, subresource))) return false;
  return !rule.resourceNames?.length || rule.resourceNames.includes(name);
}

const hasOrAll = (list: readonly string[] | undefined, wanted: string): boolean =>
  !!list && (list.includes(ALL) || list.includes(wanted));

/** Models pkg/apis/rbac/v1 ResourceMatches. */
function resourceMatches(ruled: string, resource: string, subresource: string): boolean {
  if (ruled === ALL) return true;
  if (ruled === (subresource ? `${resource}/${subresource}` : resource)) return true;
  return subresource !== '' && ruled === `*/${subresource}`;
}

/** Models pkg/apis/rbac/v1 NonResourceURLMatches. */
function urlMatches(ruled: string, path: string): boolean {
  if (ruled === ALL || ruled === path) return true;
  return ruled.endsWith(ALL) && path.startsWith(ruled.slice(0, -1));
}

/** The rights among `wanted` that `owned` does not give. Models component-helpers auth/rbac/validation Covers. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakdown).filter((simple) => !owned.some((rule) => covers(rule, simple)));
}

/** A rule of each single group, resource, name and verb. Models BreakdownRule. */
function breakdown(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const simple: PolicyRule[] = [];
  for (const apiGroup of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        const one = { apiGroups: [apiGroup], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) simple.push(one);
        else for (const name of resourceNames) simple.push({ ...one, resourceNames: [name] });
      }
  for (const url of nonResourceURLs)
    for (const verb of verbs) simple.push({ nonResourceURLs: [url], verbs: [verb] });
  return simple;
}

/** Models ruleCovers. */
function covers(owner: PolicyRule, simple: PolicyRule): boolean {
  const { apiGroups, resources, resourceNames = [], nonResourceURLs = [], verbs } = simple;
  if (!hasAll(owner.verbs, verbs)) return false;
  if (nonResourceURLs.length > 0)
    return nonResourceURLs.every((url) =>
      (owner.nonResourceURLs ?? []).some((each) => urlMatches(each, url)),
    );
  const named = owner.resourceNames ?? [];
  return (
    hasAll(owner.apiGroups, apiGroups) &&
    coversResources(owner.resources ?? [], resources ?? []) &&
    (named.length === 0 || (resourceNames.length > 0 && hasEach(named, resourceNames)))
  );
}

const hasEach = (set: readonly string[], wanted: readonly string[]) =>
  wanted.every((each) => set.includes(each));
const hasAll = (set: readonly string[] = [], wanted: readonly string[] = []) =>
  set.includes(ALL) || hasEach(set, wanted);

function coversResources(owned: readonly string[], wanted: readonly string[]): boolean {
  if (hasAll(owned, wanted)) return true;
  return wanted.every((each) => {
    if (owned.includes(each)) return true;
    const slash = each.indexOf('/');
    return slash >= 0 && owned.includes(`*${each.slice(slash)}`);
  });
}

/** Simple rules of one group and resource as one rule of all their verbs. Models pkg/registry/rbac/validation CompactRules. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const compact: PolicyRule[] = [];
  const byResource = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } = rule;
    const single = apiGroups?.length === 1 && resources?.length === 1;
    if (!single || resourceNames?.length || nonResourceURLs?.length) {
      compact.push(rule);
      continue;
    }
    const id = `${apiGroups[0]}/${resources[0]}`;
    const known = byResource.get(id);
    if (known) {
      known.verbs = [...known.verbs, ...verbs];
      continue;
    }
    const merged = { ...rule };
    byResource.set(id, merged);
    compact.push(merged);
  }
  return compact;
}

/** Models pkg/apis/rbac/v1 CompactString. */
export function ruleText(rule: PolicyRule): string {
  const parts: string[] = [];
  const add = (name: string, list: readonly string[] = []) => {
    if (list.length > 0) parts.push(`${name}:${quotedList(list)}`);
  };
  add('APIGroups', rule.apiGroups);
  add('Resources', rule.resources);
  add('NonResourceURLs', rule.nonResourceURLs);
  add('ResourceNames', rule.resourceNames);
  add('Verbs', rule.verbs);
  return `{${parts.join(', ')}}`;
}

/** A list of texts as Go prints it by %q. */
export const quotedList = (list: readonly string[]): string => `[${list.map(quote).join(' ')}]`;
