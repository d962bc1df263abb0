// What a cluster serves, by its own discovery documents.
const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const USER = { name: 'admin', groups: ['system:masters'] };
const CONFIG = {
  id: 'served',
  seed: '1',
  epoch_ms: 1_772_442_000_000,
  nodes: [],
  service_cidr: '10.96.0.0/16',
  pod_cidr: '10.244.0.0/16',
  cloud: { enabled: false, delay_ms: 0, quota: 0 },
  world: { hosts: [] },
  images: { unknown: 'Run' },
  clock: { mode: 'paused', speed: 1 },
};

/** @typedef {{ groupVersion: string, resource: string, kind: string, verbs: string[] }} Served `pods/log` is a resource too; a group-version is `api/v1` or `apis/apps/v1` */

/** A function that asks a fresh cluster: `ask('GET', '/version')` is `{status, body}`; a text that is no JSON is a message. */
export function newCluster({ createCluster }) {
  const cluster = createCluster(CONFIG);
  return (method, path, { accept = 'application/json', body = '' } = {}) => {
    const answer = cluster.kube({
      method,
      path,
      query: '',
      accept,
      content_type: 'application/json',
      body: Buffer.from(body),
      user: USER,
    });
    const text = Buffer.from(answer.body).toString();
    return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : { message: text } };
  };
}

/** @returns {Served[]} in the order of discovery */
export function listServed(libraries) {
  const ask = newCluster(libraries);
  return ['/api', '/apis'].flatMap((path) =>
    ask('GET', path, { accept: ACCEPT }).body.items.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.flatMap((resource) => {
          const groupVersion = path === '/api' ? `api/${version}` : `apis/${metadata.name}/${version}`;
          const entry = (name, { responseKind, verbs }) => ({
            groupVersion,
            resource: name,
            kind: responseKind.kind,
            verbs,
          });
          return [
            entry(resource.resource, resource),
            ...(resource.subresources ?? []).map((each) =>
              entry(`${resource.resource}/${each.subresource}`, each),
            ),
          ];
        }),
      ),
    ),
  );
}
