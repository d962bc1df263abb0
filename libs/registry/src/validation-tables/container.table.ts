import { NOT_NEGATIVE, PORT } from './messages';
import { refused, type Table } from './table';

const CONTAINER = {
  name: 'ctr',
  image: 'image',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
};
const spec = (fields: object) => ({ spec: fields });
const container = (fields: object) => spec({ containers: [{ ...CONTAINER, ...fields }] });
const volume = (fields: object) => spec({ volumes: [{ name: 'vol', ...fields }] });
const probe = (fields: object) => container({ livenessProbe: fields });
const C0 = 'spec.containers[0]';
const USER_ID = 'must be between 0 and 2147483647, inclusive';

/** What stands in a pod: its containers and its volumes. */
export const CONTAINERS: Table = {
  source: 'pkg/apis/core/validation/validation_test.go',
  url: '/api/v1/namespaces/default/pods',
  good: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'foo', namespace: 'default' },
    spec: {
      containers: [CONTAINER],
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      automountServiceAccountToken: false,
    },
  },
  rows: [
    refused(
      'TestValidateContainers "duplicate names"',
      spec({
        containers: [
          { ...CONTAINER, name: 'abc' },
          { ...CONTAINER, name: 'abc' },
        ],
      }),
      'spec.containers[1].name: Duplicate value: "abc"',
    ),
    refused(
      'TestValidateContainers "zero-length name"',
      container({ name: '' }),
      `${C0}.name: Required value`,
    ),
    refused(
      'TestValidateContainers "name > 63 characters"',
      container({ name: 'a'.repeat(64) }),
      `${C0}.name: Invalid value: "${'a'.repeat(64)}": must be no more than 63 bytes`,
    ),
    refused(
      'TestValidateContainers "name not a DNS label"',
      container({ name: 'a.b.c' }),
      `${C0}.name: Invalid value: "a.b.c": must not contain dots`,
    ),
    refused(
      'TestValidateContainers "Container image is empty"',
      container({ image: '' }),
      `${C0}.image: Required value`,
    ),
    refused(
      'TestValidateContainers "unknown volume name"',
      container({ volumeMounts: [{ name: 'anything', mountPath: '/foo' }] }),
      `${C0}.volumeMounts[0].name: Not found: "anything"`,
    ),
    refused(
      'TestValidateContainers "invalid lifecycle, no exec command."',
      container({ lifecycle: { preStop: { exec: {} } } }),
      `${C0}.lifecycle.preStop.exec.command: Required value`,
    ),
    refused(
      'TestValidateContainers "invalid lifecycle, no http path.": the API has a default for the path',
      container({ lifecycle: { preStop: { httpGet: { port: 0 } } } }),
      `${C0}.lifecycle.preStop.httpGet.port: Invalid value: 0: ${PORT}`,
    ),
    refused(
      'TestValidateContainers "invalid lifecycle, no tcp socket port."',
      container({ lifecycle: { preStop: { tcpSocket: { port: 0 } } } }),
      `${C0}.lifecycle.preStop.tcpSocket.port: Invalid value: 0: ${PORT}`,
    ),
    refused(
      'TestValidateContainers "invalid lifecycle, no action."',
      container({ lifecycle: { preStop: {} } }),
      `${C0}.lifecycle.preStop: Required value: must specify a handler type`,
    ),
    refused(
      'TestValidateContainers "invalid readiness probe, terminationGracePeriodSeconds set."',
      container({ readinessProbe: { tcpSocket: { port: 80 }, terminationGracePeriodSeconds: 10 } }),
      `${C0}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 10: must not be set for readinessProbes`,
    ),
    refused(
      'TestValidateContainers "invalid liveness probe, no tcp socket port."',
      probe({ tcpSocket: { port: 0 } }),
      `${C0}.livenessProbe.tcpSocket.port: Invalid value: 0: ${PORT}`,
    ),
    refused(
      'TestValidateContainers "invalid liveness probe, no action."',
      probe({}),
      `${C0}.livenessProbe: Required value: must specify a handler type`,
    ),
    refused(
      'TestValidateContainers "invalid liveness probe, successThreshold != 1"',
      probe({ exec: { command: ['ls'] }, successThreshold: 2 }),
      `${C0}.livenessProbe.successThreshold: Invalid value: 2: must be 1`,
    ),
    refused(
      'TestValidateContainers "invalid startup probe, successThreshold != 1"',
      container({ startupProbe: { exec: { command: ['ls'] }, successThreshold: 2 } }),
      `${C0}.startupProbe.successThreshold: Invalid value: 2: must be 1`,
    ),
    refused(
      'TestValidateContainers "invalid liveness probe, negative numbers"',
      probe({
        exec: { command: ['ls'] },
        initialDelaySeconds: -1,
        timeoutSeconds: -1,
        periodSeconds: -1,
        failureThreshold: -1,
      }),
      `${C0}.livenessProbe.initialDelaySeconds: Invalid value: -1: ${NOT_NEGATIVE}`,
      `${C0}.livenessProbe.timeoutSeconds: Invalid value: -1: ${NOT_NEGATIVE}`,
      `${C0}.livenessProbe.periodSeconds: Invalid value: -1: ${NOT_NEGATIVE}`,
      `${C0}.livenessProbe.failureThreshold: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateContainers "invalid message termination policy"',
      container({ terminationMessagePolicy: 'Unknown' }),
      `${C0}.terminationMessagePolicy: Unsupported value: "Unknown": supported values: "File", "FallbackToLogsOnError"`,
    ),
    refused(
      'TestValidateContainers "Compute resource CPU limit must be positive"',
      container({ resources: { limits: { cpu: '-10', memory: '10G' } } }),
      `${C0}.resources.limits[cpu]: Invalid value: "-10": ${NOT_NEGATIVE}`,
      `${C0}.resources.requests[cpu]: Invalid value: "-10": ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateContainers "Resource requests CPU is bigger than limits"',
      container({ resources: { limits: { cpu: '5' }, requests: { cpu: '10' } } }),
      `${C0}.resources.requests: Invalid value: "10": must be less than or equal to cpu limit of 5`,
    ),
    refused(
      'TestValidateContainers "Resource can only have CPU limits": an unknown name',
      container({ resources: { limits: { my: '1' } } }),
      `${C0}.resources.limits[my]: Invalid value: "my": must be a standard resource type or fully qualified`,
      `${C0}.resources.limits[my]: Invalid value: "my": must be a standard resource for containers`,
      `${C0}.resources.requests[my]: Invalid value: "my": must be a standard resource type or fully qualified`,
      `${C0}.resources.requests[my]: Invalid value: "my": must be a standard resource for containers`,
    ),
    refused(
      'TestValidateContainerPorts "name > 15 characters"',
      container({ ports: [{ name: 'a'.repeat(16), containerPort: 80 }] }),
      `${C0}.ports[0].name: Invalid value: "${'a'.repeat(16)}": must be no more than 15 bytes`,
    ),
    refused(
      'TestValidateContainerPorts "name contains invalid characters"',
      container({ ports: [{ name: 'a.b.c', containerPort: 80 }] }),
      `${C0}.ports[0].name: Invalid value: "a.b.c": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)`,
    ),
    refused(
      'TestValidateContainerPorts "name contains no alphabets"',
      container({ ports: [{ name: '80', containerPort: 80 }] }),
      `${C0}.ports[0].name: Invalid value: "80": must contain at least one letter (a-z)`,
    ),
    refused(
      'TestValidateContainerPorts "name not unique"',
      container({
        ports: [
          { name: 'abc', containerPort: 80 },
          { name: 'abc', containerPort: 81 },
        ],
      }),
      `${C0}.ports[1].name: Duplicate value: "abc"`,
    ),
    refused(
      'TestValidateContainerPorts "zero container port"',
      container({ ports: [{ containerPort: 0 }] }),
      `${C0}.ports[0].containerPort: Required value`,
    ),
    refused(
      'TestValidateContainerPorts "invalid container port"',
      container({ ports: [{ containerPort: 65536 }] }),
      `${C0}.ports[0].containerPort: Invalid value: 65536: ${PORT}`,
    ),
    refused(
      'TestValidateContainerPorts "invalid host port"',
      container({ ports: [{ containerPort: 80, hostPort: 65536 }] }),
      `${C0}.ports[0].hostPort: Invalid value: 65536: ${PORT}`,
    ),
    refused(
      'TestValidateContainerPorts "invalid protocol case"',
      container({ ports: [{ containerPort: 80, protocol: 'tcp' }] }),
      `${C0}.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"`,
    ),
    refused(
      'TestValidateEnv "zero-length name"',
      container({ env: [{ name: '' }] }),
      `${C0}.env[0].name: Required value`,
    ),
    refused(
      'TestValidateEnv "name not a C identifier": since 1.34 only `=` and what can\'t be printed',
      container({ env: [{ name: 'a=b' }] }),
      `${C0}.env[0].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than '='`,
    ),
    refused(
      'TestValidateEnv "value and valueFrom specified"',
      container({
        env: [{ name: 'abc', value: 'foo', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      }),
      `${C0}.env[0].valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`,
    ),
    refused(
      'TestValidateEnv "valueFrom without a source"',
      container({ env: [{ name: 'abc', valueFrom: {} }] }),
      `${C0}.env[0].valueFrom: Invalid value: "": must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\`, \`secretKeyRef\` or \`fileKeyRef\``,
    ),
    refused(
      'TestValidateEnv "missing FieldPath on ObjectFieldSelector"',
      container({ env: [{ name: 'abc', valueFrom: { fieldRef: { apiVersion: 'v1' } } }] }),
      `${C0}.env[0].valueFrom.fieldRef.fieldPath: Required value`,
    ),
    refused(
      'TestValidateEnv "invalid fieldPath"',
      container({ env: [{ name: 'abc', valueFrom: { fieldRef: { fieldPath: 'metadata.whoops' } } }] }),
      `${C0}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.whoops": error converting fieldPath: field label not supported: metadata.whoops`,
    ),
    refused(
      'TestValidateEnv "unsupported fieldPath"',
      container({ env: [{ name: 'abc', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } }] }),
      `${C0}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"`,
    ),
    refused(
      'TestValidateEnvFrom "no refs"',
      container({ envFrom: [{}] }),
      `${C0}.envFrom: Invalid value: "": must specify one of: \`configMapRef\` or \`secretRef\``,
    ),
    refused(
      'TestValidateVolumeMounts "empty name"',
      spec({
        volumes: [{ name: 'abc', emptyDir: {} }],
        containers: [{ ...CONTAINER, volumeMounts: [{ name: '', mountPath: '/foo' }] }],
      }),
      `${C0}.volumeMounts[0].name: Required value`,
      `${C0}.volumeMounts[0].name: Not found: ""`,
    ),
    refused(
      'TestValidateVolumeMounts "empty mountpath"',
      spec({
        volumes: [{ name: 'abc', emptyDir: {} }],
        containers: [{ ...CONTAINER, volumeMounts: [{ name: 'abc', mountPath: '' }] }],
      }),
      `${C0}.volumeMounts[0].mountPath: Required value`,
    ),
    refused(
      'TestValidateVolumeMounts "mountpath collision"',
      spec({
        volumes: [{ name: 'abc', emptyDir: {} }],
        containers: [
          {
            ...CONTAINER,
            volumeMounts: [
              { name: 'abc', mountPath: '/path/a' },
              { name: 'abc', mountPath: '/path/a' },
            ],
          },
        ],
      }),
      `${C0}.volumeMounts[1].mountPath: Invalid value: "/path/a": must be unique`,
    ),
    refused(
      'TestValidateVolumes "invalid dns label"',
      spec({ volumes: [{ name: 'a.b.c', emptyDir: {} }] }),
      'spec.volumes[0].name: Invalid value: "a.b.c": must not contain dots',
    ),
    refused(
      'TestValidateVolumes "not unique"',
      spec({
        volumes: [
          { name: 'abc', emptyDir: {} },
          { name: 'abc', emptyDir: {} },
        ],
      }),
      'spec.volumes[1].name: Duplicate value: "abc"',
    ),
    refused(
      'TestValidateVolumes "empty configMap name"',
      volume({ configMap: {} }),
      'spec.volumes[0].configMap.name: Required value',
    ),
    refused(
      'TestValidateVolumes "secret with missing secret name"',
      volume({ secret: {} }),
      'spec.volumes[0].secret.secretName: Required value',
    ),
    refused(
      'TestValidateVolumes "secret with invalid defaultMode"',
      volume({ secret: { secretName: 's', defaultMode: 0o1000 } }),
      'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ),
    refused(
      'TestValidateVolumes "configmap with missing path"',
      volume({ configMap: { name: 'm', items: [{ key: 'key', path: '' }] } }),
      'spec.volumes[0].configMap.items[0].path: Required value',
    ),
    refused(
      'TestValidateVolumes "configmap with leading .."',
      volume({ configMap: { name: 'm', items: [{ key: 'key', path: '../foo' }] } }),
      'spec.volumes[0].configMap.items[0].path: Invalid value: "../foo": must not contain \'..\'',
    ),
    refused(
      'TestValidateVolumes "downapi invalid path": absolute',
      volume({ secret: { secretName: 's', items: [{ key: 'key', path: '/foo' }] } }),
      'spec.volumes[0].secret.items[0].path: Invalid value: "/foo": must be a relative path',
    ),
    refused(
      'TestValidateVolumes "missing host path"',
      volume({ hostPath: { path: '' } }),
      'spec.volumes[0].hostPath.path: Required value',
    ),
    refused(
      'TestValidateVolumes "EmptyDir negative size"',
      volume({ emptyDir: { sizeLimit: '-1Gi' } }),
      'spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity',
    ),
    refused(
      'TestValidateSecurityContext "no sc runAsUser"',
      container({ securityContext: { runAsUser: -1 } }),
      `${C0}.securityContext.runAsUser: Invalid value: -1: ${USER_ID}`,
    ),
    refused(
      'TestValidateSecurityContext "capability escalation"',
      container({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      `${C0}.securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set \`allowPrivilegeEscalation\` to false and \`privileged\` to true`,
    ),
    refused(
      'TestValidateEnv "metadata.labels with an invalid subscript"',
      container({ env: [{ name: 'abc', valueFrom: { fieldRef: { fieldPath: "metadata.name['key']" } } }] }),
      `${C0}.env[0].valueFrom.fieldRef: Invalid value: "metadata.name": does not support subscript`,
    ),
  ],
};
