import { quote } from '@podlab/apimachinery';
import type { Query } from '../request/query';

const BEFORE_READY = ['etcd-readiness', 'informer-sync'];
/** What of kube-apiserver's start a simulated one has too: it is over before anybody can ask. */
const START = [
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

/** Names of the checks behind each health path. */
export const HEALTH_CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd', ...START],
  livez: ['ping', 'log', 'etcd', ...START],
  readyz: ['ping', 'log', 'etcd', ...BEFORE_READY, ...START, 'shutdown'],
};

/** `/readyz?verbose&exclude=etcd`, `/livez/ping`; undefined for a check that is none. Models k8s.io/apiserver pkg/server/healthz handleRootHealth. */
export function healthText([name, ...check]: readonly string[], query: Query): string | undefined {
  const checks = HEALTH_CHECKS[name];
  if (check.length > 0) {
    return checks.includes(check.join('/')) ? 'ok' : undefined;
  }
  if (query.get('verbose') === undefined) return 'ok';
  const excluded = new Set(query.all('exclude').flatMap((names) => names.split(',')));
  const lines = checks.map((each) => `[+]${each} ${excluded.delete(each) ? 'excluded: ok' : 'ok'}`);
  const unknown = [...excluded].map(quote).join(', ');
  return [
    ...lines,
    ...(unknown ? [`warn: some health checks cannot be excluded: no matches for ${unknown}`] : []),
    `${name} check passed`,
    '',
  ].join('\n');
}
