import type { NonResourceRule, ResourceRule, SelfSubjectRulesReview } from '@podlab/api';
import { newBadRequest } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../printing/cells';
import { AUTHORIZATION_GROUP } from './access-reviews';

/** `kubectl auth can-i --list`. Models k8s.io/kubernetes pkg/registry/authorization/selfsubjectrulesreview. */
export const selfSubjectRulesReviewStrategy: Strategy<SelfSubjectRulesReview> = {
  group: AUTHORIZATION_GROUP,
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  resource: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  namespaced: false,
  verbs: ['create'],
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  review(draft, user, authorizer) {
    const { namespace } = draft.spec ?? {};
    if (!namespace) throw newBadRequest('no namespace on request');
    const { rules, errors } = authorizer.rulesFor(user, namespace);
    const resourceRules: ResourceRule[] = [];
    const nonResourceRules: NonResourceRule[] = [];
    for (const { rule } of rules) {
      const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
      if (resources?.length)
        resourceRules.push({ verbs, apiGroups, resources, ...(resourceNames && { resourceNames }) });
      if (nonResourceURLs?.length) nonResourceRules.push({ verbs, nonResourceURLs });
    }
    const evaluationError = errors.join(', ');
    const status = { resourceRules, nonResourceRules, incomplete: errors.length > 0 };
    return { ...draft, status: { ...status, ...(evaluationError && { evaluationError }) } };
  },
};
