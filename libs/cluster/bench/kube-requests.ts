// What a request to the Kubernetes API costs the pure core: what `npm run bench:api` measures, without sockets and disk.
import type { Cluster } from '@podlab/cluster';

const ROUNDS = 40;
const REQUESTS = 300;
const TEXT = 'x'.repeat(256);
const USER = { name: 'bench', groups: ['system:masters', 'system:authenticated'] };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

const path = (rest: string) => `/api/v1/namespaces/default/${rest}`;
const metadata = (name: string) => ({ name, labels: { app: 'bench' } });

const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(name),
  data: { text: TEXT },
});

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
});

/** The i-th request of a round of each measure; what it makes is deleted after each round. */
const REQUESTS_OF: Readonly<Record<string, (i: number, round: number) => Asked>> = {
  create: (i) => ({ method: 'POST', path: path('configmaps'), body: configMap(`m${i}`) }),
  get: (i) => ({ method: 'GET', path: path(`configmaps/c${i}`) }),
  merge_patch: (i, round) => ({
    method: 'PATCH',
    path: path(`configmaps/c${i}`),
    body: { data: { turn: `${round}` } },
  }),
  create_service: (i) => ({ method: 'POST', path: path('services'), body: service(`m${i}`) }),
};
const MADE_IN: Readonly<Record<string, string>> = { create: 'configmaps', create_service: 'services' };

function ask(cluster: Cluster, { method, path: target, body }: Asked): void {
  const answer = cluster.kube({
    method,
    path: target,
    query: method === 'GET' || method === 'DELETE' ? '' : 'fieldManager=bench',
    accept: 'application/json',
    content_type: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    body: body ? JSON.stringify(body) : '',
    user: USER,
  });
  if (answer.kind !== 'answer' || answer.status >= 300) throw new Error(`${method} ${target} was refused`);
}

/** Microseconds for a request, one figure a round, of each kind of request. */
export function kubeRequests(
  cluster: Cluster,
  timed: (act: () => unknown) => number,
): Record<string, number[]> {
  for (let i = 0; i < REQUESTS; i++) ask(cluster, { ...REQUESTS_OF.create(i, 0), body: configMap(`c${i}`) });
  const took: Record<string, number[]> = {};
  for (const [name, request] of Object.entries(REQUESTS_OF)) {
    const made = MADE_IN[name];
    took[name] = Array.from({ length: ROUNDS }, (_, round) => {
      const ms = timed(() => {
        for (let i = 0; i < REQUESTS; i++) ask(cluster, request(i, round));
      });
      for (let i = 0; made && i < REQUESTS; i++)
        ask(cluster, { method: 'DELETE', path: path(`${made}/m${i}`) });
      return (ms * 1000) / REQUESTS;
    });
  }
  return took;
}
