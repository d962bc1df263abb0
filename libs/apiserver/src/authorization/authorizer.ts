import type { PolicyRule, RoleBinding, ClusterRoleBinding } from '@podlab/api';
import { newForbidden, quote } from '@podlab/apimachinery';
import type { UserInfo } from '../request/kube-request';
import { forbiddenAccess, isPathAccess, type Attributes } from './attributes';
import { RuleResolver, type HeldRules, type RoleSource } from './rule-resolver';
import { compactRules, quotedList, ruleAllows, ruleText, uncovered } from './rules';

/** Members may do everything, whatever the roles say. Models k8s.io/apiserver pkg/authentication/user SystemPrivilegedGroup. */
export const PRIVILEGED_GROUP = 'system:masters';

/** Members may look at everything in a cluster, and neither change anything nor open a way into it. */
export const VIEWING_GROUP = 'podlab:viewers';
const VIEWING_VERBS: ReadonlySet<string> = new Set(['get', 'list', 'watch']);
const WAYS_IN: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward', 'proxy']);

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Who may do what. Models plugin/pkg/auth/authorizer/rbac RBACAuthorizer behind the privileged group. */
export class Authorizer {
  private readonly resolver: RuleResolver;

  constructor(source: RoleSource) {
    this.resolver = new RuleResolver(source);
  }

  decide(user: UserInfo, access: Attributes): Decision {
    if (isPrivileged(user)) return { allowed: true, reason: '' };
    if (user.groups.includes(VIEWING_GROUP) && isViewing(access)) return { allowed: true, reason: '' };
    const held = this.rulesFor(user, isPathAccess(access) ? '' : access.namespace);
    const found = held.rules.find(({ rule }) => ruleAllows(rule, access));
    if (found) return { allowed: true, reason: `RBAC: allowed by ${found.source}` };
    return { allowed: false, reason: held.errors.length > 0 ? `RBAC: ${aggregate(held.errors)}` : '' };
  }

  /** Throws 403 when the user may not. */
  require(user: UserInfo, access: Attributes): void {
    const { allowed, reason } = this.decide(user, access);
    if (!allowed) throw forbiddenAccess(user, access, reason);
  }

  rulesFor(user: UserInfo, namespace: string): HeldRules {
    return this.resolver.rulesFor(user, namespace);
  }

  roleRules(binding: RoleBinding | ClusterRoleBinding): readonly PolicyRule[] | string {
    return this.resolver.roleRules(binding);
  }

  /** Throws 403 when `wanted` has a right that the user lacks. Models pkg/registry/rbac/validation ConfirmNoEscalation. */
  requireHeld(
    user: UserInfo,
    namespace: string,
    wanted: readonly PolicyRule[],
    target: { readonly resource: string; readonly name: string },
  ): void {
    if (isPrivileged(user)) return;
    const { rules, errors } = this.rulesFor(user, namespace);
    const owned = rules.map(({ rule }) => rule);
    const missing = uncovered(owned, wanted);
    if (missing.length === 0) return;
    const texts = [...new Set(compactRules(missing).map(ruleText))].sort();
    const who = `user ${quote(user.name)} (groups=${quotedList(user.groups)})`;
    const problems = errors.length > 0 ? `; resolution errors: [${errors.join(' ')}]` : '';
    const message = `${who} is attempting to grant RBAC permissions not currently held:\n${texts.join('\n')}${problems}`;
    throw newForbidden(target.resource, target.name, message);
  }
}

export const isPrivileged = (user: UserInfo): boolean => user.groups.includes(PRIVILEGED_GROUP);

const isViewing = (access: Attributes): boolean =>
  VIEWING_VERBS.has(access.verb) && (isPathAccess(access) || !WAYS_IN.has(access.subresource));

/** Several errors as one text. Models apimachinery pkg/util/errors Aggregate. */
const aggregate = (errors: readonly string[]): string =>
  errors.length === 1 ? errors[0] : `[${[...new Set(errors)].join(', ')}]`;
