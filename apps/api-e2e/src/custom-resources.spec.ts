/** Custom kinds, volumes and Helm, with stock kubectl and helm. */
import type { Cluster } from '@podlab/contracts';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;
let kubectl: Kubectl;

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: crontabs.stable.example.com }
spec:
  group: stable.example.com
  scope: Namespaced
  names: { plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct] }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          description: A table of what runs when.
          properties:
            spec:
              type: object
              required: [cronSpec]
              properties:
                cronSpec: { type: string, description: When it runs., pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' }
                replicas: { type: integer, minimum: 1, maximum: 10, default: 1 }
            status: { type: object, properties: { replicas: { type: integer } } }
      subresources: { status: {}, scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas } }
      additionalPrinterColumns:
        - { name: Spec, type: string, jsonPath: .spec.cronSpec }
        - { name: Replicas, type: integer, jsonPath: .spec.replicas }
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
`;
const CRON_TAB = `apiVersion: stable.example.com/v1
kind: CronTab
metadata: { name: mine }
spec: { cronSpec: '* * * * */5' }
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({ name: 'custom', seed: '42', clock: { mode: 'live', speed: 20 } });
  kubectl = await Kubectl.for(client, cluster.id);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

it('kubectl declares a kind, and works with its objects as with any other', async () => {
  kubectl.write('definition.yaml', DEFINITION);
  kubectl.write('crontab.yaml', CRON_TAB);
  await kubectl.ok('apply -f definition.yaml');
  await kubectl.ok('wait --for condition=established --timeout=30s crd/crontabs.stable.example.com');
  expect(await kubectl.ok('api-resources --api-group=stable.example.com')).toMatch(
    /crontabs\s+ct\s+stable.example.com\/v1\s+true\s+CronTab/,
  );
  expect(await kubectl.ok('apply -f crontab.yaml')).toBe('crontab.stable.example.com/mine created\n');
  expect(await kubectl.ok('get ct')).toMatch(
    /NAME\s+SPEC\s+REPLICAS\s+AGE\nmine\s+\* \* \* \* \*\/5\s+1\s+\d+s\n/,
  );
  expect(await kubectl.ok('scale ct/mine --replicas=3')).toBe('crontab.stable.example.com/mine scaled\n');
  expect(await kubectl.ok('get ct mine -o jsonpath={.spec.replicas}')).toBe('3');
  expect(await kubectl.ok('label ct mine tier=one')).toBe('crontab.stable.example.com/mine labeled\n');
  const refused = await kubectl.run('patch ct mine --type merge -p {"spec":{"replicas":11}}');
  expect(refused.stderr).toContain(
    'The CronTab "mine" is invalid: spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10',
  );
});

it('kubectl explains a custom kind', async () => {
  expect(await kubectl.ok('explain crontab')).toMatch(
    /GROUP:\s+stable.example.com\nKIND:\s+CronTab\nVERSION:\s+v1\n\nDESCRIPTION:\n\s+A table of what runs when\./,
  );
  expect(await kubectl.ok('explain crontab.spec.cronSpec')).toMatch(
    /FIELD: cronSpec <string>\n\n\s*DESCRIPTION:\n\s+When it runs\./,
  );
  expect(await kubectl.ok('explain crontab.spec')).toMatch(/cronSpec\s+<string> -required-/);
  expect(await kubectl.ok('explain pod.spec.nodeName')).toContain('FIELD: nodeName <string>');
});

it('kubectl deletes the kind with its objects', async () => {
  expect(await kubectl.ok('delete crd crontabs.stable.example.com --timeout=60s')).toContain('deleted');
  expect((await kubectl.run('get ct')).stderr).toContain('(NotFound)');
});

it('kubectl sees a claim bound to a volume that its class had made', async () => {
  kubectl.write(
    'storage.yaml',
    `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard, annotations: { storageclass.kubernetes.io/is-default-class: 'true' } }
provisioner: podlab.dev/simulated
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
  );
  await kubectl.ok('apply -f storage.yaml');
  await kubectl.ok('wait --for jsonpath={.status.phase}=Bound --timeout=60s pvc/data');
  expect(await kubectl.ok('get sc')).toMatch(
    /standard \(default\)\s+podlab.dev\/simulated\s+Delete\s+Immediate\s+false\s+\d+/,
  );
  expect(await kubectl.ok('get pvc data')).toMatch(
    /data\s+Bound\s+pvc-[0-9a-f-]+\s+1Gi\s+RWO\s+standard\s+<unset>/,
  );
  expect(await kubectl.ok('get pv')).toMatch(
    /pvc-\S+\s+1Gi\s+RWO\s+Delete\s+Bound\s+default\/data\s+standard/,
  );
  expect(await kubectl.ok('describe pvc data')).toContain('Successfully provisioned volume pvc-');
});

const HELM = join(__dirname, '../../../.cache/clients/helm');
const withHelm = existsSync(HELM) ? it : it.skip;

withHelm('helm installs, upgrades, rolls back and uninstalls the chart of helm create', async () => {
  const helm = (line: string): string => {
    const env = {
      PATH: process.env.PATH,
      HOME: kubectl.folder,
      KUBECONFIG: join(kubectl.folder, 'kubeconfig'),
    };
    const { status, stdout, stderr } = spawnSync(HELM, line.split(' '), {
      cwd: kubectl.folder,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`helm ${line}: exit ${status}\n${stdout}${stderr}`);
    return stdout;
  };
  helm('create web');
  expect(readFileSync(join(kubectl.folder, 'web/Chart.yaml'), 'utf8')).toContain('name: web');
  expect(helm('install shop web --wait --timeout 60s')).toContain('STATUS: deployed');
  expect(await kubectl.ok('get deployment shop-web -o jsonpath={.status.readyReplicas}')).toBe('1');
  expect(helm('upgrade shop web --set replicaCount=3 --wait --timeout 60s')).toContain('REVISION: 2');
  expect(await kubectl.ok('get deployment shop-web -o jsonpath={.status.readyReplicas}')).toBe('3');
  helm('rollback shop 1 --wait --timeout 60s');
  expect(await kubectl.ok('get deployment shop-web -o jsonpath={.spec.replicas}')).toBe('1');
  expect(helm('history shop')).toContain('Rollback to 1');
  expect(helm('uninstall shop --wait --timeout 60s')).toContain('release "shop" uninstalled');
  expect((await kubectl.run('get deployment shop-web')).stderr).toContain('NotFound');
});
