/** Those who grade from outside: the command line, here and at a server, and clients made from the OpenAPI document. */
import type { Class, Grade, LabSummary, TokenCreated } from '@podlab/contracts';
import { execFile, execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const ROOT = join(__dirname, '../../..');
const LABS = join(ROOT, 'labs');
const PODLAB = join(ROOT, 'dist/podlab/podlab.mjs');

let server: TestServer;
let admin: Client;

beforeAll(async () => {
  execFileSync(process.execPath, [join(ROOT, 'tools/build-podlab.mjs')]);
  server = await startServer(newDataFolder(), { PODLAB_LABS: LABS });
  admin = new Client(server);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs podlab somewhere that is not this repository, with nothing of the environment. */
function podlab(words: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd: server.folder, env: { PATH: process.env.PATH, ...environment } };
    execFile(process.execPath, [PODLAB, ...words], options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** A file or a folder's file of the test's own. */
function written(path: string, text: string): string {
  const file = join(server.folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const text = (file: string) =>
  readFileSync(join(LABS, 'cluster-ip', file), 'utf8').replaceAll('${port}', '8080');
const gradeIn = ({ stdout }: Run) => JSON.parse(stdout) as Grade;
const states = ({ checks }: Grade) => Object.fromEntries(checks.map(({ name, state }) => [name, state]));

describe('podlab grade', () => {
  it('grades without a server, and says by its exit status whether it was enough', async () => {
    written('k8s/10-deployment.yaml', text('deployment.yaml'));
    written('k8s/sub/20-services.yml', text('solution.yaml'));
    written('k8s/notes.txt', 'no manifest');
    const words = ['grade', 'cluster-ip', '--labs', LABS, '--manifests', join(server.folder, 'k8s')];
    const [all, some, none] = await Promise.all([
      podlab(words),
      podlab([...words, '--min-score', '20', '--format', 'junit', '--output', 'report.xml']),
      podlab(['grade', join(LABS, 'cluster-ip'), '--manifests', written('none.yaml', '')]),
    ]);
    const grade = gradeIn(all);
    expect(all.code).toBe(grade.score === grade.max ? 0 : 1);
    expect(states(grade)).toMatchObject({ 'three-pods': 'passed', 'reached-by-name': 'passed' });
    expect([some.code, some.stdout]).toEqual([0, '']);
    expect(readFileSync(join(server.folder, 'report.xml'), 'utf8')).toContain('<testsuites');
    expect([none.code, gradeIn(none).score]).toEqual([1, 0]);
    expect(none.stderr).toMatch(/^cluster-ip: 0 of 100 points/);
  });

  it('says the same as the server that it asks', async () => {
    const { token } = await admin.ok<TokenCreated>('POST', '/api/v1/auth/tokens', {
      name: 'ci',
      scope: 'grade',
    });
    const file = written('all.yaml', `${text('deployment.yaml')}\n---\n${text('solution.yaml')}`);
    const words = ['--manifests', file, '--seed', '7', '--answers', written('answers.yaml', 'quiz: {}\n')];
    const [here, there, stranger] = await Promise.all([
      podlab(['grade', 'cluster-ip', '--labs', LABS, ...words]),
      podlab(['grade', 'cluster-ip', '--server', server.url, ...words], { PODLAB_TOKEN: token }),
      podlab(['grade', 'cluster-ip', '--server', server.url, ...words]),
    ]);
    expect(gradeIn(there)).toEqual(gradeIn(here));
    expect(there.code).toBe(here.code);
    expect([stranger.code, stranger.stdout]).toEqual([3, '']);
    expect(stranger.stderr).toMatch(/POST \S+\/api\/v1\/grade: 401 /);
  });

  it.each([
    [['grade', 'cluster-ip'], 2, /one of --manifests/],
    [['grade', 'nothing', '--manifests', '.'], 3, /there is no lab.yaml/],
    [['grade', 'cluster-ip', '--labs', LABS, '--manifests', 'nowhere'], 3, /nowhere is not there/],
    [['grade', 'x', '--server', 'http://127.0.0.1:1', '--cluster', 'c'], 3, /does not answer/],
    [['grade', 'cluster-ip', '--labs', LABS, '--kubeconfig', 'nowhere'], 3, /nowhere/],
    [['labs', 'verify', '.'], 1, /^$/],
  ])('%j ends with %i', async (words, code, said) => {
    const run = await podlab(words);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(said);
  });
});

/** What a small lab asks of a cluster, by every kind of check. */
const LAB = `apiVersion: podlab.dev/v1
kind: Lab
metadata: { name: real }
title: Real
summary: A lab for a real cluster
order: 1
minutes: 5
namespace: real
cluster: { nodes: 1 }
start: [{ apply: start.yaml }]
steps:
  - name: only
    title: Only
    text: only.md
    checks:
      - { name: service, title: S, kind: Object, object: { kind: Service, name: web }, holds: 'object.spec.ports.exists(p, p.port == 80)' }
      - { name: two, title: T, kind: Object, object: { kind: Pod, selector: { app: web } }, count: { min: 2 }, within_ms: 2000 }
      - name: by-address
        title: A
        kind: Request
        let: { ip: { kind: Service, name: web, value: object.spec.clusterIP } }
        request: { from: { kind: Pod, name: client }, to: 'http://\${ip}/', count: 3 }
        expect: { status: 200, body: nginx }
      - { name: elsewhere, title: E, kind: Request, request: { from: { kind: Pod, name: client }, to: 'http://nobody/' }, expect: { disposition: NameNotResolved } }
      - { name: wrong-port, title: W, kind: Request, request: { from: { kind: Pod, name: client }, to: 'http://web:81/', timeout_ms: 1000 }, expect: { status: 200 } }
      - { name: closed, title: C, kind: Connectivity, from: [{ kind: Pod, selector: { app: client } }], to: ['http://web/'], expect: TimedOut }
      - { name: named, title: N, kind: Dns, from: { kind: Pod, name: client }, lookup: web, answers: ['10.96.*'] }
      - { name: shell, title: H, kind: Exec, from: { kind: Pod, name: client }, command: [sh, -c, 'echo said; exit 3'], exit_code: 3, stdout: said }
      - { name: walked, title: P, kind: Request, request: { from: { kind: Pod, name: client }, to: 'http://web/' }, expect: { path: [{ type: DestinationNat }] } }
      - { name: outside, title: O, kind: Connectivity, from: [{ kind: External }], to: ['http://web/'], expect: NameNotResolved }
      - { name: log, title: L, kind: History, never: [{ kind: Write, resources: [endpoints] }] }
solution: [{ apply: start.yaml }]
`;

const START = `apiVersion: v1
kind: Namespace
metadata: { name: real }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: real, labels: { app: client } }
spec: { containers: [{ name: main, image: 'curlimages/curl:8.10.1', command: [sleep, infinity] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: real }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: 'nginx:1.27' }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: real }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;

describe('podlab grade --kubeconfig', () => {
  it('runs what can run in a cluster that it knows by kubectl’s door alone; the rest is neither pass nor zero', async () => {
    written('real/lab.yaml', LAB);
    written('real/start.yaml', START);
    written('real/only.md', 'Nothing to do.\n');
    const cluster = await admin.createCluster({ nodes: 2 });
    await admin.ok('POST', `/api/v1/clusters/${cluster.id}/apply`, START, 'application/yaml');
    await admin.settle(cluster.id);
    const { text: kubeconfig } = await admin.call('GET', `/api/v1/clusters/${cluster.id}/kubeconfig`);
    const words = ['grade', 'real', '--labs', '.', '--kubeconfig', written('kubeconfig', kubeconfig)];
    const run = await podlab([...words, '--min-score', '50']);
    expect(run.stderr).toContain('3 not run');
    const grade = gradeIn(run);
    expect(states(grade)).toEqual({
      service: 'passed',
      two: 'passed',
      'by-address': 'passed',
      elsewhere: 'passed',
      'wrong-port': 'failed',
      closed: 'failed',
      named: 'passed',
      shell: 'passed',
      walked: 'error',
      outside: 'error',
      log: 'error',
    });
    expect(grade.score).toBeNull();
    expect(grade.checks.find(({ name }) => name === 'walked')).toMatchObject({
      score: null,
      message: { code: 'NotRun' },
    });
    expect(run.code).toBe(0);
    const stranger = await podlab([
      ...words.slice(0, -1),
      written('stranger', kubeconfig.replace(/token: .*/, 'token: no')),
    ]);
    expect([stranger.code, stranger.stdout]).toEqual([3, '']);
  });
});

describe('podlab labs', () => {
  it('solution has the values of a seed, and scores with that seed what manifests alone can', async () => {
    const solution = await podlab(['labs', 'solution', 'cluster-ip', '--labs', LABS, '--seed', 's7q2']);
    expect([solution.code, solution.stderr]).toEqual([0, '']);
    expect(solution.stdout).not.toMatch(/\$\{/);
    expect(solution.stdout).toContain('# {"answer":{"name":"from-outside","value":"NoRoute"}}');
    const manifests = written('solved.yaml', solution.stdout);
    const words = ['grade', 'cluster-ip', '--labs', LABS, '--manifests', manifests, '--seed'];
    const [own, others] = await Promise.all([podlab([...words, 's7q2']), podlab([...words, '7'])]);
    const failures = (run: Run) =>
      gradeIn(run).checks.filter(
        ({ state, kind }) => state !== 'passed' && !['Quiz', 'Prediction'].includes(kind),
      );
    expect(failures(own)).toEqual([]);
    expect(failures(others)).not.toEqual([]);
  });

  it('push makes a version of a lab in a class', async () => {
    const room = await admin.ok<Class>('POST', '/api/v1/classes', { name: 'Networks' });
    const words = ['labs', 'push', join(LABS, 'cluster-ip'), '--class', room.id, '--server', server.url];
    const pushed = await podlab([...words, '--token', server.adminToken]);
    expect(pushed.stderr).toBe('');
    const { items } = await admin.ok<{ items: LabSummary[] }>('GET', `/api/v1/labs?class=${room.id}`);
    expect(items.map(({ name, hash }) => `${name}@${hash}\n`)).toContain(pushed.stdout);
  });
});

/** As somebody would write it who knows the document alone. */
const TYPED_CLIENT = `import createClient from 'openapi-fetch';
import type { paths } from './podlab';

export async function grade(server: string, token: string, manifests: string) {
  const client = createClient<paths>({ baseUrl: server, headers: { authorization: 'Bearer ' + token } });
  const { data, error } = await client.POST('/api/v1/grade', {
    body: { lab: 'cluster-ip', manifests, seed: '7', answers: { quiz: { 'where-is-dnat': ['client-node'] } } },
  });
  if (!data) return { problem: error.code, score: null, passed: [] };
  const passed: string[] = data.checks.filter(({ state }) => state === 'passed').map(({ name }) => name);
  const score: number | null = data.score;
  return { problem: null, score, passed };
}

export async function junit(server: string, token: string): Promise<string | undefined> {
  const client = createClient<paths>({ baseUrl: server, headers: { authorization: 'Bearer ' + token } });
  const { data } = await client.POST('/api/v1/grade', {
    params: { query: { format: 'junit' } },
    body: { lab: 'cluster-ip', manifests: '' },
    parseAs: 'text',
  });
  return data;
}
`;

/** Mistakes that the types of the document must tell. */
const MISTAKES = [
  ["client.POST('/api/v1/marks', {})", '/api/v1/marks'],
  ["client.POST('/api/v1/grade', { body: { manifests: '' } })", "'lab'"],
  ["client.POST('/api/v1/grade', { body: { lab: 'a', seed: 7 } })", "'number'"],
  ["client.POST('/api/v1/grade', { body: { lab: 'a' }, params: { query: { format: 'xml' } } })", 'xml'],
] as const;

/** The blocks of Python in docs/grading.md: by hand, and with a generated client. */
const [BY_HAND, GENERATED] = [
  ...readFileSync(join(ROOT, 'docs/grading.md'), 'utf8').matchAll(/```python\n([^]*?)```/g),
].map(([, block]) => block);

/** Runs a block as a program, with a token that grades and does nothing else. */
async function python(program: string, block: string, more: Record<string, string> = {}): Promise<string> {
  const { token } = await admin.ok<TokenCreated>('POST', '/api/v1/auth/tokens', {
    name: 'py',
    scope: 'grade',
  });
  written('all.yaml', `${text('deployment.yaml')}\n---\n${text('solution.yaml')}`);
  const env = { PATH: process.env.PATH, PODLAB_SERVER: server.url, PODLAB_TOKEN: token, ...more };
  return new Promise((resolve) =>
    execFile(program, ['-c', block], { cwd: server.folder, env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );
}

it('the Python of docs/grading.md grades', async () => {
  expect(await python('python3', BY_HAND)).toMatch(/^\d+(\.\d+)? 100\n$/);
});

it('the commands of docs/classes.md run a class from its opening to its archive', async () => {
  const [, block] = /```sh\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/classes.md'), 'utf8')) ?? [];
  const cwd = join(server.folder, 'class');
  mkdirSync(cwd);
  const env = { PATH: process.env.PATH, PODLAB_SERVER: server.url, PODLAB_TOKEN: server.adminToken };
  await promisify(execFile)('sh', ['-c', block], { cwd, env });
  const read = (file: string) => readFileSync(join(cwd, file), 'utf8');
  expect(read('links.csv')).toMatch(/^2,ara,Ara Kim,A,added,,http/m);
  expect(JSON.parse(read('checks.json'))).toMatchObject({ score: 0 });
  expect(read('ci-token')).toMatch(/^[A-Za-z0-9_-]{20,}\n$/);
  expect(read('grade.csv')).toMatch(/^lab,seed,step,check,[^\n]*\ncluster-ip@/);
  expect(read('grades.csv')).toMatch(
    /^ara,Ara Kim,A,cluster-ip,0,100,1,[^\n]*\nbora,Bora Lee,B,cluster-ip,,100,0,/m,
  );
  const kinds = read('class.ndjson')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(new Set(kinds)).toEqual(new Set(['Class', 'Member', 'Attempt', 'Cluster']));
});

interface GeneratorTools {
  GENERATOR_PATH: string;
  PYTHON_PACKAGES: Record<string, string>;
  pythonWith(names: string[]): string | undefined;
  missingForPythonClient(): string[];
}

describe('a Python client of the OpenAPI document', () => {
  const { GENERATOR_PATH, PYTHON_PACKAGES, pythonWith, missingForPythonClient } =
    jest.requireActual<GeneratorTools>('../../../tools/clients/openapi-generator.mjs');
  const missing = existsSync(GENERATOR_PATH)
    ? missingForPythonClient()
    : ['node_modules of the tests (npm test)'];
  const runs = process.env.CI === 'true' || missing.length === 0;
  const titled = runs ? it : it.skip;

  titled(
    `grades, with no line of it written by hand${runs ? '' : `: needs ${missing.join(', ')}`}`,
    async () => {
      expect(missing).toEqual([]);
      const { text: document } = await admin.call('GET', '/api/openapi-3.0.json');
      const folder = join(server.folder, 'python');
      const words = ['-g', 'python', '--package-name', 'podlab', '-o', folder];
      const input = written('openapi-3.0.json', document);
      execFileSync(
        'java',
        ['-XX:TieredStopAtLevel=1', '-jar', GENERATOR_PATH, 'generate', '-i', input, ...words],
        { stdio: 'pipe' },
      );
      const program = pythonWith(Object.values(PYTHON_PACKAGES)) ?? 'python3';
      const path = { PYTHONPATH: folder };
      expect(await python(program, GENERATED, path)).toMatch(/^\d+(\.\d+)? 100\.0\n$/);
      expect(await python(program, AS_OBJECTS, path)).toBe(SAID);
    },
  );
});

/** What comes back is of the document's classes, and what is refused a problem. */
const AS_OBJECTS = `import json, os, podlab
client = podlab.Configuration(host=os.environ["PODLAB_SERVER"])
client.access_token = os.environ["PODLAB_TOKEN"]
grading = podlab.GradingApi(podlab.ApiClient(client))
body = podlab.GradeRequest(lab="cluster-ip", seed="7", manifests=open("all.yaml").read())
grade = grading.grade(body)
check = grade.checks[0]
print(check.name, check.state, check.message.en, check.title.ko)
print(type(check.evidence).__name__, len(check.evidence.objects), grade.steps[0].max)
client.access_token = "nobody"
try:
    grading.grade(body)
except podlab.ApiException as refused:
    print(refused.status, json.loads(refused.body)["code"])
`;
const SAID = `three-pods passed Passed. nginx-deployment의 파드 세 개가 준비되어 있다
GradeEvidenceObjects 1 15.0
401 Unauthenticated
`;

describe('a TypeScript client of the OpenAPI document', () => {
  const file = (name: string) => join(server.folder, 'client', name);
  const node = (words: string[]) =>
    new Promise<Run>((resolve) =>
      execFile(process.execPath, words, { cwd: ROOT }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      ),
    );
  const compile = (name: string) =>
    node([
      join(ROOT, 'node_modules/typescript7/bin/tsc'),
      ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext'],
      ...['--moduleResolution', 'bundler', '--types', '', file(name)],
    ]);

  beforeAll(async () => {
    const { text: document } = await admin.call('GET', '/api/openapi.json');
    const generator = join(ROOT, 'node_modules/openapi-typescript/bin/cli.js');
    const words = [written('client/openapi.json', document), '-o', file('podlab.d.ts'), ...OPTIONS];
    const { code, stderr } = await node([generator, ...words]);
    expect([code, stderr]).toEqual([0, '']);
    symlinkSync(join(ROOT, 'node_modules'), file('node_modules'));
    written('client/client.ts', TYPED_CLIENT);
  });

  it('is checked by types, and grades, with no line of it written by hand', async () => {
    expect((await compile('client.ts')).stdout).toBe('');
    await build({
      entryPoints: [file('client.ts')],
      outfile: file('client.cjs'),
      bundle: true,
      format: 'cjs',
    });
    const { grade, junit } = jest.requireActual<TypedClient>(file('client.cjs'));
    const manifests = `${text('deployment.yaml')}\n---\n${text('solution.yaml')}`;
    const found = await grade(server.url, server.adminToken, manifests);
    expect(found.passed).toEqual(expect.arrayContaining(['three-pods', 'where-is-dnat']));
    expect(found.score).toBeGreaterThan(0);
    expect(await grade(server.url, 'nobody', '')).toMatchObject({ problem: 'Unauthenticated', score: null });
    expect(await junit(server.url, server.adminToken)).toContain('<testsuites');
  });

  it('mistakes are told by the types', async () => {
    const lines = MISTAKES.map(([call]) => `void ${call};`);
    const head = "import createClient from 'openapi-fetch';\nimport type { paths } from './podlab';\n";
    written('client/mistakes.ts', `${head}const client = createClient<paths>();\n${lines.join('\n')}\n`);
    const { stdout } = await compile('mistakes.ts');
    MISTAKES.forEach(([, word], index) =>
      expect(stdout).toMatch(new RegExp(`mistakes\\.ts\\(${index + 4},[^]*?${word}`)),
    );
  });
});

/** What has a default may be left out of a body. */
const OPTIONS = ['--default-non-nullable', 'false'];

interface TypedClient {
  grade(
    server: string,
    token: string,
    manifests: string,
  ): Promise<{ problem: string | null; score: number | null; passed: string[] }>;
  junit(server: string, token: string): Promise<string | undefined>;
}
