import { LABEL_KEY, NOT_NEGATIVE } from './messages';
import { accepted, refused, updateAccepted, updateRefused, type Table } from './table';

const SOURCE = 'pkg/apis/apps/validation/validation_test.go';
const LABELS = { a: 'b' };
const TEMPLATE = {
  metadata: { labels: LABELS },
  spec: { containers: [{ name: 'abc', image: 'image', imagePullPolicy: 'IfNotPresent' }] },
};
const BAD_KEY = { 'NoUppercaseOrSpecialCharsLike=Equals': 'b' };
const spec = (fields: object) => ({ spec: fields });
const template = (fields: object) => spec({ template: { spec: fields } });
const workload = (kind: string, fields: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'abc', namespace: 'default' },
  spec: { selector: { matchLabels: LABELS }, template: TEMPLATE, ...fields },
});
const NO_MATCH = '`selector` does not match template `labels`';
const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
const strategy = (rollingUpdate: object) => spec({ strategy: { type: 'RollingUpdate', rollingUpdate } });
const daemon = (rollingUpdate: object) => spec({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

export const DEPLOYMENT: Table = {
  source: SOURCE,
  url: '/apis/apps/v1/namespaces/default/deployments',
  good: workload('Deployment'),
  rows: [
    refused(
      'TestValidateDeployment "empty selector"',
      spec({ selector: null }),
      'spec.selector: Required value',
    ),
    refused(
      'TestValidateDeployment "selector_doesnt_match"',
      spec({ selector: { matchLabels: { a: null, foo: 'bar' } } }),
      `spec.template.metadata.labels: Invalid value: {"a":"b"}: ${NO_MATCH}`,
    ),
    refused(
      'TestValidateDeployment "invalid restart policy"',
      template({ restartPolicy: 'Never' }),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ),
    refused(
      'TestValidateDeployment "must not specify rollingUpdate with Recreate"',
      spec({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ),
    refused(
      'TestValidateDeployment "invalid maxSurge"',
      strategy({ maxSurge: '20Percent' }),
      `spec.strategy.rollingUpdate.maxSurge: Invalid value: "20Percent": ${PERCENT}`,
    ),
    refused(
      'TestValidateDeployment "MaxSurge and MaxUnavailable both zero"',
      strategy({ maxSurge: '0%', maxUnavailable: 0 }),
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ),
    refused(
      'TestValidateDeployment "MaxUnavailable too large"',
      strategy({ maxUnavailable: '110%' }),
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "110%": must not be greater than 100%',
    ),
    refused(
      'TestValidateDeployment "invalid replicas"',
      spec({ replicas: -1 }),
      `spec.replicas: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateDeployment "ProgressDeadlineSeconds must be positive"',
      spec({ progressDeadlineSeconds: -1 }),
      `spec.progressDeadlineSeconds: Invalid value: -1: ${NOT_NEGATIVE}`,
      'spec.progressDeadlineSeconds: Invalid value: -1: must be greater than minReadySeconds',
    ),
    refused(
      'TestValidateDeployment "ProgressDeadlineSeconds must be greater than MinReadySeconds"',
      spec({ progressDeadlineSeconds: 600, minReadySeconds: 600 }),
      'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    ),
    refused(
      'TestValidateDeployment "Must not have ephemeral containers"',
      template({ ephemeralContainers: [{ name: 'ec', image: 'image', imagePullPolicy: 'IfNotPresent' }] }),
      'spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
    ),
    refused(
      'TestValidateDeployment "invalid labels of the template"',
      spec({ template: { metadata: { labels: BAD_KEY } } }),
      `spec.template.labels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    accepted(
      'TestValidateDeployment "valid": what it gets by default',
      {},
      {
        spec: {
          replicas: 1,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        },
      },
    ),
    updateRefused(
      'TestValidateDeploymentUpdate "selector is immutable"',
      {},
      spec({
        selector: { matchLabels: { a: null, c: 'd' } },
        template: { metadata: { labels: { c: 'd' } } },
      }),
      'spec.selector: Invalid value: {"matchLabels":{"c":"d"}}: field is immutable',
    ),
    updateRefused(
      'TestValidateDeploymentUpdate "negative replicas"',
      {},
      spec({ replicas: -1 }),
      `spec.replicas: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    updateAccepted('TestValidateDeploymentUpdate "scale"', {}, spec({ replicas: 3 }), {
      metadata: { generation: 2 },
      spec: { replicas: 3 },
    }),
  ],
};

export const REPLICA_SET: Table = {
  source: SOURCE,
  url: '/apis/apps/v1/namespaces/default/replicasets',
  good: workload('ReplicaSet'),
  rows: [
    refused(
      'TestValidateReplicaSet "empty selector"',
      spec({ selector: { matchLabels: null } }),
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ),
    refused(
      'TestValidateReplicaSet "selector_doesnt_match"',
      spec({ selector: { matchLabels: { foo: 'bar' } } }),
      `spec.template.metadata.labels: Invalid value: {"a":"b"}: ${NO_MATCH}`,
    ),
    refused(
      'TestValidateReplicaSet "negative_replicas"',
      spec({ replicas: -1 }),
      `spec.replicas: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateReplicaSet "invalid restart policy 1"',
      template({ restartPolicy: 'OnFailure' }),
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ),
    refused(
      'TestValidateReplicaSet "invalid_label"',
      { metadata: { labels: BAD_KEY } },
      `metadata.labels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    updateRefused(
      'TestValidateReplicaSetUpdate "invalid selector"',
      {},
      spec({
        selector: { matchLabels: { a: null, c: 'd' } },
        template: { metadata: { labels: { c: 'd' } } },
      }),
      'spec.selector: Invalid value: {"matchLabels":{"c":"d"}}: field is immutable',
    ),
  ],
};

export const STATEFUL_SET: Table = {
  source: SOURCE,
  url: '/apis/apps/v1/namespaces/default/statefulsets',
  good: workload('StatefulSet', { serviceName: 'svc' }),
  rows: [
    refused(
      'TestValidateStatefulSet "empty selector"',
      spec({ selector: null }),
      'spec.selector: Required value',
      `spec.template.metadata.labels: Invalid value: {"a":"b"}: ${NO_MATCH}`,
    ),
    refused(
      'TestValidateStatefulSet "selector_doesnt_match"',
      spec({ selector: { matchLabels: { foo: 'bar' } } }),
      `spec.template.metadata.labels: Invalid value: {"a":"b"}: ${NO_MATCH}`,
    ),
    refused(
      'TestValidateStatefulSet "negative_replicas"',
      spec({ replicas: -1 }),
      `spec.replicas: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateStatefulSet "invalid restart policy 1"',
      template({ restartPolicy: 'OnFailure' }),
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ),
    refused(
      'TestValidateStatefulSet "invalid udpate strategy"',
      spec({ updateStrategy: { type: 'foo' } }),
      'spec.updateStrategy: Invalid value: {"Type":"foo","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
    ),
    refused(
      'TestValidateStatefulSet "negative partition"',
      spec({ updateStrategy: { rollingUpdate: { partition: -1 } } }),
      `spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateStatefulSet "partition with OnDelete"',
      spec({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
      'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
    ),
    refused(
      'TestValidateStatefulSet "invalid pod management policy"',
      spec({ podManagementPolicy: 'foo' }),
      "spec.podManagementPolicy: Invalid value: \"foo\": must be 'OrderedReady' or 'Parallel'",
    ),
    refused(
      'TestValidateStatefulSet "set active deadline seconds"',
      template({ activeDeadlineSeconds: 3600 }),
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
    ),
    refused(
      'TestValidateStatefulSet "invalid PersistentVolumeClaimRetentionPolicy: bad policies"',
      spec({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'invalid', whenScaled: 'Retain' } }),
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "invalid": supported values: "Delete", "Retain"',
    ),
    refused(
      'TestValidateStatefulSet "ordinals.start negative"',
      spec({ ordinals: { start: -2 } }),
      `spec.ordinals.start: Invalid value: -2: ${NOT_NEGATIVE}`,
    ),
    updateRefused(
      'TestValidateStatefulSetUpdate "update serviceName"',
      {},
      spec({ serviceName: 'bar' }),
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
    updateAccepted('TestValidateStatefulSetUpdate "update replicas"', {}, spec({ replicas: 3 }), {
      spec: { replicas: 3 },
    }),
  ],
};

export const DAEMON_SET: Table = {
  source: SOURCE,
  url: '/apis/apps/v1/namespaces/default/daemonsets',
  good: workload('DaemonSet'),
  rows: [
    refused(
      'TestValidateDaemonSet "empty selector"',
      spec({ selector: { matchLabels: null } }),
      'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
    ),
    refused(
      'TestValidateDaemonSet "selector_doesnt_match"',
      spec({ selector: { matchLabels: { foo: 'bar' } } }),
      `spec.template.metadata.labels: Invalid value: {"a":"b"}: ${NO_MATCH}`,
    ),
    refused(
      'TestValidateDaemonSet "invalid restart policy 2"',
      template({ restartPolicy: 'Never' }),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ),
    refused(
      'TestValidateDaemonSetUpdateStrategy "unknown type"',
      spec({ updateStrategy: { type: 'foo' } }),
      'spec.updateStrategy.type: Unsupported value: "foo": supported values: "OnDelete", "RollingUpdate"',
    ),
    refused(
      'TestValidateRollingUpdateDaemonSet "surge and unavailable both specified"',
      daemon({ maxSurge: 1, maxUnavailable: 1 }),
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ),
    refused(
      'TestValidateRollingUpdateDaemonSet "both zero"',
      daemon({ maxSurge: 0, maxUnavailable: 0 }),
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ),
    refused(
      'TestValidateRollingUpdateDaemonSet "unavailable over 100%"',
      daemon({ maxUnavailable: '110%' }),
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "110%": must not be greater than 100%',
    ),
    updateRefused(
      'TestValidateDaemonSetUpdate "selector is immutable"',
      {},
      spec({
        selector: { matchLabels: { a: null, c: 'd' } },
        template: { metadata: { labels: { c: 'd' } } },
      }),
      'spec.selector: Invalid value: {"matchLabels":{"c":"d"}}: field is immutable',
    ),
  ],
};
