/** Ingress with stock kubectl, and the cloud's settings over REST. */
import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;

const OBJECTS = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: 'nginx:1.27' }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  ingressClassName: nginx
  rules:
    - host: www.example.org
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }]
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({
    name: 'ingress',
    seed: '42',
    clock: { mode: 'paused', epoch: '2026-01-05T09:00:00Z' },
    cloud: { enabled: true, delay_ms: 1_000 },
    ingress_controller: { enabled: true },
  });
  await client.ok('POST', path('/apply'), OBJECTS, 'application/yaml');
  await client.settle(cluster.id);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const path = (rest: string) => `/api/v1/clusters/${cluster.id}${rest}`;

it('kubectl creates, lists and describes an Ingress, and a request goes its way', async () => {
  const kubectl = await Kubectl.for(client, cluster.id);
  kubectl.write('ingress.yaml', INGRESS);
  expect(await kubectl.ok('apply -f ingress.yaml')).toBe('ingress.networking.k8s.io/web created\n');
  await client.settle(cluster.id);
  expect(await kubectl.ok('get ingressclass')).toMatch(
    /^NAME +CONTROLLER +PARAMETERS +AGE\nnginx +k8s\.io\/ingress-nginx +<none> +\S+\n$/,
  );
  expect(await kubectl.ok('get ing')).toMatch(
    /^NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nweb +nginx +www\.example\.org +203\.0\.113\.100 +80 +\S+\n$/,
  );
  const described = await kubectl.ok('describe ingress web');
  expect(described).toMatch(/^Name: +web\n/);
  expect(described).toMatch(/Address: +203\.0\.113\.100\n/);
  expect(described).toMatch(/Ingress Class: +nginx\n/);
  expect(described).toMatch(/www\.example\.org +\n +\/ +web:80 \(10\.244\.\d+\.\d+:80\)\n/);
  expect(described).toMatch(/Normal +Sync +\S+ +nginx-ingress-controller +Scheduled for sync\n/);
  const { requests } = await client.send(cluster.id, {
    from: { kind: 'External' },
    to: 'http://203.0.113.100/',
    headers: { Host: 'www.example.org' },
  });
  expect(requests[0].response?.status).toBe(200);
  expect(requests[0].response?.body).toContain('Welcome to nginx!');
});

it('an Ingress that is wrong is refused in the words of upstream', async () => {
  const kubectl = await Kubectl.for(client, cluster.id);
  const refused = await kubectl.run('apply -f -', INGRESS.replace('pathType: Prefix, ', ''));
  expect(refused.stderr).toContain(
    'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
  );
});

it('the cloud is told to rewrite the source and to fail, and says so', async () => {
  const settings = { enabled: true, delay_ms: 1_000, quota: 20, source: 'rewrite', failing: true };
  expect(await client.ok('PUT', path('/cloud'), settings)).toEqual(settings);
  expect((await client.ok<Cluster>('GET', path(''))).cloud).toEqual(settings);
  const kubectl = await Kubectl.for(client, cluster.id);
  await kubectl.ok('expose deployment web --name=late --type=LoadBalancer --port=80');
  await client.settle(cluster.id);
  expect(await kubectl.ok('get events --field-selector reason=SyncLoadBalancerFailed')).toContain(
    'Error syncing load balancer: failed to ensure load balancer: InternalError',
  );
});
