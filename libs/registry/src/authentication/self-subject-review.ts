import type { SelfSubjectReview } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../printing/cells';

/** `kubectl auth whoami`. Models k8s.io/kubernetes pkg/registry/authentication/selfsubjectreview. */
export const selfSubjectReviewStrategy: Strategy<SelfSubjectReview> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  resource: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  namespaced: false,
  verbs: ['create'],
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  review(draft, { name, groups, uid, extra }) {
    const userInfo = {
      username: name,
      ...(uid && { uid }),
      groups: [...groups],
      ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, all]) => [key, [...all]])) }),
    };
    return { ...draft, status: { userInfo } };
  },
};
