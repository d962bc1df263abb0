import type { Node, Pod, ServiceAccount, TokenRequest } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { invalid, newBadRequest, newInvalid, newNotFound, Path } from '@podlab/apimachinery';
import { rfc3339 } from '@podlab/kernel';
import { TOKEN_AUDIENCE, tokenClaims } from '../authentication/token-claims';
import type { TokenIssuer } from '../authentication/token-issuer';
import { readBody } from './body';
import type { Connector } from './connector';
import { keyOf } from './read';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';

const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

/**
 * POST serviceaccounts/{name}/token: a token that the cluster's key signs. A host that lets others at the cluster has its own
 * key for that, and gives it to the cluster. Models k8s.io/kubernetes pkg/registry/core/serviceaccount/storage TokenREST.
 */
export function tokenConnector(issuer: TokenIssuer): Connector {
  return {
    resource: 'serviceaccounts',
    subresource: 'token',
    kind: 'TokenRequest',
    group: 'authentication.k8s.io',
    version: 'v1',
    verbs: ['create'],
    connect: (services, scope) => answerTokenRequest(services, scope, issuer),
  };
}

function answerTokenRequest(services: EndpointServices, scope: RequestScope, issuer: TokenIssuer) {
  const request = (readBody(scope) ?? {}) as TokenRequest;
  if (request.kind !== 'TokenRequest')
    throw newBadRequest('the body must be a TokenRequest of authentication.k8s.io/v1');
  const account = services.registry.get(scope.strategy, keyOf(scope)) as ServiceAccount;
  const { audiences, boundObjectRef, ...asked } = request.spec ?? {};
  // Older kubectl writes null for what it does not ask.
  const expirationSeconds = asked.expirationSeconds ?? DEFAULT_SECONDS;
  const errors = expiryErrors(expirationSeconds);
  if (errors.length > 0) throw newInvalid('TokenRequest.authentication.k8s.io', '', errors);
  const pod = boundObjectRef?.kind === 'Pod' ? boundPod(services, scope, boundObjectRef.name) : undefined;
  const node = pod?.spec.nodeName ? (services.store.get('nodes', pod.spec.nodeName) as Node) : undefined;
  const spec = {
    audiences: audiences?.length ? audiences : [TOKEN_AUDIENCE],
    expirationSeconds,
    boundObjectRef: boundObjectRef ?? null,
  };
  const at = services.now();
  const terms = { account, audiences: spec.audiences, at, seconds: expirationSeconds, pod, node };
  const status = {
    token: issuer.sign(tokenClaims(terms)),
    expirationTimestamp: rfc3339(at + expirationSeconds * 1000),
  };
  const { namespace, name } = account.metadata;
  const metadata = { name, namespace, creationTimestamp: services.registry.timestamp() };
  const answer = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec, status };
  return jsonAnswer(services, 201, answer);
}

/** Models pkg/apis/authentication/validation ValidateTokenRequest. */
function expiryErrors(seconds: number): FieldError[] {
  const path = Path.of('spec', 'expirationSeconds');
  if (seconds < LEAST_SECONDS)
    return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > MOST_SECONDS
    ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')]
    : [];
}

function boundPod({ store }: EndpointServices, { info }: RequestScope, name = ''): Pod {
  const pod = store.get('pods', `${info.namespace}/${name}`) as Pod | undefined;
  if (!pod) throw newNotFound('pods', name);
  return pod;
}
