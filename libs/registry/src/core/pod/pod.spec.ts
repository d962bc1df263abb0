import type { Pod } from '@podlab/api';
import { cells, create, refusals, update } from '../../testing/strategy-context';
import { qualityOfService } from './quality-of-service';
import { podStrategy } from './strategy';

const WEB = { name: 'web', image: 'nginx' };
const pod = (spec: object, metadata: object = {}) =>
  create(podStrategy, { spec: { containers: [WEB], ...spec }, metadata });
const errorsOf = (spec: object) => refusals(podStrategy, { spec: { containers: [WEB], ...spec } });
const ofContainer = (fields: object) => errorsOf({ containers: [{ ...WEB, ...fields }] });

// Cases of k8s.io/kubernetes pkg/apis/core/v1/defaults_test.go.
describe('what a pod gets by default', () => {
  test('a spec with one container', () => {
    expect(pod({})).toMatchObject({
      spec: {
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        terminationGracePeriodSeconds: 30,
        enableServiceLinks: true,
        securityContext: {},
        containers: [
          {
            name: 'web',
            image: 'nginx',
            imagePullPolicy: 'Always',
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            resources: {},
          },
        ],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  });

  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['registry:5000/nginx', 'Always'],
    ['registry:5000/nginx:1', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
  ])('the image %s is pulled %s', (image, policy) => {
    expect(pod({ containers: [{ name: 'a', image }] }).spec.containers[0].imagePullPolicy).toBe(policy);
  });

  test('limits are requests too', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } };
    const { spec } = pod({ containers: [{ ...WEB, resources }] });
    expect(spec.containers[0].resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
  });

  test('probes, ports, volumes and references', () => {
    const { spec } = pod({
      containers: [
        {
          ...WEB,
          ports: [{ containerPort: 80 }],
          readinessProbe: { httpGet: { port: 80 } },
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        },
      ],
      volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'c' } }],
    });
    const [{ ports, readinessProbe, env }] = spec.containers;
    expect(ports).toEqual([{ containerPort: 80, protocol: 'TCP' }]);
    expect(readinessProbe).toEqual({
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
    expect(env?.[0].valueFrom?.fieldRef?.apiVersion).toBe('v1');
    expect(spec.volumes).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
    ]);
  });
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go.
describe('a pod is refused', () => {
  test.each<[string, string[], string[]]>([
    ['without containers', errorsOf({ containers: [] }), ['spec.containers: Required value']],
    [
      'with an ephemeral container',
      errorsOf({ ephemeralContainers: [{ name: 'debug', image: 'busybox' }] }),
      ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
    ],
    [
      'with a nameless container',
      errorsOf({ containers: [{ image: 'a' }] }),
      ['spec.containers[0].name: Required value'],
    ],
    [
      'with a container without image',
      errorsOf({ containers: [{ name: 'a' }] }),
      ['spec.containers[0].image: Required value'],
    ],
    [
      'with the same name twice',
      errorsOf({ containers: [WEB, WEB] }),
      ['spec.containers[1].name: Duplicate value: "web"'],
    ],
    [
      'with a bad restart policy',
      errorsOf({ restartPolicy: 'Sometimes' }),
      [
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      ],
    ],
    [
      'with a bad DNS policy',
      errorsOf({ dnsPolicy: 'Mine' }),
      [
        'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      ],
    ],
    [
      'with no name server of its own',
      errorsOf({ dnsPolicy: 'None' }),
      ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ],
    [
      'with a dotted hostname',
      errorsOf({ hostname: 'a.b' }),
      ['spec.hostname: Invalid value: "a.b": must not contain dots'],
    ],
    [
      'with a container port too high',
      ofContainer({ ports: [{ containerPort: 70000 }] }),
      [
        'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'with no container port',
      ofContainer({ ports: [{ name: 'a' }] }),
      ['spec.containers[0].ports[0].containerPort: Required value'],
    ],
    [
      'with the same port name twice',
      ofContainer({
        ports: [
          { name: 'a', containerPort: 1 },
          { name: 'a', containerPort: 2 },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "a"'],
    ],
    [
      'with one host port twice',
      ofContainer({
        ports: [
          { containerPort: 1, hostPort: 9 },
          { containerPort: 2, hostPort: 9 },
        ],
      }),
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//9"'],
    ],
    [
      'with a variable without a name',
      ofContainer({ env: [{ value: 'a' }] }),
      ['spec.containers[0].env[0].name: Required value'],
    ],
    [
      'with a variable of two sources',
      ofContainer({
        env: [{ name: 'A', value: 'a', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      }),
      [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      ],
    ],
    [
      'with an unknown field as a variable',
      ofContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] }),
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
      ],
    ],
    [
      'with a probe that does nothing',
      ofContainer({ livenessProbe: {} }),
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'with a probe of two kinds',
      ofContainer({ livenessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 80 } } }),
      ['spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'with a liveness probe that must succeed twice',
      ofContainer({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'with a probe port of 0',
      ofContainer({ readinessProbe: { httpGet: { port: 0 } } }),
      [
        'spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'with a mount of no volume',
      ofContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      'with a volume of two kinds',
      errorsOf({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/a' } }] }),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'with a request over its limit',
      ofContainer({ resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }),
      [
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      ],
    ],
    [
      'with a negative request',
      ofContainer({ resources: { requests: { cpu: '-1' } } }),
      ['spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    [
      'with an unknown resource',
      ofContainer({ resources: { requests: { gold: '1' } } }),
      [
        'spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource for containers',
      ],
    ],
    [
      'with a toleration of nothing',
      errorsOf({ tolerations: [{}] }),
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      'with a toleration of a value that exists',
      errorsOf({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'Never' }] }),
      [
        'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'with a bad node affinity',
      errorsOf({
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
        },
      }),
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
      ],
    ],
    [
      'with a bad weight',
      errorsOf({
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 0, podAffinityTerm: { topologyKey: 'zone' } },
            ],
          },
        },
      }),
      [
        'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
      ],
    ],
    [
      'with a bad spread',
      errorsOf({
        topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'Pray' }],
      }),
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Pray": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      'with a probe on an init container',
      errorsOf({ initContainers: [{ name: 'i', image: 'i', livenessProbe: { tcpSocket: { port: 80 } } }] }),
      [
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
  ])('%s', (_title, errors, messages) => {
    expect(errors).toEqual(messages);
  });
});

// Cases of TestValidatePodUpdate.
describe('a pod changes', () => {
  const old = pod({ tolerations: [{ key: 'a', operator: 'Exists' }] });

  test.each<[string, (draft: Pod) => void]>([
    ['its image', (draft) => void (draft.spec.containers[0].image = 'nginx:2')],
    ['its labels', (draft) => void (draft.metadata.labels = { a: 'b' })],
    ['its deadline', (draft) => void (draft.spec.activeDeadlineSeconds = 5)],
    [
      'by one toleration more',
      (draft) => void draft.spec.tolerations?.push({ key: 'b', operator: 'Exists' }),
    ],
  ])('%s', (_title, change) => {
    expect(update(podStrategy, old, change).refusals).toEqual([]);
  });

  test.each<[string, (draft: Pod) => void, string]>([
    [
      'its command',
      (draft) => void (draft.spec.containers[0].command = ['sh']),
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ],
    [
      'its node',
      (draft) => void (draft.spec.nodeName = 'b'),
      'spec: Forbidden: pod updates may not change fields other than',
    ],
    [
      'its tolerations',
      (draft) => void (draft.spec.tolerations = []),
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'the number of its containers',
      (draft) => void draft.spec.containers.push({ name: 'b', image: 'b' }),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
  ])('not %s', (_title, change, message) => {
    expect(update(podStrategy, old, change).refusals[0]).toContain(message);
  });
});

// Models TestPodStrategy CheckGracefulDelete of pkg/registry/core/pod/strategy_test.go.
test.each<[string, Partial<Pod['spec']>, string, number | undefined, number]>([
  ['has its grace', { nodeName: 'a', terminationGracePeriodSeconds: 30 }, 'Running', undefined, 30],
  ['has the grace asked for', { nodeName: 'a', terminationGracePeriodSeconds: 30 }, 'Running', 5, 5],
  ['goes at once when asked', { nodeName: 'a' }, 'Running', 0, 0],
  ['goes at once unscheduled', { terminationGracePeriodSeconds: 30 }, 'Pending', undefined, 0],
  ['goes at once finished', { nodeName: 'a', terminationGracePeriodSeconds: 30 }, 'Succeeded', 10, 0],
  ['has a second where the period is negative', { nodeName: 'a' }, 'Running', -5, 1],
])('a deleted pod %s', (_title, spec, phase, requested, expected) => {
  const object: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [], ...spec },
    status: { phase },
  };
  expect(podStrategy.gracefulSeconds?.(object, requested)).toBe(expected);
});

