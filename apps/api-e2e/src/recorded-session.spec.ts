/**
 * The lesson with `kubectl -v=9`, and a chart with Helm: every request that they make is recorded, and none is answered
 * in a way that a real server would not answer it.
 */
import type { Cluster } from '@podlab/contracts';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from './support/client';
import { Kubectl, machineHasKubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

interface Recorded {
  readonly method: string;
  /** Without the cluster's prefix and the query. */
  readonly path: string;
  readonly status: number;
}

/** What kubectl logs of an answer: from 1.33 on in words with keys, before as a sentence. */
const ANSWERS = [
  /"Response" verb="(\w+)" url="https:\/\/[^/]+\/clusters\/[^/]+(\/[^"?]*)[^"]*" status="(\d+)/g,
  /round_trippers\.go:\d+\] (\w+) https:\/\/[^/]+\/clusters\/[^/]+(\/[^ ?]*)\S* (\d{3}) /g,
];

function recordedIn(log: string): Recorded[] {
  return ANSWERS.flatMap((answer) =>
    [...log.matchAll(answer)].map(([, method, path, status]) => ({ method, path, status: Number(status) })),
  );
}

/** What the server logged, for a client that logs nothing. */
function recordedBy(server: TestServer, from: number): Recorded[] {
  return server
    .log()
    .slice(from)
    .split('\n')
    .filter((line) => line.includes('"statusCode"') && line.includes('"/clusters/'))
    .map((line) => JSON.parse(line) as { req: { method: string; url: string }; res: { statusCode: number } })
    .map(({ req, res }) => ({
      method: req.method,
      path: req.url.replace(/^\/clusters\/[^/]+/, ''),
      status: res.statusCode,
    }));
}

/** What a real server refuses in these sessions too. */
const REFUSED_UPSTREAM: readonly (readonly [method: string, path: RegExp, status: number, why: string])[] = [
  ['GET', /^\/api\/v1\/namespaces\/[\w-]+$/, 404, 'apply looks whether the namespace is there'],
  [
    'GET',
    /^\/(api\/v1|apis\/apps\/v1)\/namespaces\/[\w-]+\/(services|deployments|serviceaccounts|pods)\/[\w.-]+$/,
    404,
    'apply, diff, Helm and the wait of a deletion look whether the object is there, or still there',
  ],
];

const refused = (all: readonly Recorded[]) =>
  all.filter(
    ({ method, path, status }) =>
      status >= 400 &&
      !REFUSED_UPSTREAM.some(
        ([verb, pattern, code]) => verb === method && code === status && pattern.test(path),
      ),
  );

const count = (who: string, all: readonly Recorded[]) => {
  const paths = new Set(all.map(({ method, path }) => `${method} ${path}`)).size;
  process.stdout.write(`${who}: ${all.length} requests of ${paths} kinds recorded\n`);
};

const LESSON = `
apiVersion: v1
kind: Namespace
metadata: { name: lab06 }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx-deployment, namespace: lab06 }
spec:
  replicas: 2
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec: { containers: [{ name: nginx, image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] }
`;
const NODE_PORT = `
apiVersion: v1
kind: Service
metadata: { name: nginx-service, namespace: lab06 }
spec: { type: NodePort, selector: { app: nginx }, ports: [{ port: 80, targetPort: 80, nodePort: 30123 }] }
`;

