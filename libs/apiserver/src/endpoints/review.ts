import type { Authorizer } from '../authorization/authorizer';
import type { StrategyContext } from '../registry/strategy';
import type { KubeAnswer } from '../request/kube-request';
import { readObject } from './body';
import { objectAnswer } from './read';
import type { EndpointServices, RequestScope } from './scope';
import { warningHeaders } from './write';

/** POST of a kind that is a question: its answer is the same object with a status, and nothing is stored. */
export function handleReview(
  services: EndpointServices,
  scope: RequestScope,
  authorizer: Authorizer,
  context: StrategyContext,
): KubeAnswer {
  const { strategy, request, info } = scope;
  const { object, warnings } = readObject(scope);
  if (strategy.namespaced) object.metadata.namespace = info.namespace;
  // Nothing is stored: no uid, whatever the asker calls it, and so no managers of fields either.
  delete object.metadata.uid;
  const answered = strategy.review?.(object, request.user, authorizer, context) ?? object;
  return objectAnswer(services, scope, answered, 201, undefined, warningHeaders(warnings));
}