// Cases of pkg/apis/core/v1/helper/qos/qos_test.go.
test.each([
  [{}, 'BestEffort'],
  [{ requests: { cpu: '1' } }, 'Burstable'],
  [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
  [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1Gi' } }, 'Guaranteed'],
  [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } }, 'Burstable'],
  [{ limits: { cpu: '1' } }, 'Burstable'],
])('resources %j make it %s', (resources, expected) => {
  const containers = [{ name: 'a', resources }];
  expect(
    qualityOfService({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers } }),
  ).toBe(expected);
});

// Cases of pkg/printers/internalversion/printers_test.go TestPrintPod.
describe('the cells of a pod', () => {
  const status = (name: string, state: object, more: object = {}) => ({
    name,
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    state,
    ...more,
  });
  const object = (fields: { spec?: object; status: object; metadata?: object }) =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', ...fields.metadata },
      spec: { containers: [{ name: 'a' }, { name: 'b' }], ...fields.spec },
      status: fields.status,
    }) as unknown as Pod;

  test.each<[string, Pod, object]>([
    [
      'pending',
      object({ status: { phase: 'Pending' } }),
      {
        Ready: '0/2',
        Status: 'Pending',
        Restarts: '0',
        IP: '<none>',
        Node: '<none>',
        'Nominated Node': '<none>',
        'Readiness Gates': '<none>',
      },
    ],
    [
      'creating',
      object({
        status: {
          phase: 'Pending',
          containerStatuses: [status('a', { waiting: { reason: 'ContainerCreating' } })],
        },
      }),
      { Status: 'ContainerCreating' },
    ],
    [
      'running',
      object({
        spec: { nodeName: 'n' },
        status: {
          phase: 'Running',
          podIPs: [{ ip: '10.1.2.3' }],
          containerStatuses: [
            status('a', { running: {} }, { ready: true }),
            status('b', { running: {} }, { ready: true }),
          ],
        },
      }),
      { Ready: '2/2', Status: 'Running', IP: '10.1.2.3', Node: 'n' },
    ],
    [
      'crashing',
      object({
        status: {
          phase: 'Running',
          containerStatuses: [
            status(
              'a',
              { waiting: { reason: 'CrashLoopBackOff' } },
              {
                restartCount: 3,
                lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-18T11:06:10Z' } },
              },
            ),
          ],
        },
      }),
      { Status: 'CrashLoopBackOff', Restarts: '3 (30s ago)' },
    ],
    [
      'ended with a signal',
      object({
        status: {
          phase: 'Running',
          containerStatuses: [status('a', { terminated: { signal: 9, exitCode: 137 } })],
        },
      }),
      { Status: 'Signal:9' },
    ],
    [
      'ended with a code',
      object({
        status: { phase: 'Failed', containerStatuses: [status('a', { terminated: { exitCode: 2 } })] },
      }),
      { Status: 'ExitCode:2' },
    ],
    [
      'completed in part',
      object({
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [
            status('a', { terminated: { reason: 'Completed', exitCode: 0 } }),
            status('b', { running: {} }, { ready: true }),
          ],
        },
      }),
      { Ready: '1/2', Status: 'Running' },
    ],
    [
      'terminating',
      object({ metadata: { deletionTimestamp: '2026-11-18T11:06:40Z' }, status: { phase: 'Running' } }),
      { Status: 'Terminating' },
    ],
    [
      'lost with its node',
      object({
        metadata: { deletionTimestamp: '2026-11-18T11:06:40Z' },
        status: { phase: 'Running', reason: 'NodeLost' },
      }),
      { Status: 'Unknown' },
    ],
    ['evicted', object({ status: { phase: 'Failed', reason: 'Evicted' } }), { Status: 'Evicted' }],
    [
      'initialising',
      object({
        spec: { initContainers: [{ name: 'i' }, { name: 'j' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [status('i', { terminated: { exitCode: 0 } }), status('j', { running: {} })],
        },
      }),
      { Status: 'Init:1/2' },
    ],
    [
      'failing to initialise',
      object({
        spec: { initContainers: [{ name: 'i' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            status('i', { waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 2 }),
          ],
        },
      }),
      { Status: 'Init:CrashLoopBackOff', Restarts: '2' },
    ],
    [
      'with a sidecar',
      object({
        spec: { initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
        status: {
          phase: 'Running',
          initContainerStatuses: [
            status('i', { running: {} }, { started: true, ready: true, restartCount: 1 }),
          ],
          containerStatuses: [status('a', { running: {} }, { ready: true })],
        },
      }),
      { Ready: '2/3', Status: 'Running', Restarts: '1' },
    ],
  ])('%s', (_title, each, expected) => {
    expect(cells(podStrategy, each)).toMatchObject(expected);
  });
});
