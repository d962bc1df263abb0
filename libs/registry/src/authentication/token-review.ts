import type { TokenReview } from '@podlab/api';
import { newBadRequest } from '@podlab/apimachinery';
import {
  deadTokenReason,
  decodeShownToken,
  TOKEN_AUDIENCE,
  type Strategy,
  type StrategyContext,
} from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../printing/cells';

const INVALID = 'invalid bearer token';

/** Whose token this is. Models k8s.io/kubernetes pkg/registry/authentication/tokenreview. */
export const tokenReviewStrategy: Strategy<TokenReview> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  resource: 'tokenreviews',
  singular: 'tokenreview',
  namespaced: false,
  verbs: ['create'],
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  review(draft, _user, _authorizer, context) {
    if (!draft.spec?.token) throw newBadRequest('token is required for TokenReview in authentication');
    return { ...draft, status: statusOf(draft.spec, context) };
  },
};

function statusOf({ token, audiences }: TokenReview['spec'], context: StrategyContext) {
  const shown = decodeShownToken(token);
  if (!shown) return refused(INVALID);
  const dead = deadTokenReason(shown.user, context);
  if (dead !== undefined) return refused(`[${INVALID}, ${dead}]`);
  const wanted = audiences?.length ? audiences : [TOKEN_AUDIENCE];
  const own = shown.audiences ?? [TOKEN_AUDIENCE];
  const common = wanted.filter((each) => own.includes(each));
  if (common.length === 0) {
    const detail = `token audiences ${JSON.stringify(own)} is invalid for the target audiences ${JSON.stringify(wanted)}`;
    return refused(`[${INVALID}, ${detail}]`);
  }
  const { name, uid, groups } = shown.user;
  const user = { username: name, ...(uid && { uid }), groups: [...groups] };
  return { authenticated: true, user, audiences: common };
}

/** Upstream's `authenticated` is left out of its JSON when it is false. */
const refused = (error: string) => ({ user: {}, error });
