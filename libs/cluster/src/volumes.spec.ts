/** Claims and volumes in a whole cluster: bound, provisioned, awaited by pods, kept while in use, reclaimed. */
import { ExecRequest } from '@podlab/contracts';
import { utf8Decode } from '@podlab/kernel';
import type { Cluster } from './cluster';
import { call, newCluster } from './test-support';

const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';
const PODS = '/api/v1/namespaces/default/pods';
const CLASSES = '/apis/storage.k8s.io/v1/storageclasses';

interface Shown {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly nodeName?: string;
    readonly claimRef?: { readonly name: string };
  };
  readonly status: { readonly phase: string; readonly message?: string };
  readonly message?: string;
  readonly reason?: string;
}

let cluster: Cluster;
beforeEach(() => {
  cluster = newCluster();
  settle();
});

const settle = (ms = 5_000) => cluster.runUntil(cluster.now() + ms, 1_000_000);
const get = (path: string) => call(cluster, 'GET', path, undefined) as unknown as Shown;
const items = (path: string) =>
  (call(cluster, 'GET', path, undefined) as unknown as { items: Shown[] }).items;
const post = (path: string, body: object) => call(cluster, 'POST', path, body);
const events = (reason: string) =>
  items('/api/v1/namespaces/default/events')
    .filter((event) => event.reason === reason)
    .map(({ message }) => message);

const volume = (name: string, storage: string, spec: object = {}) =>
  post(VOLUMES, {
    metadata: { name },
    spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/mnt/data' }, ...spec },
  });
