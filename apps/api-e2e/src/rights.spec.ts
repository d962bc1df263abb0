/** Rights, quotas, limits, standards and budgets with stock kubectl. */
import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;
let kubectl: Kubectl;

const BUDGET = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 2, selector: { matchLabels: { app: web } } }
`;
const LIMITS = `apiVersion: v1
kind: LimitRange
metadata: { name: small, namespace: limited }
spec: { limits: [{ type: Container, max: { cpu: '1' }, default: { cpu: 500m }, defaultRequest: { cpu: 100m } }] }
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  const clock = { mode: 'paused' as const, epoch: '2026-01-05T09:00:00Z' };
  cluster = await client.createCluster({ name: 'rights', seed: '42', clock });
  await client.settle(cluster.id);
  kubectl = await Kubectl.for(client, cluster.id);
});

afterAll(async () => {
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

/** What kubectl says to a line that fails. */
async function refusal(line: string, stdin?: string): Promise<string> {
  const { code, stderr } = await kubectl.run(line, stdin);
  expect(code).not.toBe(0);
  return stderr.trim();
}

test('the owner may do everything, and says who he is', async () => {
  expect(await kubectl.ok('auth can-i * *')).toBe('yes\n');
  expect(await kubectl.ok('auth whoami -o jsonpath={.status.userInfo.groups}')).toContain('system:masters');
  const roles = await kubectl.ok('get clusterroles -o name');
  for (const name of ['admin', 'edit', 'view', 'cluster-admin', 'system:discovery'])
    expect(roles).toContain(`clusterrole.rbac.authorization.k8s.io/${name}\n`);
  expect(await refusal('delete clusterrole view')).toMatch(/^Error from server \(Forbidden\): clusterroles/);
});

test('somebody else may do what a binding gives him, and no more', async () => {
  expect(await refusal('get pods --as jane')).toBe(
    'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  await kubectl.ok('create rolebinding readers --clusterrole=view --group=readers');
  await kubectl.ok('get pods --as jane --as-group readers');
  expect(await kubectl.ok('auth can-i list pods --as jane --as-group readers')).toBe('yes\n');
  expect((await kubectl.run('auth can-i create pods --as jane --as-group readers')).stdout).toBe('no\n');
  expect(await kubectl.ok('auth can-i --list --as jane --as-group readers')).toMatch(
    /^pods +\[\] +\[\] +\[get list watch\]$/m,
  );
  expect(await refusal('get secrets -n kube-system --as jane --as-group readers')).toMatch(
    /namespace "kube-system"$/,
  );
});

test('nobody gives what he does not have', async () => {
  await kubectl.ok('create role delegate --verb=create,get,patch --resource=roles,rolebindings');
  await kubectl.ok('create rolebinding delegates --role=delegate --user=ann');
  expect(await refusal('create role readers --verb=get --resource=pods --as ann')).toBe(
    'Error from server (Forbidden): roles.rbac.authorization.k8s.io "readers" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
  );
  expect(await refusal('create rolebinding all --clusterrole=cluster-admin --user=ann --as ann')).toMatch(
    /is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\["\*"\]/,
  );
});

test("a service account's token opens what its account may, until the account goes", async () => {
  await kubectl.ok('create serviceaccount robot');
  await kubectl.ok('create rolebinding robots --clusterrole=view --serviceaccount=default:robot');
  const token = (await kubectl.ok('create token robot')).trim();
  const get = (path: string, bearer = token) =>
    client
      .with({ authorization: `Bearer ${bearer}` })
      .call<{ message: string }>('GET', `/clusters/${cluster.id}${path}`);
  expect((await get('/api/v1/namespaces/default/pods')).status).toBe(200);
  const refused = await get('/api/v1/namespaces/default/secrets');
  expect(refused.status).toBe(403);
  expect(refused.body.message).toBe(
    'secrets is forbidden: User "system:serviceaccount:default:robot" cannot list resource "secrets" in API group "" in the namespace "default"',
  );
  expect((await get('/api/v1/namespaces/default/pods', `${token.slice(0, -4)}AAAA`)).status).toBe(401);
  const rest = client.with({ authorization: `Bearer ${token}` });
  expect((await rest.call('GET', '/api/v1/clusters')).status).toBe(401);
  const other = await client.createCluster({ name: 'other', seed: '42' });
  const elsewhere = await rest.call('GET', `/clusters/${other.id}/api/v1/namespaces/default/pods`);
  expect(elsewhere.status).toBe(401);
  await kubectl.ok(
    'run robot --image=curlimages/curl --overrides={"spec":{"serviceAccount":"robot"}} -- sleep inf',
  );
  await client.settle(cluster.id, 20_000);
  const mounted = await kubectl.ok('exec robot -- cat /var/run/secrets/kubernetes.io/serviceaccount/token');
  expect((await get('/api/v1/namespaces/default/pods', mounted)).status).toBe(200);
  const inside = `curl -s --cacert /run/ca -H "Authorization: Bearer ${token}" https://kubernetes.default.svc/api/v1`;
  const trusting = 'ln -s /var/run/secrets/kubernetes.io/serviceaccount/ca.crt /run/ca';
  const asked = await kubectl.run(
    'exec -i robot -- sh',
    `${trusting}\n${inside}/pods\n${inside}/namespaces/default/pods\n`,
  );
  expect(asked.stdout).toMatch(/cannot list resource \\"pods\\".*at the cluster scope[^]*"name": ?"robot"/);
  await kubectl.ok('delete pod robot --now --wait=false');
  await kubectl.ok('delete serviceaccount robot');
  expect((await get('/api/v1/namespaces/default/pods')).status).toBe(401);
});

test('a TokenReview tells whose token it is, and no other cluster knows it', async () => {
  await kubectl.ok('create serviceaccount reviewed');
  const token = (await kubectl.ok('create token reviewed')).trim();
  const vault = (await kubectl.ok('create token reviewed --audience=vault')).trim();
  const review = async (spec: object, id = cluster.id) => {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
    const path = `/clusters/${id}/apis/authentication.k8s.io/v1/tokenreviews`;
    return client.ok<{ spec: object; status: Record<string, unknown> }>('POST', path, body);
  };
  const good = await review({ token });
  expect(good).toMatchObject({
    spec: { token },
    status: { authenticated: true, user: { username: 'system:serviceaccount:default:reviewed' } },
  });
  expect((await review({ token: `${token.slice(0, -4)}AAAA` })).status['error']).toBe('invalid bearer token');
  expect((await review({ token: vault })).status['authenticated']).toBeUndefined();
  expect((await review({ token: vault, audiences: ['vault'] })).status['audiences']).toEqual(['vault']);
  const other = await client.createCluster({ name: 'beside', seed: '43' });
  expect((await review({ token }, other.id)).status['error']).toBe('invalid bearer token');
  const own = await client.call('GET', `/api/v1/clusters/${cluster.id}/kubeconfig`);
  const personal = /token: (\S+)/.exec(own.text)?.[1];
  expect((await review({ token: personal })).status['authenticated']).toBe(true);
  expect((await review({ token: personal }, other.id)).status['error']).toBe('invalid bearer token');
  const asVault = client.with({ authorization: `Bearer ${vault}` });
  expect((await asVault.call('GET', `/clusters/${cluster.id}/version`)).status).toBe(401);
});

test('drain waits for the budget', async () => {
  await kubectl.ok('create deployment web --image=nginx:1.27 --replicas=2');
  await kubectl.ok('create -f -', BUDGET);
  await client.settle(cluster.id);
  expect(await kubectl.ok('get pdb web')).toMatch(/^web +2 +N\/A +0 +\S+\n$/m);
  const node = await kubectl.ok('get pods -l app=web -o jsonpath={.items[0].spec.nodeName}');
  const refused = await kubectl.run(`drain ${node} --ignore-daemonsets --pod-selector app=web --timeout=3s`);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(
    "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.",
  );
  await kubectl.ok('scale deployment web --replicas=4');
  await client.settle(cluster.id);
  expect(await kubectl.ok('get pdb web -o jsonpath={.status.disruptionsAllowed}')).toBe('2');
  await kubectl.run(`drain ${node} --ignore-daemonsets --pod-selector app=web --timeout=3s`);
  await client.settle(cluster.id);
  const left = await kubectl.ok('get pods -l app=web -o jsonpath={.items[*].spec.nodeName}');
  expect(left.split(' ')).not.toContain(node);
});

test('a quota refuses what goes over it, and tells what is used', async () => {
  await kubectl.ok('create namespace tight');
  await client.settle(cluster.id);
  await kubectl.ok('create quota small --hard=pods=1,configmaps=2 -n tight');
  await kubectl.ok('run one --image=nginx:1.27 -n tight');
  await client.settle(cluster.id);
  expect(await refusal('run two --image=nginx:1.27 -n tight')).toBe(
    'Error from server (Forbidden): pods "two" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1',
  );
  expect(await kubectl.ok('get quota small -n tight -o jsonpath={.status.used.pods}')).toBe('1');
  expect(await kubectl.ok('describe quota small -n tight')).toMatch(/^pods +1 +1$/m);
});

test('limits are given and held', async () => {
  await kubectl.ok('create namespace limited');
  await client.settle(cluster.id);
  await kubectl.ok('create -f -', LIMITS);
  await kubectl.ok('run plain --image=nginx:1.27 -n limited');
  const resources = '-o jsonpath={.spec.containers[0].resources.requests.cpu}/{.status.qosClass}';
  expect(await kubectl.ok(`get pod plain -n limited ${resources}`)).toBe('100m/Burstable');
  const greedy =
    '{"spec":{"containers":[{"name":"c","image":"nginx:1.27","resources":{"limits":{"cpu":"2"}}}]}}';
  expect(await refusal(`run greedy --image=nginx:1.27 -n limited --overrides=${greedy}`)).toBe(
    'Error from server (Forbidden): pods "greedy" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
  );
});

test('a namespace holds its pods to a standard', async () => {
  await kubectl.ok('create namespace strict');
  await client.settle(cluster.id);
  const label = (mode: string) => `label namespace strict pod-security.kubernetes.io/${mode}=restricted`;
  await kubectl.ok(label('warn'));
  const warned = await kubectl.run('create deployment web --image=nginx:1.27 -n strict');
  expect(warned.code).toBe(0);
  expect(warned.stderr).toContain(
    'Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "nginx" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "nginx" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "nginx" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "nginx" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
  await kubectl.ok(label('enforce'));
  expect(await refusal('run web --image=nginx:1.27 -n strict')).toMatch(
    /^Error from server \(Forbidden\): pods "web" is forbidden: violates PodSecurity "restricted:latest": /,
  );
});

test('priority classes are there, and give their number', async () => {
  expect(await kubectl.ok('get priorityclass')).toMatch(
    /^system-node-critical +2000001000 +false +\S+ +PreemptLowerPriority$/m,
  );
  await kubectl.ok('create priorityclass high --value=1000');
  await kubectl.ok('run important --image=nginx:1.27 --overrides={"spec":{"priorityClassName":"high"}}');
  expect(await kubectl.ok('get pod important -o jsonpath={.spec.priority}')).toBe('1000');
});
