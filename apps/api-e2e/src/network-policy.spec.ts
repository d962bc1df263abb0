/** NetworkPolicies with stock kubectl, and the matrix of who reaches whom. */
import type { Cluster, ConnectivityAnswer } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;

const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: 'nginx:1.27' }] }
`;
const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;
const OBJECTS = `${['web', 'api'].map(pod).join('---\n')}---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop }
spec: { selector: { app: api }, ports: [{ port: 80 }] }
`;
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api-from-web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 80 }, { port: 8000, endPort: 8100 }]
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  const clock = { mode: 'paused' as const, epoch: '2026-01-05T09:00:00Z' };
  cluster = await client.createCluster({ name: 'policies', seed: '42', clock });
  for (const objects of [NAMESPACE, OBJECTS]) {
    await client.ok('POST', path('/apply'), objects, 'application/yaml');
    await client.settle(cluster.id);
  }
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const path = (rest: string) => `/api/v1/clusters/${cluster.id}${rest}`;

describe('NetworkPolicy', () => {
  it('is created, listed, explained and described by kubectl', async () => {
    const kubectl = await Kubectl.for(client, cluster.id);
    kubectl.write('policy.yaml', POLICY);
    expect(await kubectl.ok('apply -f policy.yaml')).toBe(
      'networkpolicy.networking.k8s.io/api-from-web created\n',
    );
    expect(await kubectl.ok('get netpol -n shop')).toMatch(
      /^NAME +POD-SELECTOR +AGE\napi-from-web +app=api +\S+\n$/,
    );
    expect(await kubectl.ok('describe netpol -n shop api-from-web')).toContain(`Spec:
  PodSelector:     app=api
  Allowing ingress traffic:
    To Port: 80/TCP
    To Port Range: 8000-8100/TCP
    From:
      PodSelector: app=web
  Not affecting egress traffic
  Policy Types: Ingress
`);
    expect(await kubectl.ok('explain netpol.spec.ingress.ports.endPort')).toContain(
      'FIELD: endPort <integer>',
    );
    const refused = await kubectl.run('apply -f -', POLICY.replace('8100', '7000'));
    expect(refused.stderr).toContain(
      'spec.ingress[0].ports[1].endPort: Invalid value: 7000: must be greater than or equal to `port`',
    );
    await kubectl.ok('delete netpol -n shop api-from-web');
  });

  it('shows in the matrix of who reaches whom', async () => {
    const from = ['web', 'api'].map((name) => ({ kind: 'Pod', namespace: 'shop', name }));
    const to = ['http://api.shop/', { host: 'nobody.shop', port: 80 }];
    const ask = () => client.ok<ConnectivityAnswer>('POST', path('/connectivity'), { from, to });
    const before = await ask();
    const deny = POLICY.replace('app: web', 'app: nobody');
    await client.ok('POST', path('/apply'), deny, 'application/yaml');
    await client.ok('POST', path('/clock/advance'), { ms: 1_000 });
    const after = await ask();
    expect([before.matrix, after.matrix]).toEqual([
      [
        ['Delivered', 'NameNotResolved'],
        ['Delivered', 'NameNotResolved'],
      ],
      [
        ['TimedOut', 'NameNotResolved'],
        ['Delivered', 'NameNotResolved'],
      ],
    ]);
    expect(after.summary).toEqual({ by_disposition: { TimedOut: 1, NameNotResolved: 2, Delivered: 1 } });
  });

  it('has a limit that its refusal names', async () => {
    const from = Array.from({ length: 51 }, () => ({ kind: 'External' }));
    const to = Array.from({ length: 50 }, () => 'http://192.0.2.11/');
    const { status, body } = await client.call('POST', path('/connectivity'), { from, to });
    expect([status, body.errors]).toEqual([
      422,
      [{ path: 'to', message: 'connectivityPairs is limited to 2500' }],
    ]);
  });
});
