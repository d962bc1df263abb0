import type { PodSpec } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { cloneJson, deepFreeze } from '@podlab/kernel';
import { daemonSetStrategy } from '../../apps/daemon-set/strategy';
import { deploymentStrategy } from '../../apps/deployment/strategy';
import { replicaSetStrategy } from '../../apps/replica-set/strategy';
import { statefulSetStrategy } from '../../apps/stateful-set/strategy';
import { cronJobStrategy } from '../../batch/cron-job/strategy';
import { jobStrategy } from '../../batch/job/strategy';
import { storageClassStrategy } from '../../storage/storage-class/strategy';
import { create, draftOf } from '../../testing/strategy-context';
import { persistentVolumeClaimStrategy } from '../persistent-volume-claim/strategy';
import { persistentVolumeStrategy } from '../persistent-volume/strategy';
import { podTemplateStrategy } from '../pod-template/strategy';
import { replicationControllerStrategy } from '../replication-controller/strategy';
import { podStrategy } from './strategy';
import { podTemplateWarnings } from './warnings';

const WEB = { name: 'web', image: 'nginx' };
const ZONE = 'failure-domain.beta.kubernetes.io/zone';
const OLD_ZONE = 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead';
const NO_SELECTOR = 'a null labelSelector results in matching no pod';

/** The warnings of a pod of these fields. */
const warningsOf = (spec: object, annotations: Record<string, string> = {}) =>
  podTemplateWarnings(
    deepFreeze({ metadata: { annotations }, spec: { containers: [WEB], ...spec } as PodSpec }),
    Path.root,
  );
const ofContainer = (fields: object) => warningsOf({ containers: [{ ...WEB, ...fields }] });
const environment = (...env: object[]) => ofContainer({ env });
const ports = (...list: object[]) => ofContainer({ ports: list });
const volume = (fields: object) => warningsOf({ volumes: [{ name: 'v', ...fields }] });
const duplicate = (index: number) => [
  `spec.containers[0].env[${index}]: hides previous definition of "A", which may be dropped when using apply`,
];

