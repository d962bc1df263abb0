import type { Pod, ServiceAccount, TokenRequest } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { invalid, newBadRequest, newInvalid, newNotFound, Path } from '@podlab/apimachinery';
import { base64Encode, rfc3339, utf8Encode } from '@podlab/kernel';
import { readBody } from './body';
import type { Connector } from './connector';
import { keyOf } from './read';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';

const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;
export const TOKEN_AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

/**
 * POST serviceaccounts/{name}/token. The token names its account and its end; it is good only when who holds the
 * server's secret has signed it. Models k8s.io/kubernetes pkg/registry/core/serviceaccount/storage TokenREST.
 */
export const tokenConnector: Connector = {
  resource: 'serviceaccounts',
  subresource: 'token',
  kind: 'TokenRequest',
  group: 'authentication.k8s.io',
  version: 'v1',
  verbs: ['create'],
  connect(services, scope) {
    const request = (readBody(scope) ?? {}) as TokenRequest;
    if (request.kind !== 'TokenRequest')
      throw newBadRequest('the body must be a TokenRequest of authentication.k8s.io/v1');
    const account = services.registry.get(scope.strategy, keyOf(scope)) as ServiceAccount;
    const { audiences, boundObjectRef, ...asked } = request.spec ?? {};
    // Older kubectl writes null for what it does not ask.
    const expirationSeconds = asked.expirationSeconds ?? DEFAULT_SECONDS;
    const errors = expiryErrors(expirationSeconds);
    if (errors.length > 0) throw newInvalid('TokenRequest.authentication.k8s.io', '', errors);
    if (boundObjectRef?.kind === 'Pod') requirePod(services, scope, boundObjectRef.name ?? '');
    const spec = {
      audiences: audiences?.length ? audiences : [TOKEN_AUDIENCE],
      expirationSeconds,
      boundObjectRef: boundObjectRef ?? null,
    };
    const now = services.now();
    const status = {
      token: unsignedToken(account, spec.audiences, now, expirationSeconds),
      expirationTimestamp: rfc3339(now + expirationSeconds * 1000),
    };
    const { namespace, name } = account.metadata;
    const metadata = { name, namespace, creationTimestamp: services.registry.timestamp() };
    const answer = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec, status };
    return jsonAnswer(services, 201, answer);
  },
};

/** Models pkg/apis/authentication/validation ValidateTokenRequest. */
function expiryErrors(seconds: number): FieldError[] {
  const path = Path.of('spec', 'expirationSeconds');
  if (seconds < LEAST_SECONDS)
    return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > MOST_SECONDS
    ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')]
    : [];
}

function requirePod({ store }: EndpointServices, { info }: RequestScope, name: string): void {
  const pod = store.get('pods', `${info.namespace}/${name}`) as Pod | undefined;
  if (!pod) throw newNotFound('pods', name);
}

/** The header and the claims of a JSON Web Token. Models pkg/serviceaccount/claims.go Claims. */
function unsignedToken(
  { metadata }: ServiceAccount,
  aud: readonly string[],
  now: number,
  seconds: number,
): string {
  const { namespace, name, uid } = metadata;
  const issued = Math.floor(now / 1000);
  const claims = {
    aud,
    exp: issued + seconds,
    iat: issued,
    iss: TOKEN_AUDIENCE,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return [{ alg: 'ES256' }, claims].map(encodePart).join('.');
}

const encodePart = (part: object): string =>
  base64Encode(utf8Encode(JSON.stringify(part)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