const claim = (name: string, spec: object = {}) =>
  post(CLAIMS, {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
const storageClass = (name: string, fields: object = {}, annotations: object = {}) =>
  post(CLASSES, { metadata: { name, annotations }, provisioner: 'podlab.dev/simulated', ...fields });
const pod = (claimName: string) =>
  post(PODS, {
    metadata: { name: 'web' },
    spec: {
      containers: [{ name: 'main', image: 'nginx:1.27' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
  });

test('a claim takes the smallest volume that is large enough', () => {
  volume('large', '100Gi');
  volume('small', '500Mi');
  volume('fitting', '2Gi');
  settle();
  expect(items(VOLUMES).map(({ status }) => status.phase)).toEqual(['Available', 'Available', 'Available']);
  claim('data');
  settle();
  expect(get(`${CLAIMS}/data`)).toMatchObject({
    metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
    spec: { volumeName: 'fitting' },
    status: { phase: 'Bound', capacity: { storage: '2Gi' } },
  });
  expect(get(`${VOLUMES}/fitting`)).toMatchObject({
    spec: { claimRef: { name: 'data' } },
    status: { phase: 'Bound' },
  });
});

test('a claim without a class and a volume says so, and takes the volume that comes', () => {
  claim('data');
  settle();
  expect(events('FailedBinding')).toEqual([
    'no persistent volumes available for this claim and no storage class is set',
  ]);
  volume('late', '1Gi');
  settle();
  expect(get(`${CLAIMS}/data`).status.phase).toBe('Bound');
});

describe('a default class that comes after a claim', () => {
  const DEFAULT = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const classOf = (name: string) => get(`${CLAIMS}/${name}`).spec.storageClassName;

  test('is the class of those that asked for none, and their volumes are made', () => {
    claim('data');
    claim('static', { storageClassName: '' });
    settle();
    expect(classOf('data')).toBeUndefined();
    storageClass('standard', {}, DEFAULT);
    settle();
    expect(get(`${CLAIMS}/data`)).toMatchObject({
      spec: { storageClassName: 'standard' },
      status: { phase: 'Bound' },
    });
    expect(get(`${CLAIMS}/static`)).toMatchObject({
      spec: { storageClassName: '' },
      status: { phase: 'Pending' },
    });
  });

  test('is seen when a class that is there becomes it', () => {
    storageClass('standard');
    claim('data');
    settle();
    expect(classOf('data')).toBeUndefined();
    const patch = { metadata: { annotations: DEFAULT } };
    call(cluster, 'PATCH', `${CLASSES}/standard`, patch, 'application/merge-patch+json');
    settle();
    expect(classOf('data')).toBe('standard');
  });

  test('leaves a claim alone that a volume of no class is bound to', () => {
    volume('plain', '1Gi');
    claim('data');
    settle();
    storageClass('standard', {}, DEFAULT);
    settle();
    expect(classOf('data')).toBeUndefined();
  });
});

test.each<[title: string, spec: object, reason: string, message: string]>([
  [
    'a class that is not there',
    { storageClassName: 'fast' },
    'ProvisioningFailed',
    'storageclass.storage.k8s.io "fast" not found',
  ],
  [
    'a class without a provisioner',
    { storageClassName: 'none' },
    'ProvisioningFailed',
    'no volume plugin matched name: kubernetes.io/no-provisioner',
  ],
  [
    'a volume that is too small',
    { volumeName: 'tiny' },
    'VolumeMismatch',
    'Cannot bind to requested volume "tiny": requested PV is too small',
  ],
])('a claim with %s waits and says why', (_title, spec, reason, message) => {
  storageClass('none', { provisioner: 'kubernetes.io/no-provisioner' });
  volume('tiny', '1Mi');
  settle();
  claim('data', spec);
  settle();
  expect(events(reason)).toEqual([message]);
  expect(get(`${CLAIMS}/data`).status.phase).toBe('Pending');
});

test('the default class is given to a claim, its provisioner makes a volume, and the volume goes with its claim', () => {
  storageClass('standard', {}, { 'storageclass.kubernetes.io/is-default-class': 'true' });
  claim('data');
  settle();
  const bound = get(`${CLAIMS}/data`);
  expect(bound).toMatchObject({ spec: { storageClassName: 'standard' }, status: { phase: 'Bound' } });
  expect(events('ProvisioningSucceeded')).toEqual([
    `Successfully provisioned volume ${bound.spec.volumeName}`,
  ]);
  call(cluster, 'DELETE', `${CLAIMS}/data`, undefined);
  settle();
  expect(items(CLAIMS)).toEqual([]);
  expect(items(VOLUMES)).toEqual([]);
});

test.each<[policy: string, spec: object, phase: string, message: string | undefined]>([
  ['Retain', {}, 'Released', undefined],
  ['Recycle', {}, 'Available', undefined],
  ['Delete', {}, 'Failed', 'host_path deleter only supports /tmp/.+ but received provided /mnt/data'],
  [
    'Delete',
    { hostPath: undefined, nfs: { server: 'nfs', path: '/' } },
    'Failed',
    'error getting deleter volume plugin for volume "kept": no deletable volume plugin matched',
  ],
])('a volume made by hand with the policy %s is, after its claim, %s %s', (policy, spec, phase, message) => {
  volume('kept', '1Gi', { persistentVolumeReclaimPolicy: policy, ...spec });
  claim('data');
  settle();
  call(cluster, 'DELETE', `${CLAIMS}/data`, undefined);
  settle();
  const { status } = get(`${VOLUMES}/kept`);
  expect(status.phase).toBe(phase);
  expect(status.message).toBe(message);
});

test('a pod waits for its claim and runs when the claim is bound', () => {
  pod('data');
  settle();
  claim('data');
  settle();
  volume('late', '1Gi');
  settle(60_000);
  const preemption =
    'no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
  expect(events('FailedScheduling')).toEqual([
    `0/3 nodes are available: persistentvolumeclaim "data" not found. ${preemption}`,
    `0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${preemption}`,
  ]);
  expect(get(`${PODS}/web`).status.phase).toBe('Running');
});

test('a claim that waits for its first consumer gets its volume where the pod goes', () => {
  storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer' });
  claim('data', { storageClassName: 'late' });
  settle();
  expect(events('WaitForFirstConsumer')).toEqual(['waiting for first consumer to be created before binding']);
  pod('data');
  settle(30_000);
  const { spec, status } = get(`${PODS}/web`);
  expect(status.phase).toBe('Running');
  expect(get(`${CLAIMS}/data`)).toMatchObject({
    metadata: { annotations: { 'volume.kubernetes.io/selected-node': spec.nodeName } },
    status: { phase: 'Bound' },
  });
  expect(events('FailedScheduling')).toEqual([]);
});

test('a local volume takes its pod to its node', () => {
  storageClass('local', {
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  const values = ['node-b'];
  const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values }];
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions }] } };
  volume('disk', '1Gi', {
    hostPath: undefined,
    local: { path: '/mnt/disk' },
    storageClassName: 'local',
    nodeAffinity,
  });
  claim('data', { storageClassName: 'local' });
  settle();
  pod('data');
  settle(30_000);
  expect(get(`${PODS}/web`)).toMatchObject({ spec: { nodeName: 'node-b' }, status: { phase: 'Running' } });
  expect(get(`${CLAIMS}/data`).spec.volumeName).toBe('disk');
});

test('a claim in use outlives its deletion until the pod is gone', () => {
  volume('disk', '1Gi');
  claim('data');
  pod('data');
  settle(30_000);
  call(cluster, 'DELETE', `${CLAIMS}/data`, undefined);
  settle();
  const table = cluster.kube({
    method: 'GET',
    path: CLAIMS,
    query: '',
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    content_type: '',
    body: new Uint8Array(),
    user: { name: 'student', groups: ['system:masters'] },
  });
  expect(utf8Decode((table as { body: Uint8Array }).body)).toContain('"data","Terminating","disk"');
  call(cluster, 'DELETE', `${PODS}/web`, undefined);
  settle(60_000);
  expect(items(CLAIMS)).toEqual([]);
});

test.each([
  [true, 'volume expansion is left out of this simulation'],
  [
    false,
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  ],
])(
  'more room for a claim whose class says allowVolumeExpansion %s is refused',
  (allowVolumeExpansion, why) => {
    storageClass('standard', { allowVolumeExpansion });
    claim('data', { storageClassName: 'standard' });
    settle();
    const patch = { spec: { resources: { requests: { storage: '2Gi' } } } };
    expect(() => call(cluster, 'PATCH', `${CLAIMS}/data`, patch, 'application/merge-patch+json')).toThrow(
      `persistentvolumeclaims \\"data\\" is forbidden: ${why}`,
    );
  },
);

describe('the volumes of the API follow what they show', () => {
  const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
  const MERGE = 'application/merge-patch+json';
  const [settings, secret] = [{ name: 'settings' }, { name: 'key' }];
  const labels = { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] };

  beforeEach(() => {
    post(CONFIG_MAPS, { metadata: settings, data: { colour: 'blue', shape: 'round' } });
    post('/api/v1/namespaces/default/secrets', { metadata: secret, data: { word: 'b25l' } });
    post(PODS, {
      metadata: { name: 'reader', labels: { tier: 'front' } },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'busybox:1.37',
            command: ['sleep', 'infinity'],
            env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }],
            volumeMounts: [
              { name: 'all', mountPath: '/all' },
              { name: 'all', mountPath: '/part/colour', subPath: 'colour' },
              { name: 'secret', mountPath: '/secret' },
              { name: 'both', mountPath: '/both' },
              { name: 'pod', mountPath: '/pod' },
            ],
          },
        ],
        volumes: [
          { name: 'all', configMap: settings },
          { name: 'secret', secret: { secretName: 'key' } },
          { name: 'both', projected: { sources: [{ configMap: settings }, { secret }] } },
          { name: 'pod', downwardAPI: labels },
        ],
      },
    });
    settle(20_000);
  });

  function shell(script: string): string {
    const target = { kind: 'Pod' as const, namespace: 'default', name: 'reader' };
    const { id } = cluster.exec(ExecRequest.parse({ target, command: ['sh', '-c', script], stdin: '' }));
    const printed = cluster.execSession(id)?.stdout ?? '';
    cluster.endExec(id);
    return printed;
  }

  const SHOWN = 'cat /all/colour /part/colour /secret/word /both/colour /both/word; echo $COLOUR';

  test('by the swing of one link, when the kubelet next looks at the pod: a minute to a minute and a half', () => {
    expect(shell(SHOWN)).toBe('blueblueoneblueoneblue\n');
    const before = shell('readlink /all/..data');
    expect(before).toMatch(/^\.\.2026_03_02_09_00_\d\d\.\d+\n$/);
    const names = shell('ls -A /all; ls -l /all/colour; readlink -f /all/colour; find /all -type f');
    expect(names).toBe(
      `${before}..data\ncolour\nshape\n` +
        shell('ls -l /all/colour') +
        `/all/${before.trim()}/colour\n/all/${before.trim()}/colour\n/all/${before.trim()}/shape\n`,
    );
    expect(shell('ls -l /all/colour')).toMatch(/^lrwxrwxrwx .* \/all\/colour -> \.\.data\/colour\n$/);
    call(cluster, 'PATCH', `${CONFIG_MAPS}/settings`, { data: { colour: 'red', shape: null } }, MERGE);
    call(cluster, 'PATCH', '/api/v1/namespaces/default/secrets/key', { data: { word: 'dHdv' } }, MERGE);
    const from = cluster.now();
    let took = 0;
    while (shell('cat /all/colour') === 'blue' && took < 200) {
      settle(1_000);
      took = (cluster.now() - from) / 1_000;
    }
    expect(took).toBeGreaterThan(0);
    expect(took).toBeLessThanOrEqual(90);
    expect(shell(SHOWN)).toBe('redbluetworedtwoblue\n');
    expect(shell('readlink /all/..data')).not.toBe(before);
    expect(shell('ls /all')).toBe('colour\n');
  });

  test('at once when the pod itself is changed, and nothing is done while nothing changes', () => {
    call(cluster, 'PATCH', `${PODS}/reader`, { metadata: { labels: { tier: 'back' } } }, MERGE);
    settle(1_000);
    expect(shell('cat /pod/labels')).toBe('tier="back"');
    const before = shell('readlink /all/..data');
    settle(600_000);
    expect(shell('readlink /all/..data')).toBe(before);
  });

  test('and stay as they are, with an event, when their object is gone', () => {
    call(cluster, 'DELETE', `${CONFIG_MAPS}/settings`, undefined);
    settle(100_000);
    expect(shell('cat /all/colour')).toBe('blue');
    expect(events('FailedMount')).toEqual([
      'MountVolume.SetUp failed for volume "all" : configmap "settings" not found',
    ]);
  });
});
