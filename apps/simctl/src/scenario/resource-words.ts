import { ScenarioError, type ScenarioLine } from './parse';

const PATHS: Readonly<Record<string, string>> = {
  pods: 'api/v1',
  services: 'api/v1',
  endpoints: 'api/v1',
  events: 'api/v1',
  configmaps: 'api/v1',
  secrets: 'api/v1',
  serviceaccounts: 'api/v1',
  deployments: 'apis/apps/v1',
  replicasets: 'apis/apps/v1',
  endpointslices: 'apis/discovery.k8s.io/v1',
  leases: 'apis/coordination.k8s.io/v1',
};
const CLUSTER_SCOPED: Readonly<Record<string, string>> = { nodes: 'api/v1', namespaces: 'api/v1' };

/** `get pods NAME -n lab06 -o wide` as a path of the API; pairs such as `replicas=3` are options. */
export function parseRequestInfoText(line: ScenarioLine): {
  path: string;
  wide: boolean;
  options: Map<string, string>;
} {
  const words = line.words.slice(1);
  const namespace = take(words, '-n') ?? 'default';
  const selector = take(words, '-l');
  const wide = take(words, '-o') === 'wide';
  const options = new Map(
    words.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]),
  );
  const [resource, name] = words.filter((word) => !word.includes('='));
  const prefix = CLUSTER_SCOPED[resource] ?? PATHS[resource];
  if (!prefix) throw new ScenarioError(line.number, `no resource ${resource}`);
  const scope = CLUSTER_SCOPED[resource] ? '' : `/namespaces/${namespace}`;
  const query = selector ? `?labelSelector=${encodeURIComponent(selector)}` : '';
  return { path: `/${prefix}${scope}/${resource}${name ? `/${name}` : ''}${query}`, wide, options };
}

function take(words: string[], flag: string): string | undefined {
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words.splice(at, 2)[1];
}
