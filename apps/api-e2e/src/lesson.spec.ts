/** The lesson, its lines unaltered, with stock kubectl on a fresh cluster; then what each of its pictures claims. */
import type { Cluster, Request, RequestSource, Step } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl, machineHasKubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const DEPLOYMENT = `
apiVersion: v1
kind: Namespace
metadata:
  name: lab06
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
  namespace: lab06
spec:
  replicas: 2
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        ports:
        - containerPort: 80
`;

const NODE_PORT = `
apiVersion: v1
kind: Service
metadata:
  name: nginx-service
  namespace: lab06
spec:
  type: NodePort
  selector:
    app: nginx
  ports:
  - port: 80
    targetPort: 80
    nodePort: 30123
`;

const CLIENT = `
apiVersion: v1
kind: Pod
metadata:
  name: client
  namespace: lab06
spec:
  containers:
  - name: client
    image: nicolaka/netshoot:latest
    command: ["sleep", "infinity"]
`;

let server: TestServer;
let client: Client;

/** Resolves when the output of a running kubectl fits. */
async function shows(output: () => string, words: RegExp): Promise<void> {
  const end = Date.now() + 90_000;
  while (!words.test(output())) {
    if (Date.now() > end) throw new Error(`never showed ${words}:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

interface PodList {
  items: {
    metadata: { name: string };
    status: { podIP: string; phase: string };
    spec: { nodeName: string };
  }[];
}

const json = async <Body>(kubectl: Kubectl, line: string) =>
  JSON.parse(await kubectl.ok(`${line} -o json`)) as Body;

const VERSIONS = ['1.36', '1.29', ...(machineHasKubectl ? ['of the machine'] : [])];

describe.each(VERSIONS)('with kubectl %s', (version) => {
  let cluster: Cluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await client.createCluster({ name: 'lab06', seed: '42', clock: { mode: 'live', speed: 20 } });
    kubectl = await Kubectl.for(client, cluster.id, version);
    kubectl.write('deployment.yaml', DEPLOYMENT);
    kubectl.write('service.yaml', NODE_PORT);
  });

  it('the lesson runs', async () => {
    expect(await kubectl.ok('apply -f deployment.yaml')).toBe(
      'namespace/lab06 created\ndeployment.apps/nginx-deployment created\n',
    );
    expect(await kubectl.ok('rollout status deployment nginx-deployment -n lab06 --timeout=60s')).toMatch(
      /deployment "nginx-deployment" successfully rolled out\n$/,
    );
    expect(await kubectl.ok('expose deployment nginx-deployment -n lab06 --name=nginx-service')).toBe(
      'service/nginx-service exposed\n',
    );
    expect(await kubectl.ok('get services -n lab06')).toMatch(
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nnginx-service +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP +\d+[sm]\n$/,
    );
    expect(await kubectl.ok('get services -n lab06 -o wide')).toMatch(/SELECTOR\n.* app=nginx\n$/);
    expect(await kubectl.ok('apply -f service.yaml')).toMatch(/service\/nginx-service configured\n/);
    expect(await kubectl.ok('get services -n lab06')).toMatch(/nginx-service +NodePort .* 80:30123\/TCP /);
  });

  it('describes the Service with its endpoints', async () => {
    const pods = await json<PodList>(kubectl, 'get pods -n lab06');
    const addresses = pods.items.map((pod) => `${pod.status.podIP}:80`).sort();
    const described = await kubectl.ok('describe service nginx-service -n lab06');
    expect(described).toMatch(/^Name: +nginx-service\nNamespace: +lab06\n/);
    expect(described).toMatch(/\nTargetPort: +80\/TCP\nNodePort: +<unset> +30123\/TCP\n/);
    for (const address of addresses) expect(described).toContain(address);
  });

  it('shows pods come and go while it watches', async () => {
    const watching = kubectl.start('get pods -n lab06 -w');
    await shows(watching.output, /NAME[^\n]*\n[^\n]+\n[^\n]+\n/);
    await kubectl.ok('scale deployment nginx-deployment -n lab06 --replicas=3');
    await shows(watching.output, /Pending[\s\S]*ContainerCreating[\s\S]* 1\/1 +Running/);
    watching.kill();
    await watching.ended;
  });

  it('replaces a deleted pod by one with another address', async () => {
    const before = await json<PodList>(kubectl, 'get pods -n lab06');
    const [victim] = before.items;
    expect(await kubectl.ok(`delete pod ${victim.metadata.name} -n lab06`)).toMatch(
      /^pod "nginx-deployment-[a-z0-9]+-[a-z0-9]+" deleted( from lab06 namespace)?\n$/,
    );
    await kubectl.ok('rollout status deployment nginx-deployment -n lab06 --timeout=60s');
    const after = await json<PodList>(kubectl, 'get pods -n lab06');
    expect(after.items.map((pod) => pod.metadata.name)).not.toContain(victim.metadata.name);
    expect(after.items.map((pod) => pod.status.podIP)).not.toContain(victim.status.podIP);
    expect(after.items.filter((pod) => pod.status.phase === 'Running')).toHaveLength(3);
  });

  it('tells what happened in events, slices and logs', async () => {
    expect(await kubectl.ok('get endpointslices -n lab06')).toMatch(
      /^NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE\nnginx-service-\w+ +IPv4 +80 /,
    );
    const events = await kubectl.ok('get events -n lab06');
    for (const reason of [
      'Scheduled',
      'Pulling',
      'Pulled',
      'Created',
      'Started',
      'SuccessfulCreate',
      'ScalingReplicaSet',
    ]) {
      expect(events).toContain(reason);
    }
    const pods = await json<PodList>(kubectl, 'get pods -n lab06');
    expect((await kubectl.run(`logs ${pods.items[0].metadata.name} -n lab06`)).code).toBe(0);
  });

  it.each([
    [
      'apply -f -',
      'apiVersion: v1\nkind: Moon\nmetadata: {name: x}',
      /no matches for kind "Moon" in version "v1"/,
    ],
    [
      'apply -f -',
      'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {prots: []}',
      /unknown field "spec.prots"/,
    ],
    ['apply -f -', 'a: [', /error (converting YAML|parsing)/],
    [
      'create -f -',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../x}',
      /Invalid value: "\.\.\/x"|invalid resource name/,
    ],
    ['get pod nobody', '', /Error from server \(NotFound\): pods "nobody" not found/],
    ['get moons', '', /the server doesn't have a resource type "moons"/],
  ])('%s of %j is refused as upstream does', async (line, stdin, words) => {
    const { code, stderr } = await kubectl.run(line, stdin);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });
});

describe('what the lesson says of the paths', () => {
  let cluster: Cluster;
  const pod: RequestSource = { kind: 'Pod', namespace: 'lab06', name: 'client' };
  const outside: RequestSource = { kind: 'External' };
  const one = async (from: RequestSource, to: string): Promise<Request> =>
    (await client.send(cluster.id, { from, to })).requests[0];
  const stepsOf = (request: Request): Step[] => request.trace?.hops.flatMap((hop) => hop.steps) ?? [];
  const dnat = (request: Request) =>
    stepsOf(request).find((step) => step.type === 'DestinationNat' && step.action === 'Translated');
  let clusterIp: string;

  beforeAll(async () => {
    cluster = await client.createCluster({
      seed: '42',
      clock: { mode: 'paused' },
      manifests: [DEPLOYMENT, NODE_PORT, CLIENT].join('---'),
    });
    expect((await client.settle(cluster.id)).settled).toBe(true);
    const service = await client.ok<{ spec: { clusterIP: string } }>(
      'GET',
      `/clusters/${cluster.id}/api/v1/namespaces/lab06/services/nginx-service`,
    );
    clusterIp = service.spec.clusterIP;
  });

  it('{service IP}:port → {pod IP}:targetPort, from a pod, by name', async () => {
    const request = await one(pod, 'http://nginx-service.lab06:80/');
    expect(request).toMatchObject({ disposition: 'Delivered', response: { status: 200 } });
    expect(dnat(request)).toMatchObject({ before: { destination: clusterIp, destination_port: 80 } });
    expect(`${dnat(request)?.after?.destination}:${dnat(request)?.after?.destination_port}`).toBe(
      request.backend,
    );
  });

  it('a ClusterIP is not reachable from outside, and the diagnosis says so', async () => {
    const request = await one(outside, `http://${clusterIp}:80/`);
    expect(request.disposition).toBe('NoRoute');
    expect(request.diagnosis?.code).toBe('ClusterIPNotReachableFromOutside');
  });

  it('30123 answers on every node, also on one without a pod', async () => {
    const { nodes } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
    for (const node of nodes) {
      expect(await one(outside, `http://${node.external_ip}:30123/`)).toMatchObject({
        disposition: 'Delivered',
      });
    }
  });

  it('a LoadBalancer is pending without a cloud, and delivers with one', async () => {
    const path = `/clusters/${cluster.id}/api/v1/namespaces/lab06/services/nginx-service`;
    await client.ok('PATCH', path, { spec: { type: 'LoadBalancer' } }, 'application/merge-patch+json');
    await client.settle(cluster.id);
    interface Service {
      status: { loadBalancer: { ingress?: { ip: string }[] } };
    }
    expect((await client.ok<Service>('GET', path)).status.loadBalancer.ingress).toBeUndefined();
    await client.ok('PUT', `/api/v1/clusters/${cluster.id}/cloud`, { enabled: true, delay_ms: 2000 });
    await client.settle(cluster.id);
    const [{ ip }] = (await client.ok<Service>('GET', path)).status.loadBalancer.ingress ?? [];
    expect(await one(outside, `http://${ip}/`)).toMatchObject({ disposition: 'Delivered' });
  });
});
