import type { Query } from '../request/query';
import { TOKEN_AUDIENCE } from '../authentication/token-claims';
import type { StrategyIndex } from '../registry/strategy-index';
import { HEALTH_CHECKS, healthText } from './health';
import { VERSION_INFO } from './version';

/** An answer that is no API object. */
export interface RootAnswer {
  readonly type: string;
  readonly body: string;
}

const OPENID_CONFIGURATION = '/.well-known/openid-configuration';
export const OPENID_KEYS = '/openid/v1/jwks';
const JSON_TYPE = 'application/json';
const INDENT = 2;
/** Where a control plane of kubeadm says that it is: `jwks_uri` is an address inside the cluster. */
const KEYS_ADDRESS = 'https://172.18.0.2:6443';

/**
 * What stands beside the API groups: the list of paths, health, version, and who signs tokens of service accounts. The
 * host adds the keys, which no cluster knows. Undefined for any other path.
 */
export function rootAnswer(path: string, query: Query, strategies: StrategyIndex): RootAnswer | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return pretty({ paths: pathsOf(strategies) });
  if (Object.hasOwn(HEALTH_CHECKS, parts[0])) {
    const body = healthText(parts, query);
    return body === undefined ? undefined : { type: 'text/plain; charset=utf-8', body };
  }
  switch (`/${parts.join('/')}`) {
    case '/version':
      return pretty(VERSION_INFO);
    case OPENID_CONFIGURATION:
      return { type: JSON_TYPE, body: JSON.stringify(OPENID) };
    case OPENID_KEYS:
      return { type: 'application/jwk-set+json', body: JSON.stringify({ keys: [] }) };
    default:
      return undefined;
  }
}

/** Models k8s.io/kubernetes pkg/serviceaccount/openidmetadata.go openIDMetadata. */
const OPENID = {
  issuer: TOKEN_AUDIENCE,
  jwks_uri: `${KEYS_ADDRESS}${OPENID_KEYS}`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
};

const pretty = (value: unknown): RootAnswer => ({
  type: JSON_TYPE,
  body: JSON.stringify(value, null, INDENT),
});

/** Models k8s.io/apiserver pkg/server/routes/index.go IndexLister. */
function pathsOf(strategies: StrategyIndex): string[] {
  const groups = strategies.groups().filter((group) => group !== '');
  const health = Object.entries(HEALTH_CHECKS).flatMap(([name, checks]) => [
    `/${name}`,
    ...checks.map((check) => `/${name}/${check}`),
  ]);
  const paths = [
    OPENID_CONFIGURATION,
    OPENID_KEYS,
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...groups.flatMap((group) => [
      `/apis/${group}`,
      ...strategies.versions(group).map((version) => `/apis/${group}/${version}`),
    ]),
    ...health,
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/version',
  ];
  return paths.sort();
}