// Cases of k8s.io/kubernetes pkg/api/pod/warnings_test.go.
describe('what is said of a pod', () => {
  test('nothing of a plain one', () => {
    expect(
      warningsOf({
        nodeSelector: { 'kubernetes.io/arch': 'arm64' },
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: 'v', configMap: { name: 'c', items: [{ key: 'a', path: 'a' }] } }],
        containers: [
          {
            ...WEB,
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '$(A)' },
            ],
            ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
            resources: { limits: { cpu: '100m', memory: '1Gi' } },
          },
        ],
      }),
    ).toEqual([]);
  });

  test.each<[string, string[], string[]]>([
    ['a variable twice', environment({ name: 'A', value: '1' }, { name: 'A', value: '2' }), duplicate(1)],
    [
      'a variable that adds to itself',
      environment({ name: 'A', value: '1' }, { name: 'A', value: '$(A)2' }),
      [],
    ],
    [
      'a variable that is itself',
      environment({ name: 'A', value: '1' }, { name: 'A', value: '$(A)' }),
      duplicate(1),
    ],
    [
      'a variable of elsewhere the second time',
      environment({ name: 'A' }, { name: 'B' }, { name: 'A', valueFrom: {} }),
      duplicate(2),
    ],
    [
      'a port twice',
      ports({ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }),
      ['spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'],
    ],
    [
      'a port with and without a host port',
      ports({ containerPort: 80 }, { containerPort: 80, hostPort: 8080 }),
      ['spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]'],
    ],
    [
      'a port on one and on each address of the host',
      ports({ containerPort: 80, hostPort: 8080 }, { containerPort: 80, hostPort: 8080, hostIP: '10.0.0.1' }),
      ['spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]'],
    ],
    [
      'two host ports of one port',
      ports({ containerPort: 80, hostPort: 8080 }, { containerPort: 80, hostPort: 8081 }),
      [],
    ],
    [
      'an address of the host without a port of it',
      ports({ containerPort: 80, hostIP: '10.0.0.1', name: 'a', protocol: 'TCP' }),
      [
        'spec.containers[0].ports[0]: hostIP set without hostPort: {Name:a HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}',
      ],
    ],
    [
      'a name of ports in two containers',
      warningsOf({
        initContainers: [
          { ...WEB, name: 'a', restartPolicy: 'Always', ports: [{ containerPort: 80, name: 'p' }] },
        ],
        containers: [{ ...WEB, ports: [{ containerPort: 81, name: 'p' }] }],
      }),
      [
        'spec.containers[0].ports[0]: duplicate port name "p" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]',
      ],
    ],
    [
      'parts of bytes',
      ofContainer({
        resources: {
          limits: { memory: '0.2', 'ephemeral-storage': '1500m' },
          requests: { memory: '100m', cpu: '100m' },
        },
      }),
      [
        'spec.containers[0].resources.limits[memory]: fractional byte value "200m" is invalid, must be an integer',
        'spec.containers[0].resources.limits[ephemeral-storage]: fractional byte value "1500m" is invalid, must be an integer',
        'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
    ],
    [
      'parts of bytes on top',
      warningsOf({ overhead: { memory: '1m' } }),
      ['spec.overhead[memory]: fractional byte value "1m" is invalid, must be an integer'],
    ],
    [
      'an old label of nodes that is asked for',
      warningsOf({ nodeSelector: { [ZONE]: 'a' } }),
      [`spec.nodeSelector[${ZONE}]: ${OLD_ZONE}`],
    ],
    [
      'an old label of nodes, and a wrong value that is preferred',
      warningsOf({
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'Exists' }] }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                preference: { matchExpressions: [{ key: 'foo', operator: 'In', values: ['-1'] }] },
              },
            ],
          },
        },
      }),
      [
        `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: ${ZONE} is ${OLD_ZONE}`,
        "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: -1 is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ],
    ],
    [
      'spreading of no pods over an old label',
      warningsOf({
        topologySpreadConstraints: [{ topologyKey: ZONE }, { topologyKey: 'a', labelSelector: {} }],
      }),
      [
        `spec.topologySpreadConstraints[0].topologyKey: ${ZONE} is ${OLD_ZONE}`,
        `spec.topologySpreadConstraints[0].labelSelector: ${NO_SELECTOR}`,
      ],
    ],
    [
      'affinity to no pods',
      warningsOf({
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, podAffinityTerm: { topologyKey: 'a' } },
            ],
          },
        },
      }),
      [
        `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ${NO_SELECTOR}`,
        `spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: ${NO_SELECTOR}`,
      ],
    ],
    [
      'a volume that is gone',
      volume({ gitRepo: { repository: 'a' } }),
      ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
    ],
    [
      'a volume with two names',
      volume({ storageos: {} }),
      ['spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+'],
    ],
    [
      'a part of a byte of a claim of the pod',
      volume({
        ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '200m' } } } } },
      }),
      [
        'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "200m" is invalid, must be an integer',
      ],
    ],
    [
      'a file in a file',
      volume({
        configMap: {
          name: 'c',
          items: [
            { key: 'a', path: 'x' },
            { key: 'b', path: 'x/y' },
            { key: 'c', path: 'xy/' },
          ],
        },
      }),
      ['volume "v" (ConfigMap "c"): overlapping paths: "x/y" with "x"'],
    ],
    [
      'one file of two sources, and a source of nothing',
      volume({
        projected: {
          sources: [
            { secret: { name: 's', items: [{ key: 'a', path: 'token' }] } },
            { serviceAccountToken: { path: 'token' } },
            {},
          ],
        },
      }),
      [
        'volume "v" (Projected) has no sources provided',
        'volume "v" (Projected): overlapping paths: "token" (ServiceAccountToken) with "token" (Secret "s")',
      ],
    ],
    [
      'things twice',
      warningsOf({
        hostAliases: [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }],
        imagePullSecrets: [{ name: 'a' }, { name: 'a' }, { name: '' }],
      }),
      [
        'spec.hostAliases[1].ip: duplicate ip "10.0.0.1"',
        'spec.imagePullSecrets[1].name: duplicate name "a"',
        'spec.imagePullSecrets[2].name: invalid empty name ""',
      ],
    ],
    [
      'annotations of old',
      warningsOf(
        {},
        {
          'scheduler.alpha.kubernetes.io/critical-pod': '',
          'seccomp.security.alpha.kubernetes.io/pod': 'a',
          'container.seccomp.security.alpha.kubernetes.io/web': 'a',
          'container.apparmor.security.beta.kubernetes.io/web': 'a',
        },
      ),
      [
        'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
        'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
        'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/web]: non-functional in v1.27+; use the "seccompProfile" field instead',
        'metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]: deprecated since v1.30; use the "appArmorProfile" field instead',
      ],
    ],
    [
      'no time to end in',
      warningsOf({ terminationGracePeriodSeconds: -1 }),
      [
        'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
      ],
    ],
    [
      'an address that is written oddly',
      warningsOf({ dnsConfig: { nameservers: ['FD00::1'] } }),
      [
        'spec.dnsConfig.nameservers[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
      ],
    ],
  ])('%s', (_title, warnings, expected) => {
    expect(warnings).toEqual(expected);
  });

  test('of a new pod its name too; of an update nothing', () => {
    const pod = create(podStrategy, {
      metadata: { name: 'a.b' },
      spec: { containers: [WEB], terminationGracePeriodSeconds: -1 },
    });
    expect(podStrategy.warnings?.(pod)).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
      expect.stringContaining('spec.terminationGracePeriodSeconds'),
    ]);
    expect(podStrategy.warnings?.(pod, pod)).toEqual([]);
  });
});

