/** What streams at kubectl's door: exec, attach, logs, port-forward, proxy and cp, by both kubectls and the official client. */
import { Attach, Exec, KubeConfig, Log, PortForward, Watch } from '@kubernetes/client-node';
import type { V1Status } from '@kubernetes/client-node';
import type { Cluster } from '@podlab/contracts';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Client } from './support/client';
import { Kubectl, machineHasKubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: box}
spec: {containers: [{name: main, image: "busybox:1.37", command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ticks}
spec: {containers: [{name: main, image: "busybox:1.37", command: [sh, -c, 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 1; done']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec: {containers: [{name: main, image: "busybox:1.37", stdin: true, command: [sh, -c, 'while read x; do echo "<$x>"; done']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: crash}
spec: {containers: [{name: main, image: "busybox:1.37", command: [sh, -c, 'echo I was here; exit 1']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  initContainers: [{name: first, image: "busybox:1.37", command: [sleep, infinity]}]
  containers: [{name: main, image: "busybox:1.37", command: [sleep, infinity]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8080, targetPort: http}]}
`;

/** A process of kubectl takes seconds where the machine is busy. */
const PATIENCE_MS = 90_000;

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

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** In the words of kubectl, the API server that translates WebSockets, the kubelet, containerd and runc. */
const NOT_THERE = {
  '1.36':
    /(^|\n)error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH\n$/,
  '1.29':
    /(^|\n)error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH\n$/,
};
const NOT_UP = {
  '1.36':
    /(^|\n)error: Internal error occurred: unable to upgrade connection: container not found \("main"\)\n$/,
  '1.29': /(^|\n)error: unable to upgrade connection: container not found \("main"\)\n$/,
};
/** kubectl looks by itself today; before it asked the API server, which looks before anything is upgraded. */
const NOT_VALID = {
  '1.36': /(^|\n)error: container side is not valid for pod box out of: main\n$/,
  '1.29': /(^|\n)Error from server \(BadRequest\): container side is not valid for pod box\n$/,
};

/** Of 1.36: WebSockets; of 1.29: SPDY/3.1. */
const versions = machineHasKubectl ? (['1.36', '1.29'] as const) : [];

describe.each(versions)('kubectl %s', (version) => {
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await Kubectl.for(client, cluster.id, version);
  });

  it.each([
    ['exec box -- hostname', '', 0, 'box\n', ''],
    ['exec box -- nosuch', '', 1, '', NOT_THERE[version]],
    ['exec nobody -- ls', '', 1, '', 'Error from server (NotFound): pods "nobody" not found'],
    ['exec box -c side -- ls', '', 1, '', NOT_VALID[version]],
    ['exec slow -- ls', '', 1, '', NOT_UP[version]],
    ['exec -i box -- cat', 'one\n둘\n', 0, 'one\n둘\n', ''],
    ['exec -i box -- sh', 'cd /etc\npwd\nexit 7\n', 7, '/etc\n', 'command terminated with exit code 7'],
    ['exec box -- cat /nothing', '', 1, '', "cat: can't open '/nothing': No such file or directory"],
    ['exec box -- wget -qO- web:8080', '', 0, expect.stringContaining('Welcome to nginx!'), ''],
    ['logs crash --tail=1', '', 0, 'I was here\n', ''],
    ['logs box --previous', '', 1, '', 'previous terminated container "main" in pod "box" not found'],
    ['logs ticks --tail=1 --limit-bytes=4', '', 0, 'tick', ''],
  ])('%s', async (line, stdin, code, stdout, stderr) => {
    const run = await kubectl.run(line, stdin);
    const said = typeof stderr === 'string' ? expect.stringContaining(stderr) : expect.stringMatching(stderr);
    expect(run).toEqual({ code, stdout, stderr: said as string });
  });

  it('logs --follow tells lines as they come, and ends when it is left', async () => {
    const { output, kill, ended } = kubectl.start('logs -f ticks --tail=2 --timestamps');
    await until(() => output().split('\n').length > 4);
    kill();
    await ended;
    const ticks = [...output().matchAll(/^\S+Z tick (\d+)$/gm)].map(([, tick]) => Number(tick));
    expect(ticks.length).toBeGreaterThanOrEqual(4);
    expect(ticks).toEqual(ticks.map((_, index) => ticks[0] + index));
  });

  it('attach hears what the container prints from then on', async () => {
    const { output, kill, ended } = kubectl.start('attach ticks');
    await until(() => /tick \d+\ntick \d+\n/.test(output()));
    kill();
    await ended;
  });

  it('port-forward carries a browser into the pod', async () => {
    const { output, kill, ended } = kubectl.start('port-forward service/web :8080');
    const [, port] = await until(() => /127\.0\.0\.1:(\d+) -> 80/.exec(output()) ?? undefined);
    for (const [path, status] of [
      ['/', 200],
      ['/nope', 404],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      expect([answer.status, answer.headers.get('server')]).toEqual([status, 'nginx/1.27']);
      expect((await answer.text()).length).toBeGreaterThan(100);
    }
    kill();
    await ended;
  });

  it('port-forward to a port where nobody listens says so', async () => {
    const { output, ended } = kubectl.start('port-forward pod/web :81');
    const [, port] = await until(() => /127\.0\.0\.1:(\d+) -> 81/.exec(output()) ?? undefined);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    expect((await ended).stderr).toContain('dial tcp4 127.0.0.1:81: connect: connection refused');
  });

  it('cp carries files there and back, refuses what is no text, and misses what is not there', async () => {
    mkdirSync(join(kubectl.folder, 'up/inner'), { recursive: true });
    kubectl.write('up/one.txt', 'one\n');
    kubectl.write('up/inner/two.txt', '둘\n'.repeat(20_000));
    await kubectl.ok(`cp up box:/tmp/${version}`);
    expect(await kubectl.ok(`exec box -- find /tmp/${version} -type f`)).toBe(
      `/tmp/${version}/inner/two.txt\n/tmp/${version}/one.txt\n`,
    );
    await kubectl.ok(`cp box:/tmp/${version} down`);
    expect(readFileSync(join(kubectl.folder, 'down/inner/two.txt'), 'utf8')).toBe('둘\n'.repeat(20_000));
    writeFileSync(join(kubectl.folder, 'binary'), Buffer.from([0xff, 0xfe, 0, 1, 2, 3]));
    const { code, stderr } = await kubectl.run('cp binary box:/tmp/binary');
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not UTF-8')]);
    expect(existsSync(join(kubectl.folder, 'down/binary'))).toBe(false);
    const missing = await kubectl.run('cp box:/missing nothing');
    expect(missing).toMatchObject({ code: 1, stderr: 'command terminated with exit code 1\n' });
    // kubectl writes there what tar complains of.
    expect(missing.stdout).toContain('tar: /missing: No such file or directory');
  });

  it('run -i attaches, feeds and cleans up', async () => {
    const name = `reads-${version.replace('.', '-')}`;
    const line = `run ${name} -i --rm --restart=Never --image=busybox -- sh -c`;
    const run = await kubectl.run(`${line} cat`, 'from outside\n');
    expect(run.stdout).toContain('from outside\n');
    expect((await kubectl.run(`get pod ${name}`)).stderr).toContain('not found');
  });

  it.each([
    ['run -i --rm --restart=Never --image=busybox brief', 'echo said', /^said$/gm],
    ['run -i --rm --restart=Never --image=busybox brief', 'wget -qO- web:8080', /<title>/g],
    [`debug box -i --image=busybox -c brief-${version.replace('.', '-')}`, 'echo said', /^said$/gm],
  ])('%s -- %s tells its output once', async (line, command, output) => {
    const { stdout, stderr } = await kubectl.run(`${line} -- ${command}`);
    expect(stdout.match(output)).toHaveLength(1);
    expect(stderr).not.toContain('attach');
  });
});

/** Before 1.30 `get --raw` leaves out the path of the server that the kubeconfig names. */
describe.each(versions.slice(0, 1))('kubectl %s get --raw', (version) => {
  it.each([
    ['services/web:8080/proxy/', 0, 'Welcome to nginx!'],
    ['pods/web:http/proxy/', 0, 'Welcome to nginx!'],
    ['pods/box:80/proxy/', 1, 'connect: connection refused'],
  ])('of %s goes through the API server', async (path, code, words) => {
    const kubectl = await Kubectl.for(client, cluster.id, version);
    const run = await kubectl.run(`get --raw /api/v1/namespaces/default/${path}`);
    expect(run.code).toBe(code);
    expect(run.stdout + run.stderr).toContain(words);
  });
});

describe('the official JavaScript client', () => {
  const config = async (): Promise<KubeConfig> => {
    const { text: kubeconfig } = await client.call('GET', `/api/v1/clusters/${cluster.id}/kubeconfig`);
    const loaded = new KubeConfig();
    loaded.loadFromString(kubeconfig);
    return loaded;
  };

  it('Exec feeds a command and hears how it ends', async () => {
    const streams = { out: new PassThrough(), err: new PassThrough(), in: new PassThrough() };
    const exec = new Exec(await config());
    const command = ['sh', '-c', 'cat; echo bad >&2; exit 3'];
    const ended = new Promise<V1Status>((resolve, reject) => {
      exec
        .exec('default', 'box', 'main', command, streams.out, streams.err, streams.in, false, resolve)
        .then((socket) => socket.on('close', () => streams.out.end()), reject);
    });
    streams.in.end('fed\n');
    const status = await ended;
    expect(status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
    expect(status.details?.causes).toEqual([{ reason: 'ExitCode', message: '3' }]);
    expect(await text(streams.out)).toBe('fed\n');
    expect(String(streams.err.read())).toBe('bad\n');
  });

  it('Exec with a terminal echoes, edits and prompts', async () => {
    const out = new PassThrough();
    const input = new PassThrough();
    let seen = '';
    out.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    const exec = new Exec(await config());
    const ended = new Promise<V1Status>((resolve, reject) => {
      exec.exec('default', 'box', 'main', ['sh'], out, null, input, true, resolve).catch(reject);
    });
    await until(() => seen.endsWith('/ # '));
    input.write('echo helloo\u007f; sleep 100\r');
    await until(() => seen.includes('\r\nhello\r\n'));
    input.write('\u0003');
    await until(() => seen.endsWith('^C\r\n/ # '));
    input.write('exit 2\r');
    expect((await ended).details?.causes).toEqual([{ reason: 'ExitCode', message: '2' }]);
  });

  it('Attach types into a container', async () => {
    const out = new PassThrough();
    const input = new PassThrough();
    let seen = '';
    out.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    const attach = new Attach(await config());
    const socket = await attach.attach('default', 'reader', 'main', out, null, input, false);
    input.write('typed\n');
    await until(() => seen === '<typed>\n');
    socket.close();
    const log = await client.call('GET', `/clusters/${cluster.id}/api/v1/namespaces/default/pods/reader/log`);
    expect(log.text).toBe('<typed>\n');
  });

  it('PortForward speaks with the pod', async () => {
    const out = new PassThrough();
    const input = new PassThrough();
    const forward = new PortForward(await config());
    await forward.portForward('default', 'web', [80], out, null, input);
    input.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let seen = '';
    out.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await until(() => seen.includes('</html>'));
    expect(seen).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('Log follows, up to the bytes it asked for', async () => {
    const out = new PassThrough();
    const log = new Log(await config());
    await log.log('default', 'ticks', 'main', out, { follow: true, tailLines: 1, limitBytes: 20 });
    expect(await text(out)).toMatch(/^tick \d+\ntick \d+\n/);
  });

  it('Watch hears of a pod', async () => {
    const seen: string[] = [];
    const watch = new Watch(await config());
    const each = (type: string, { metadata }: { metadata: { name: string } }) =>
      seen.push(`${type} ${metadata.name}`);
    const stop = await watch.watch('/api/v1/namespaces/default/pods', {}, each, () => undefined);
    await until(() => seen.includes('ADDED web'));
    stop.abort();
  });
});

it('what a command over kubectl sent is told as any request, with its trace', async () => {
  const { items } = await client.ok<{ items: { id: string; to: string }[] }>(
    'GET',
    `/api/v1/clusters/${cluster.id}/requests?limit=100`,
  );
  const sent = items.find(({ to }) => to === 'http://web:8080/');
  expect(sent === undefined && machineHasKubectl).toBe(false);
});

describe('a stream is refused', () => {
  const path = () => `/clusters/${cluster.id}/api/v1/namespaces/default/pods/box/exec?command=ls&stdout=1`;
  const ask = (token: string | undefined, headers: Record<string, string>) =>
    fetch(`${server.url}${path()}`, {
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    });

  it.each([
    ['without a token', undefined, 401, 'Unauthorized'],
    ['with a wrong token', 'nonsense', 401, 'Unauthorized'],
  ])('%s', async (_, token, status, reason) => {
    const answer = await ask(token, {});
    expect([answer.status, ((await answer.json()) as V1Status).reason]).toEqual([status, reason]);
  });

  it.each(['websocket', 'SPDY/3.1'])(
    'as an upgrade to %s, where a plain request would be',
    async (protocol) => {
      const own = await client.call(
        'GET',
        `/api/v1/clusters/${(await client.createCluster({ nodes: 1 })).id}/kubeconfig`,
      );
      const [, foreign] = /token: (\S+)/.exec(own.text) ?? [];
      for (const [token, expected] of [
        [undefined, [401]],
        ['nonsense', [401]],
        [foreign, [401, 403, 404]],
      ] as const) {
        const status = await new Promise<number | undefined>((resolve, reject) => {
          const { hostname, port } = new URL(server.kubeUrl);
          const headers = {
            connection: 'Upgrade',
            upgrade: protocol,
            'x-stream-protocol-version': 'v4.channel.k8s.io',
            'sec-websocket-protocol': 'v4.channel.k8s.io',
            'sec-websocket-version': '13',
            'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
            ...(token && { authorization: `Bearer ${token}` }),
          };
          get({ hostname, port, path: path(), headers, rejectUnauthorized: false }, (answer) =>
            resolve(answer.statusCode),
          )
            .on('upgrade', (answer, socket) => {
              socket.destroy();
              resolve(answer.statusCode);
            })
            .on('error', reject);
        });
        expect(expected).toContain(status);
      }
    },
  );

  it('as a plain request', async () => {
    const answer = await ask(server.adminToken, {});
    expect([answer.status, ((await answer.json()) as V1Status).message]).toEqual([
      400,
      'Upgrade request required',
    ]);
  });
});
