import type { Cluster, ExecAnswer, Page, Request } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: nicolaka/netshoot, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo}
spec: {containers: [{name: echo, image: "traefik/whoami"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

let server: TestServer;
let client: Client;
let cluster: Cluster;
let path: string;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({
    seed: '42',
    nodes: 2,
    clock: { mode: 'paused' },
    manifests: MANIFESTS,
  });
  path = `/api/v1/clusters/${cluster.id}`;
  await client.settle(cluster.id);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const POD = { kind: 'Pod', name: 'client' } as const;
const exec = (target: object, ...command: string[]) =>
  client.ok<ExecAnswer>('POST', `${path}/exec`, { target, command });

it('a command answers with what it printed and with the requests it sent, which can be read again', async () => {
  const listener = await Listener.connect(server);
  await listener.subscribed({ cluster: cluster.id });
  const answer = await exec(POD, 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', 'http://web/');
  expect(answer).toMatchObject({ stdout: '200', stderr: '', exit_code: 0 });
  const [request] = answer.requests;
  expect(request).toMatchObject({
    from: { kind: 'Pod', namespace: 'default', name: 'client', container: 'main' },
    to: 'http://web:80/',
    disposition: 'Delivered',
    response: { status: 200, served_by: { pod: 'web' } },
  });
  expect(request.trace?.hops.length).toBeGreaterThan(1);
  const told = await listener.hear('trace', (event) => (event as { id?: string }).id === request.id || true);
  expect(JSON.stringify(told)).toContain(request.id);
  listener.close();
  const page = await client.ok<Page<Request>>('GET', `${path}/requests`);
  expect(page.items.map(({ id }) => id)).toContain(request.id);
  const again = await client.ok<Request>('GET', `${path}/requests/${request.id}`);
  expect(again.trace).toEqual(request.trace);
});

it('a failed request has its diagnosis, in the language of the caller', async () => {
  const korean = client.with({ 'accept-language': 'ko' });
  const body = { target: POD, command: ['curl', 'http://nowhere'] };
  const answer = await korean.ok<ExecAnswer>('POST', `${path}/exec`, body);
  expect(answer).toMatchObject({ exit_code: 6, stderr: 'curl: (6) Could not resolve host: nowhere\n' });
  expect(answer.requests[0].diagnosis?.message.text).toMatch(/[가-힣]/);
});

it('a node has a shell of its own', async () => {
  const { name, internal_ip, external_ip } = cluster.nodes[0];
  const answer = await exec({ kind: 'Node', name }, 'sh', '-c', 'hostname; whoami; ip -4 -br addr show eth0');
  expect(answer.stdout).toBe(
    `${name}\nroot\neth0             UP             ${internal_ip}/16 ${external_ip}/32 \n`,
  );
});

it('standard input is read, and statuses are told', async () => {
  const target = POD;
  const body = { target, command: ['sh', '-c', 'wc -l; exit 3'], stdin: 'one\ntwo\n' };
  const answer = await client.ok<ExecAnswer>('POST', `${path}/exec`, body);
  expect([answer.stdout.trim(), answer.exit_code]).toEqual(['2', 3]);
});

it('an image without a shell answers as its runtime does', async () => {
  const answer = await exec({ kind: 'Pod', name: 'echo' }, 'sh', '-c', 'ls');
  expect(answer).toEqual({
    stdout: '',
    stderr:
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH\n',
    exit_code: 127,
    requests: [],
  });
});

it.each([
  ['no such pod', { kind: 'Pod', name: 'nobody' }, ['ls'], 404, 'pods "nobody" not found'],
  [
    'no such container',
    { ...POD, container: 'side' },
    ['ls'],
    400,
    'container side is not valid for pod client',
  ],
  ['no such node', { kind: 'Node', name: 'node-z' }, ['ls'], 404, 'nodes "node-z" not found'],
  ['no command', POD, [], 422, 'command'],
  ['a target of no kind', { kind: 'Service', name: 'web' }, ['ls'], 422, 'target'],
])('%s is refused', async (_, target, command, status, words) => {
  const answer = await client.call('POST', `${path}/exec`, { target, command });
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words.replace(/"/g, '\\"'))]);
});

it('what never ends is ended, and the limit has a name', async () => {
  const answer = await exec(POD, 'sh', '-c', 'while :; do :; done');
  expect(answer).toMatchObject({
    exit_code: 137,
    stderr: expect.stringMatching(/shell_steps is limited to/),
  });
});

it('what waits for what does not come ends with who asked for it', async () => {
  const command = ['tail', '-f', '/etc/hosts'];
  const untilRunning = async (wanted: boolean) => {
    while ((await exec(POD, 'ps', '-ef')).stdout.includes(command.join(' ')) !== wanted);
  };
  await client.ok('PUT', `${path}/clock`, { mode: 'live', speed: 1 });
  const gone = new AbortController();
  const outcome = fetch(`${server.url}${path}/exec`, {
    method: 'POST',
    headers: { ...client.credentials, 'content-type': 'application/json' },
    body: JSON.stringify({ target: POD, command }),
    signal: gone.signal,
  }).catch((error: Error) => error.name);
  await untilRunning(true);
  gone.abort();
  expect(await outcome).toBe('AbortError');
  await untilRunning(false);
  await client.ok('PUT', `${path}/clock`, { mode: 'paused' });
});

it('a command that sleeps is refused while the clock is paused, and waited for while it runs', async () => {
  const body = { target: POD, command: ['sh', '-c', 'echo one; sleep 1; echo two'] };
  const paused = await client.call('POST', `${path}/exec`, body);
  expect(paused).toMatchObject({ status: 409, body: { code: 'ClockPaused' } });
  await client.ok('PUT', `${path}/clock`, { mode: 'live', speed: 10 });
  expect(await exec(POD, ...body.command)).toMatchObject({ stdout: 'one\ntwo\n', exit_code: 0 });
  const seen = await exec(
    POD,
    'sh',
    '-c',
    'tcpdump -c 2 -nt -i eth0 tcp port 80 2>/dev/null & sleep 1; curl -so /dev/null web; wait',
  );
  expect(seen.stdout).toMatch(/Flags \[S\], seq \d+.*\n.*Flags \[S\.\]/);
  await client.ok('PUT', `${path}/clock`, { mode: 'paused' });
});
