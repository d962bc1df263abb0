/** `kubectl debug`: a container beside others, a copy of a pod, a pod on a node. */
import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl, machineHasKubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: crash}
spec: {containers: [{name: main, image: "busybox:1.37", command: [sh, -c, 'echo I was here; exit 1']}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}
`;

/** A process of kubectl takes seconds where the machine is busy. */
let server: TestServer;
let client: Client;
let cluster: Cluster;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({ seed: '42', nodes: 2, manifests: MANIFESTS });
  await client.settle(cluster.id, 20_000);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

describe.each(machineHasKubectl ? ['1.36', '1.29'] : [])('kubectl %s debug', (version) => {
  let kubectl: Kubectl;
  const own = (name: string): string => `${name}-${version.replace('.', '-')}`;

  beforeAll(async () => {
    kubectl = await Kubectl.for(client, cluster.id, version);
  });

  it('POD -it --target runs a shell beside the container, in its network and among its processes', async () => {
    const name = own('debugger');
    const line = `debug web -it --image=busybox:1.37 --target=nginx -c ${name} -- sh`;
    const typed = 'hostname\nwget -qO- http://localhost | grep title\nps\nexit 3\n';
    const { stdout } = await kubectl.run(line, typed);
    expect(stdout).toContain('web\n');
    expect(stdout).toContain('<title>Welcome to nginx!</title>');
    expect(stdout).toMatch(/^ +1 root +0:00 \/docker-entrypoint.sh nginx/m);
    const column =
      '{.status.ephemeralContainerStatuses[?(@.name=="' + name + '")].state.terminated.exitCode}';
    await client.settle(cluster.id, 5_000);
    expect(await kubectl.ok(`get pod web -o jsonpath=${column}`)).toBe('3');
    expect(await kubectl.ok('get pod web --no-headers')).toMatch(/^web\s+1\/1\s+Running\s+0\s/);
  });

  it('POD leaves a container that exec, logs and attach reach', async () => {
    const name = own('ticker');
    await kubectl.ok(`debug web --image=busybox:1.37 -c ${name} -- sleep infinity`);
    await client.settle(cluster.id, 20_000);
    expect(await kubectl.ok(`exec web -c ${name} -- hostname`)).toBe('web\n');
    expect(await kubectl.ok(`logs web -c ${name}`)).toBe('');
    expect((await kubectl.run('logs web -c nobody')).stderr).toContain('container nobody is not valid');
    expect(await kubectl.ok('describe pod web')).toContain('Ephemeral Containers:');
  });

  it('POD --copy-to makes a pod of its own', async () => {
    const name = own('copy');
    await kubectl.ok(
      `debug crash --copy-to=${name} --share-processes --container=main --image=busybox:1.37 -- sleep infinity`,
    );
    await client.settle(cluster.id, 20_000);
    expect(await kubectl.ok(`exec ${name} -- ps`)).toMatch(/^ +1 65535 +0:00 \/pause$/m);
    await kubectl.ok(`delete pod ${name} --now`);
  });

  it('node/NAME runs on the node’s network', async () => {
    const [{ name, internal_ip }] = cluster.nodes;
    const run = await kubectl.run(`debug node/${name} -i --image=busybox:1.37 -- hostname -i`);
    expect(run.stdout + run.stderr).toContain(internal_ip);
  });
});

describe('the subresource', () => {
  it.each([
    ['removed', [{ op: 'remove', path: '/spec/ephemeralContainers' }]],
    ['changed', [{ op: 'replace', path: '/spec/ephemeralContainers/0/image', value: 'nginx' }]],
  ])('keeps what was added: nothing is %s', async (word, patch) => {
    const web = `/clusters/${cluster.id}/api/v1/namespaces/default/pods/web`;
    const debuggers = { spec: { ephemeralContainers: [{ name: 'kept', image: 'busybox:1.37' }] } };
    const merge = 'application/strategic-merge-patch+json';
    await client.ok('PATCH', `${web}/ephemeralcontainers`, debuggers, merge);
    const answer = await client.call(
      'PATCH',
      `${web}/ephemeralcontainers`,
      patch,
      'application/json-patch+json',
    );
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(`may not be ${word}`)]);
    await client.ok('PATCH', web, { metadata: { labels: { seen: word } } }, merge);
  });

  it('is judged by the standard of its namespace', async () => {
    const spec = {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sleep', 'infinity'],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    };
    const pods = `/clusters/${cluster.id}/api/v1/namespaces/strict/pods`;
    const metadata = { name: 'good', namespace: 'strict' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    const made = await client.call('POST', pods, pod);
    expect(made.status).toBe(201);
    const ephemeralContainers = [{ name: 'debugger', image: 'busybox:1.37' }];
    const answer = await client.call('PUT', `${pods}/good/ephemeralcontainers`, {
      ...pod,
      spec: { ...spec, ephemeralContainers },
    });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('violates PodSecurity \\"restricted:latest\\"');
  });
});