const TEMPLATE = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [WEB], nodeSelector: { [ZONE]: 'a' } },
};
const selector = { matchLabels: { app: 'a' } };
const NAME =
  'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]';
const KINDS: [string, Strategy, object, string, boolean][] = [
  [
    'Deployment',
    deploymentStrategy as Strategy,
    { spec: { selector, template: TEMPLATE } },
    'spec.template',
    true,
  ],
  [
    'ReplicaSet',
    replicaSetStrategy as Strategy,
    { spec: { selector, template: TEMPLATE } },
    'spec.template',
    true,
  ],
  [
    'ReplicationController',
    replicationControllerStrategy as Strategy,
    { spec: { template: TEMPLATE } },
    'spec.template',
    true,
  ],
  [
    'StatefulSet',
    statefulSetStrategy as Strategy,
    { spec: { selector, template: TEMPLATE } },
    'spec.template',
    false,
  ],
  [
    'DaemonSet',
    daemonSetStrategy as Strategy,
    { spec: { selector, template: TEMPLATE } },
    'spec.template',
    false,
  ],
  ['Job', jobStrategy as Strategy, { spec: { template: TEMPLATE } }, 'spec.template', true],
  [
    'CronJob',
    cronJobStrategy as Strategy,
    { spec: { jobTemplate: { spec: { template: TEMPLATE } } } },
    'spec.jobTemplate.spec.template',
    true,
  ],
  ['PodTemplate', podTemplateStrategy as Strategy, { template: TEMPLATE }, 'template', false],
];

test.each(KINDS)(
  '%s: its template is judged when it is new or changed',
  (_kind, strategy, fields, path, isNamed) => {
    const object = draftOf(strategy, { metadata: { name: 'a.b', generation: 1 }, ...fields });
    strategy.defaults?.(object);
    const ofTemplate = `${path}.spec.nodeSelector[${ZONE}]: ${OLD_ZONE}`;
    expect(strategy.warnings?.(deepFreeze(object))).toEqual([...(isNamed ? [NAME] : []), ofTemplate]);
    const changed = cloneJson(object);
    changed.metadata.generation = 2;
    expect(strategy.warnings?.(changed, object)).toEqual([ofTemplate]);
    expect(strategy.warnings?.(object, object)).toEqual([]);
  },
);

test('an Indexed Job of very many pods', () => {
  const spec = { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001, template: {} };
  expect(jobStrategy.warnings?.(draftOf(jobStrategy, { spec }))).toEqual([
    'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
  ]);
});

// Cases of pkg/api/persistentvolume, persistentvolumeclaim and storage.
describe('what is said of storage', () => {
  const metadata = { annotations: { 'volume.beta.kubernetes.io/storage-class': 'a' } };
  const ANNOTATION =
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead';

  test('volumes', () => {
    const nodeSelectorTerms = [{ matchExpressions: [{ key: ZONE, operator: 'Exists' }] }];
    const spec = {
      persistentVolumeReclaimPolicy: 'Recycle',
      nodeAffinity: { required: { nodeSelectorTerms } },
    };
    expect(
      persistentVolumeStrategy.warnings?.(draftOf(persistentVolumeStrategy, { metadata, spec })),
    ).toEqual([
      ANNOTATION,
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      `spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: ${ZONE} is ${OLD_ZONE}`,
    ]);
  });

  test('claims, and those of a StatefulSet', () => {
    const spec = { resources: { requests: { storage: '0.1' }, limits: { storage: '1Gi' } } };
    const claim = draftOf(persistentVolumeClaimStrategy, { metadata, spec });
    const text = 'fractional byte value "100m" is invalid, must be an integer';
    expect(persistentVolumeClaimStrategy.warnings?.(claim)).toEqual([
      ANNOTATION,
      `spec.resources.requests[storage]: ${text}`,
    ]);
    const set = draftOf(statefulSetStrategy, { spec: { volumeClaimTemplates: [claim] } });
    expect(statefulSetStrategy.warnings?.(set)).toEqual([
      `spec.volumeClaimTemplates[0].resources.requests[storage]: ${text}`,
    ]);
    expect(statefulSetStrategy.warnings?.(set, set)).toEqual([
      `spec.volumeClaimTemplates[0].Spec.resources.requests[storage]: ${text}`,
    ]);
  });

  test('classes', () => {
    const allowedTopologies = [{ matchLabelExpressions: [{ key: ZONE, values: ['a'] }] }];
    expect(storageClassStrategy.warnings?.(draftOf(storageClassStrategy, { allowedTopologies }))).toEqual([
      `allowedTopologies[0].matchLabelExpressions[0].key: ${OLD_ZONE}`,
    ]);
  });
});
