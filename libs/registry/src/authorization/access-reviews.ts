import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SubjectAccessReview,
  SubjectAccessReviewStatus,
} from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { invalid, newBadRequest, newInvalid, Path, required } from '@podlab/apimachinery';
import type { Attributes, Authorizer, Strategy, UserInfo } from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../printing/cells';

export const AUTHORIZATION_GROUP = 'authorization.k8s.io';
const SPEC = Path.of('spec');
const ONE_OF = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';

interface Question {
  readonly nonResourceAttributes?: NonResourceAttributes;
  readonly resourceAttributes?: ResourceAttributes;
}

/** Models k8s.io/kubernetes pkg/registry/authorization/selfsubjectaccessreview. */
export const selfSubjectAccessReviewStrategy: Strategy<SelfSubjectAccessReview> = {
  group: AUTHORIZATION_GROUP,
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  resource: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  namespaced: false,
  verbs: ['create'],
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  review(draft, user, authorizer) {
    requireQuestion('SelfSubjectAccessReview', draft.spec ?? {}, []);
    return { ...draft, status: decide(authorizer, user, draft.spec) };
  },
};

/** Models pkg/registry/authorization/subjectaccessreview. */
export const subjectAccessReviewStrategy: Strategy<SubjectAccessReview> = {
  ...selfSubjectAccessReviewStrategy,
  kind: 'SubjectAccessReview',
  resource: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  review(draft, _user, authorizer) {
    requireQuestion('SubjectAccessReview', draft.spec ?? {}, subjectErrors(draft));
    return { ...draft, status: decide(authorizer, subjectOf(draft), draft.spec) };
  },
};

/** Models pkg/registry/authorization/localsubjectaccessreview. */
export const localSubjectAccessReviewStrategy: Strategy<LocalSubjectAccessReview> = {
  ...selfSubjectAccessReviewStrategy,
  kind: 'LocalSubjectAccessReview',
  resource: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  namespaced: true,
  review(draft, _user, authorizer) {
    const asked = draft.spec?.resourceAttributes?.namespace ?? '';
    const { namespace = '' } = draft.metadata;
    if (asked !== namespace)
      throw newBadRequest(
        `spec.resourceAttributes.namespace must match namespace: ${asked} does not match ${namespace}`,
      );
    requireQuestion('LocalSubjectAccessReview', draft.spec ?? {}, subjectErrors(draft));
    return { ...draft, status: decide(authorizer, subjectOf(draft), draft.spec) };
  },
};

function decide(authorizer: Authorizer, user: UserInfo, question: Question): SubjectAccessReviewStatus {
  const { allowed, reason } = authorizer.decide(user, accessOf(question));
  return { allowed, ...(reason && { reason }) };
}

/** Models pkg/registry/authorization/util AuthorizationAttributesFrom. */
function accessOf({ resourceAttributes, nonResourceAttributes }: Question): Attributes {
  if (nonResourceAttributes)
    return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' };
  const {
    verb = '',
    group = '',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
  } = resourceAttributes ?? {};
  return { verb, group, resource, subresource, namespace, name };
}

const subjectOf = ({ spec }: SubjectAccessReview | LocalSubjectAccessReview): UserInfo => ({
  name: spec.user ?? '',
  groups: spec.groups ?? [],
});

/** Models pkg/apis/authorization/validation ValidateSubjectAccessReviewSpec. */
function subjectErrors({ spec }: SubjectAccessReview | LocalSubjectAccessReview): FieldError[] {
  if (spec?.user || spec?.groups?.length) return [];
  return [required(SPEC.child('user'), 'at least one of user or group must be specified')];
}

function requireQuestion(kind: string, question: Question, more: readonly FieldError[]): void {
  const { resourceAttributes, nonResourceAttributes } = question;
  const errors: FieldError[] = [];
  if (resourceAttributes && nonResourceAttributes)
    errors.push(
      invalid(
        SPEC.child('nonResourceAttributes'),
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    );
  if (!resourceAttributes && !nonResourceAttributes)
    errors.push(invalid(SPEC.child('resourceAttributes'), null, ONE_OF));
  errors.push(...more);
  if (errors.length > 0) throw newInvalid(`${kind}.${AUTHORIZATION_GROUP}`, '', errors);
}
