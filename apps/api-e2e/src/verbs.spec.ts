/** The verbs of stock kubectl, newest and older, and of the official JavaScript client. */
import {
  CoreV1Api,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node';
import type { Cluster } from '@podlab/contracts';
import { request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;

const manifest = (image: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: 2
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: c, image: '${image}', ports: [{ containerPort: 80 }]${more} }] }
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({ name: 'verbs', clock: { mode: 'live', speed: 20 } });
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

describe.each(['1.36', '1.29'])('kubectl %s', (minor) => {
  let kubectl: Kubectl;
  const namespace = `kubectl-${minor.replace('.', '-')}`;
  const run = (line: string, stdin?: string) => kubectl.run(`${line} -n ${namespace}`, stdin);
  const ok = (line: string, stdin?: string) => kubectl.ok(`${line} -n ${namespace}`, stdin);
  const field = (path: string) => ok(`get deployment api -o jsonpath={${path}}`);

  beforeAll(async () => {
    kubectl = await Kubectl.for(client, cluster.id, minor);
    await kubectl.ok(`create namespace ${namespace}`);
  });

  test('apply --server-side makes, changes, refuses and takes', async () => {
    expect(
      await ok('apply --server-side -f -', manifest('nginx:1.27', ", env: [{ name: A, value: '1' }]")),
    ).toBe('deployment.apps/api serverside-applied\n');
    await ok('scale deployment api --replicas=4');
    const refused = await run('apply --server-side -f -', manifest('nginx:1.28'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^error: Apply failed with 1 conflict: conflict with "kubectl\S*" with subresource "scale" using apps\/v1: \.spec\.replicas\n/,
    );
    await ok('apply --server-side --force-conflicts -f -', manifest('nginx:1.28'));
    expect(await field('.spec.replicas')).toBe('2');
    expect(await field('.spec.template.spec.containers[0].env')).toBe('');
  });

  test('diff tells what a server-side apply would change, and changes nothing', async () => {
    const { code, stdout } = await run('diff --server-side -f -', manifest('nginx:1.29'));
    expect(code).toBe(1);
    expect(stdout).toContain('-      - image: nginx:1.28\n+      - image: nginx:1.29\n');
    expect(await field('.spec.template.spec.containers[0].image')).toBe('nginx:1.28');
  });

  test('label, annotate, set image, edit, replace and the patches name their managers', async () => {
    await ok('label deployment api a=b');
    await ok('annotate deployment api x=y');
    await ok('set image deployment/api c=nginx:1.29');
    await ok(
      'patch deployment api --type=json -p [{"op":"replace","path":"/spec/paused","value":true}]',
    ).catch(() =>
      ok('patch deployment api --type=json -p [{"op":"add","path":"/spec/paused","value":true}]'),
    );
    await ok('patch deployment api --type=merge -p {"spec":{"paused":false}}');
    await ok('patch deployment api -p {"spec":{"minReadySeconds":1}}');
    const shown = await ok('get deployment api -o yaml --show-managed-fields');
    for (const manager of ['kubectl', 'kubectl-label', 'kubectl-annotate', 'kubectl-set', 'kubectl-patch']) {
      expect(shown).toContain(`    manager: ${manager}\n`);
    }
    const hidden = await ok('get deployment api -o yaml');
    expect(hidden).not.toContain('managedFields');
    expect(await ok('replace -f -', hidden)).toBe('deployment.apps/api replaced\n');
  });

  test('rollout history, undo, restart, pause and resume', async () => {
    expect(await ok('rollout history deployment/api')).toMatch(/REVISION {2}CHANGE-CAUSE\n1 {9}<none>\n2 /);
    expect(await ok('rollout history deployment/api --revision=1')).toMatch(/ {4}Image:\tnginx:1\.27\n/);
    expect(await ok('rollout undo deployment/api')).toBe('deployment.apps/api rolled back\n');
    expect(await ok('rollout restart deployment/api')).toBe('deployment.apps/api restarted\n');
    expect(await ok('rollout pause deployment/api')).toBe('deployment.apps/api paused\n');
    expect(await ok('rollout resume deployment/api')).toBe('deployment.apps/api resumed\n');
    expect(await ok('rollout status deployment/api')).toContain('successfully rolled out');
  });

  test('what client-side apply made is taken over by server-side apply', async () => {
    const notes = (data: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: notes }\ndata: { ${data} }\n`;
    await ok('apply -f -', notes("a: '1', b: '2'"));
    await ok('apply --server-side -f -', notes("a: '1', b: '2'"));
    await ok('apply --server-side -f -', notes("a: '3'"));
    expect(await ok('get configmap notes -o jsonpath={.data}')).toBe('{"a":"3"}');
    expect(await ok('delete configmap notes --dry-run=server')).toContain('(server dry run)');
    expect(await ok('get configmap notes -o name')).toBe('configmap/notes\n');
  });

  test('label and annotate change what is there only when they are told to, and take away', async () => {
    await ok('label deployment api tier=web');
    const refused = await run('label deployment api tier=db');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "error: 'tier' already has a value (web), and --overwrite is false\n",
    ]);
    await ok('label deployment api tier=db --overwrite');
    expect(await ok('get deployment -l tier=db -o name')).toBe('deployment.apps/api\n');
    expect(await ok('label deployment api tier-')).toBe('deployment.apps/api unlabeled\n');
    expect(await ok('annotate deployment api x-')).toMatch(/^deployment\.apps\/api annotate/);
    expect(await field('.metadata.labels.tier')).toBe('');
  });

  test('edit with an editor: what it leaves is taken, or nothing where it leaves all as it was', async () => {
    const edit = (script: string) =>
      kubectl.ok(`edit deployment api -n ${namespace}`, '', { KUBE_EDITOR: script });
    expect(await edit('sed -i s/minReadySeconds:.1/minReadySeconds:\\ 2/')).toBe(
      'deployment.apps/api edited\n',
    );
    expect(await field('.spec.minReadySeconds')).toBe('2');
    expect(await edit('true')).toBe('');
  });

  test('set env, resources, serviceaccount and selector', async () => {
    await ok('create service clusterip front --tcp=80');
    const lines: [string, string][] = [
      ['set env deployment/api B=2', 'deployment.apps/api env updated\n'],
      ['set env deployment/api --list', '# Deployment api, container c\nB=2\n'],
      [
        'set resources deployment api --limits=cpu=200m',
        'deployment.apps/api resource requirements updated\n',
      ],
      ['set serviceaccount deployment api default', 'deployment.apps/api serviceaccount updated\n'],
      ['set selector service front app=api', 'service/front selector updated\n'],
      ['set env deployment/api B-', 'deployment.apps/api env updated\n'],
    ];
    for (const [line, said] of lines) expect(await ok(line)).toBe(said);
    expect(await field('.spec.template.spec.containers[0].resources.limits.cpu')).toBe('200m');
    expect(await ok('get service front -o jsonpath={.spec.selector}')).toBe('{"app":"api"}');
  });

  test('patch of a subresource, and of what is not there', async () => {
    await ok('patch deployment api --subresource=scale --type=merge -p {"spec":{"replicas":1}}');
    expect(await field('.spec.replicas')).toBe('1');
    const { stderr } = await run('patch deployment nobody -p {"spec":{"replicas":1}}');
    expect(stderr).toBe('Error from server (NotFound): deployments.apps "nobody" not found\n');
    const strange = await run('patch deployment api --type=json -p [{"op":"remove","path":"/spec/nothing"}]');
    expect(strange.stderr).toContain('the server rejected our request due to an error in our request');
  });

  test('autoscale and create token, in whichever version and encoding kubectl sends them', async () => {
    await ok('autoscale deployment api --cpu-percent=50 --max=3');
    const target = '{.spec.metrics[0].resource.target.averageUtilization}';
    expect(await ok(`get hpa api -o jsonpath=${target}`)).toBe('50');
    const older = 'horizontalpodautoscalers.v1.autoscaling';
    expect(await ok(`get ${older} api -o jsonpath={.spec.targetCPUUtilizationPercentage}`)).toBe('50');
    await ok('delete hpa api');
    expect((await ok('create token default')).split('.')).toHaveLength(3);
  });

  test('wait for a value, for what comes and for what goes', async () => {
    expect(await ok('wait --for=jsonpath={.status.readyReplicas}=1 deployment/api --timeout=60s')).toBe(
      'deployment.apps/api condition met\n',
    );
    expect(await ok('wait --for=condition=Available deployment/api --timeout=60s')).toBe(
      'deployment.apps/api condition met\n',
    );
    await ok('create configmap going');
    const waiting = run('wait --for=delete configmap/going --timeout=60s');
    await ok('delete configmap going');
    expect((await waiting).code).toBe(0);
    const never = await run('wait --for=jsonpath={.spec.replicas}=9 deployment/api --timeout=1s');
    expect(never.stderr).toBe('error: timed out waiting for the condition on deployments/api\n');
  });

  test('apply tells what it applied last, diff and prune what it would change', async () => {
    const two = (data: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: told, labels: { set: two } }\ndata: ${data}\n`;
    await ok('apply -f -', two('{ a: one }'));
    expect(await ok('apply view-last-applied configmap told')).toContain('data:\n  a: one\n');
    const { code, stdout } = await run('diff -f -', two('{ a: two }'));
    expect([code, /-  a: one\n\+  a: two\n/.test(stdout)]).toEqual([1, true]);
    expect((await run('diff -f -', two('{ a: one }'))).code).toBe(0);
    expect(await ok('apply --validate=strict --dry-run=server -f -', two('{ a: two }'))).toBe(
      'configmap/told configured (server dry run)\n',
    );
    const strict = await run('apply --validate=strict -f -', `${two('{ a: two }')}moon: 1\n`);
    expect(strict.stderr).toMatch(/strict decoding error: unknown field "moon"/);
    const other = two('{ a: one }').replace('told', 'other');
    const pruned = await ok('apply --prune -l set=two --prune-allowlist=core/v1/ConfigMap -f -', other);
    expect(pruned).toBe('configmap/other created\nconfigmap/told pruned\n');
  });

  test('replace --force makes an object anew; delete leaves or takes its dependents', async () => {
    const uid = await field('.metadata.uid');
    expect(await ok('replace --force -f -', manifest('nginx:1.27'))).toMatch(
      /deployment\.apps\/api replaced\n$/,
    );
    expect(await field('.metadata.uid')).not.toBe(uid);
    await ok('rollout status deployment/api --timeout=60s');
    await ok('delete deployment api --cascade=orphan');
    expect((await ok('get replicasets,pods -l app=api -o name')).split('\n')).toHaveLength(1 + 2 + 1);
    await ok('delete replicaset -l app=api --cascade=foreground');
    await ok('wait --for=delete pod -l app=api --timeout=60s');
    expect(await ok('get pods -l app=api -o name')).toBe('');
  });

  test('get in every form', async () => {
    for (const name of ['form-b', 'form-a']) await ok(`create configmap ${name} --from-literal=n=${name}`);
    await ok('label configmap form-a form-b form=x');
    const forms: [string, string][] = [
      ['-o name --sort-by=.metadata.name', 'configmap/form-a\nconfigmap/form-b\n'],
      ['-o jsonpath={.items[*].data.n}', 'form-a form-b'],
      ['-o custom-columns=NAME:.metadata.name,N:.data.n', 'NAME     N\nform-a   form-a\nform-b   form-b\n'],
      ['-o go-template={{range.items}}{{.data.n}};{{end}}', 'form-a;form-b;'],
      ['--field-selector metadata.name=form-b -o name', 'configmap/form-b\n'],
      ['--chunk-size=1 -o name', 'configmap/form-a\nconfigmap/form-b\n'],
      [
        '--no-headers -L form',
        expect.stringMatching(/^form-a +1 +\d+[sm] +x\nform-b +1 +\d+[sm] +x\n$/) as string,
      ],
    ];
    for (const [form, shown] of forms) expect(await ok(`get configmaps -l form=x ${form}`)).toEqual(shown);
  });

  test('cordon, taint and uncordon', async () => {
    expect(await kubectl.ok('cordon node-a')).toBe('node/node-a cordoned\n');
    expect(await kubectl.ok('taint node node-b k=v:NoSchedule')).toBe('node/node-b tainted\n');
    expect(await kubectl.ok('taint node node-b k-')).toBe('node/node-b untainted\n');
    expect(await kubectl.ok('uncordon node-a')).toBe('node/node-a uncordoned\n');
  });
});

describe('the official JavaScript client', () => {
  let config: KubeConfig;
  let core: CoreV1Api;
  const namespace = 'default';
  const notes = (name: string, data: Record<string, string> = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  });

  beforeAll(async () => {
    const { text } = await client.call('GET', `/api/v1/clusters/${cluster.id}/kubeconfig`);
    config = new KubeConfig();
    config.loadFromString(text);
    core = config.makeApiClient(CoreV1Api);
  });

  test('creates, lists in pages, applies and deletes', async () => {
    for (const name of ['js-a', 'js-b', 'js-c']) {
      await core.createNamespacedConfigMap({
        namespace,
        body: { ...notes(name), metadata: { name, labels: { app: 'js' } } },
      });
    }
    const first = await core.listNamespacedConfigMap({ namespace, labelSelector: 'app=js', limit: 2 });
    const rest = await core.listNamespacedConfigMap({
      namespace,
      labelSelector: 'app=js',
      limit: 2,
      _continue: first.metadata?._continue,
    });
    expect([...first.items, ...rest.items].map(({ metadata }) => metadata?.name)).toEqual([
      'js-a',
      'js-b',
      'js-c',
    ]);
    const applied = await core.patchNamespacedConfigMap(
      { namespace, name: 'js-a', body: notes('js-a', { x: '1' }), fieldManager: 'grader' },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
    expect(
      applied.metadata?.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`),
    ).toContain('grader Apply');
    const gone = await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'app=js' });
    expect(gone.kind).toBe('ConfigMapList');
    await expect(core.readNamespacedConfigMap({ namespace, name: 'js-a' })).rejects.toMatchObject({
      code: 404,
    });
  });

  test('watches and informs', async () => {
    const seen: string[] = [];
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    const told = new Promise<void>((resolve) => {
      informer.on('add', ({ metadata }) => {
        seen.push(metadata?.name ?? '');
        if (metadata?.name === 'js-told') resolve();
      });
    });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace, body: notes('js-told') });
    await told;
    expect(seen).toContain('kube-root-ca.crt');
    await informer.stop();
    const events: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const options = {
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: true,
        timeoutSeconds: 1,
      };
      new Watch(config)
        .watch(
          `/api/v1/namespaces/${namespace}/configmaps`,
          options,
          (type) => void events.push(type),
          () => resolve(),
        )
        .catch(reject);
    });
    expect(events.at(-1)).toBe('BOOKMARK');
    expect(events).toContain('ADDED');
  });

  test('long answers are packed for those who can unpack them', async () => {
    for (let i = 0; i < 3; i++) {
      await core.createNamespacedConfigMap({
        namespace,
        body: notes(`long-${i}`, { x: 'y'.repeat(90_000) }),
      });
    }
    const list = (headers: Record<string, string>) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
        const url = `${server.kubeUrl}/clusters/${cluster.id}/api/v1/namespaces/${namespace}/configmaps`;
        const authorization = `Bearer ${server.adminToken}`;
        httpsRequest(
          url,
          { headers: { authorization, ...headers }, rejectUnauthorized: false },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => void chunks.push(chunk));
            response.on('end', () =>
              resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }),
            );
          },
        )
          .on('error', reject)
          .end();
      });
    const plain = await list({});
    const packed = await list({ 'accept-encoding': 'gzip' });
    expect([plain.encoding, packed.encoding]).toEqual([undefined, 'gzip']);
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  });
});