/** The lines of the lesson, and those that somebody types beside them. */
const LINES: readonly (readonly [line: string, stdin?: string])[] = [
  ['version'],
  ['cluster-info'],
  ['api-versions'],
  ['api-resources'],
  ['explain deployment.spec.replicas'],
  ['get nodes -o wide'],
  ['apply -f -', LESSON],
  ['rollout status deployment nginx-deployment -n lab06 --timeout=60s'],
  ['get pods -n lab06 -o wide'],
  ['expose deployment nginx-deployment -n lab06 --name=nginx-service'],
  ['get services -n lab06 -o wide'],
  ['apply -f -', NODE_PORT],
  ['diff -f -', NODE_PORT],
  ['apply --server-side --force-conflicts -f -', NODE_PORT],
  ['describe service nginx-service -n lab06'],
  ['get endpoints,endpointslices -n lab06'],
  ['scale deployment nginx-deployment -n lab06 --replicas=3'],
  ['delete pod -l app=nginx -n lab06'],
  ['rollout status deployment nginx-deployment -n lab06 --timeout=60s'],
  ['exec deploy/nginx-deployment -n lab06 -- hostname'],
  ['logs deploy/nginx-deployment -n lab06'],
  ['run client -n lab06 --image=nicolaka/netshoot --command -- sleep infinity'],
  ['wait --for=condition=Ready pod/client -n lab06 --timeout=60s'],
  ['exec client -n lab06 -- curl -s nginx-service'],
  ['set image deployment/nginx-deployment nginx=nginx:1.28 -n lab06'],
  ['rollout history deployment/nginx-deployment -n lab06'],
  ['rollout undo deployment/nginx-deployment -n lab06'],
  ['autoscale deployment nginx-deployment --cpu-percent=50 --max=3 -n lab06'],
  ['create token default -n lab06'],
  ['label deployment nginx-deployment tier=web -n lab06'],
  ['annotate deployment nginx-deployment note=x -n lab06'],
  ['patch service nginx-service -n lab06 -p {"spec":{"type":"LoadBalancer"}}'],
  ['get all -n lab06'],
  ['get events -n lab06'],
  ['describe deployment nginx-deployment -n lab06'],
  ['describe node node-a'],
  ['auth can-i create pods -n lab06'],
  ['cordon node-a'],
  ['uncordon node-a'],
  ['delete service nginx-service -n lab06'],
  ['delete namespace lab06'],
];

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_LOG_LEVEL: 'debug' });
  client = new Client(server);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const cluster = (): Promise<Cluster> =>
  client.createCluster({ name: 'recorded', seed: '42', clock: { mode: 'live', speed: 50 } });

const VERSIONS = ['1.36', '1.29', ...(machineHasKubectl ? ['of the machine'] : [])];

test.each(VERSIONS)('kubectl %s is answered as by a real server', async (version) => {
  const kubectl = await Kubectl.for(client, (await cluster()).id, version);
  const recorded: Recorded[] = [];
  for (const [line, stdin] of LINES) {
    // What follows `--` is the container's.
    const [own, ...command] = line.split(' -- ');
    const { code, stderr } = await kubectl.run([`${own} -v=9`, ...command].join(' -- '), stdin);
    if (code !== 0) throw new Error(`kubectl ${line}: exit ${code}\n${stderr.slice(-4_000)}`);
    recorded.push(...recordedIn(stderr));
  }
  count(`kubectl ${version}`, recorded);
  expect(recorded.length).toBeGreaterThan(2 * LINES.length);
  expect(refused(recorded)).toEqual([]);
});

const run = promisify(execFile);
const HELM = join(__dirname, '../../../.cache/clients/helm');

(existsSync(HELM) ? test : test.skip)('Helm is answered as by a real server', async () => {
  const { folder } = await Kubectl.for(client, (await cluster()).id);
  const from = server.log().length;
  const lines = [
    'create web',
    'install shop web --wait --timeout 60s',
    'upgrade shop web --set replicaCount=2 --wait --timeout 60s',
    'rollback shop 1 --wait --timeout 60s',
    'list',
    'uninstall shop --wait --timeout 60s',
  ];
  for (const line of lines) {
    const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
    await run(HELM, line.split(' '), { cwd: folder, env });
  }
  const recorded = recordedBy(server, from);
  count('Helm', recorded);
  expect(recorded.length).toBeGreaterThan(lines.length);
  expect(refused(recorded)).toEqual([]);
});
