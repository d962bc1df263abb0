import type { ControllerRevision, DaemonSet, StatefulSet } from '@podlab/api';
import { cells, create, refusals, update } from '../testing/strategy-context';
import { controllerRevisionStrategy } from './controller-revision/strategy';
import { daemonSetStrategy } from './daemon-set/strategy';
import { statefulSetStrategy } from './stateful-set/strategy';

const SPEC = {
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
  },
};
const metadata = { name: 'web', creationTimestamp: '2026-11-18T11:04:40Z' };
const ofSet = (spec: object) => refusals(statefulSetStrategy, { spec: { ...SPEC, ...spec } });
const ofDaemon = (spec: object) => refusals(daemonSetStrategy, { spec: { ...SPEC, ...spec } });

// Cases of k8s.io/kubernetes pkg/apis/apps/v1/defaults_test.go TestSetDefaultStatefulSet and TestSetDefaultDaemonSetSpec.
test('what a StatefulSet gets by default', () => {
  const { spec, status } = create(statefulSetStrategy, { spec: SPEC });
  expect(spec).toMatchObject({
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
  expect(spec.template.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
  expect(status).toEqual({ replicas: 0, availableReplicas: 0 });
});

test('what a DaemonSet gets by default', () => {
  const { spec, status, metadata: given } = create(daemonSetStrategy, { spec: SPEC });
  expect(spec).toMatchObject({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  });
  expect(status).toEqual({
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
  });
  expect(given.annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' });
});

test('a DaemonSet counts the states of its template', () => {
  const old = create(daemonSetStrategy, { spec: SPEC });
  const generation = (change: (draft: DaemonSet) => void) =>
    update(daemonSetStrategy, old, change).object.metadata.annotations;
  expect(generation((draft) => (draft.spec.minReadySeconds = 5))).toEqual(old.metadata.annotations);
  expect(generation((draft) => (draft.spec.template.metadata = { labels: { app: 'web', v: '2' } }))).toEqual({
    'deprecated.daemonset.template.generation': '2',
  });
});

const template = (spec: object) => ({
  template: { ...SPEC.template, spec: { ...SPEC.template.spec, ...spec } },
});
const RETENTION = 'spec.persistentVolumeClaimRetentionPolicy';

// Cases of k8s.io/kubernetes pkg/apis/apps/validation/validation_test.go TestValidateStatefulSet and TestValidateDaemonSet.
test.each<[string, string[], string]>([
  [
    'a StatefulSet without a selector',
    ofSet({ selector: undefined }).slice(0, 1),
    'spec.selector: Required value',
  ],
  [
    'a StatefulSet with an empty selector',
    ofSet({ selector: {} }),
    'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
  ],
  [
    'a StatefulSet whose selector does not fit',
    ofSet({ selector: { matchLabels: { app: 'db' } } }),
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    'a StatefulSet of fewer than no replicas',
    ofSet({ replicas: -1 }),
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'a StatefulSet that begins below 0',
    ofSet({ ordinals: { start: -2 } }),
    'spec.ordinals.start: Invalid value: -2: must be greater than or equal to 0',
  ],
  [
    'a StatefulSet in an order of its own',
    ofSet({ podManagementPolicy: 'foo' }),
    "spec.podManagementPolicy: Invalid value: \"foo\": must be 'OrderedReady' or 'Parallel'",
  ],
  [
    'a StatefulSet that updates in a way of its own',
    ofSet({ updateStrategy: { type: 'foo' } }),
    'spec.updateStrategy: Invalid value: {"Type":"foo","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
  ],
  [
    'a StatefulSet with a partition below 0',
    ofSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1 } } }),
    'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'a StatefulSet with a partition for OnDelete',
    ofSet({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
    'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
  ],
  [
    'a StatefulSet none of whose pods may be missing',
    ofSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
  ],
  [
    'a StatefulSet more than all of whose pods may be missing',
    ofSet({ updateStrategy: { rollingUpdate: { maxUnavailable: '111%' } } }),
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "111%": must not be greater than 100%',
  ],
  [
    'a StatefulSet whose claims do what nobody knows',
    ofSet({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'foo', whenScaled: 'Delete' } }),
    `${RETENTION}.whenDeleted: Unsupported value: "foo": supported values: "Delete", "Retain"`,
  ],
  [
    'a StatefulSet whose pods do not restart',
    ofSet(template({ restartPolicy: 'Never' })),
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ],
  [
    'a StatefulSet whose pods end',
    ofSet(template({ activeDeadlineSeconds: 5 })),
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
  ],
  [
    'a DaemonSet with an empty selector',
    ofDaemon({ selector: {} }),
    'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
  ],
  [
    'a DaemonSet without a selector',
    ofDaemon({ selector: undefined }),
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    'a DaemonSet whose pods end',
    ofDaemon(template({ activeDeadlineSeconds: 5 })),
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
  ],
  [
    'a DaemonSet that updates in a way of its own',
    ofDaemon({ updateStrategy: { type: 'foo' } }),
    'spec.updateStrategy.type: Unsupported value: "foo": supported values: "OnDelete", "RollingUpdate"',
  ],
  [
    'a DaemonSet that may not move',
    ofDaemon({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
  ],
  [
    'a DaemonSet that may move both ways',
    ofDaemon({ updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } } }),
    'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
  ],
  [
    'a revision without data',
    refusals(controllerRevisionStrategy, { revision: 1 }),
    'data: Required value: data is mandatory',
  ],
  [
    'a revision below 0',
    refusals(controllerRevisionStrategy, { revision: -1, data: {} }),
    'revision: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'a StatefulSet with a name that is no label',
    refusals(statefulSetStrategy, { metadata: { name: 'a.b' }, spec: SPEC }),
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ],
])('%s is refused', (_title, errors, message) => {
  expect(errors).toEqual([message]);
});

// Cases of validation_test.go TestValidateStatefulSetUpdate, TestValidateDaemonSetUpdate and TestValidateControllerRevisionUpdate.
describe('a change is refused', () => {
  test('of a StatefulSet beyond what may change', () => {
    const old = create(statefulSetStrategy, { spec: { ...SPEC, serviceName: 'web' } });
    const changed = (change: (draft: StatefulSet) => void) =>
      update(statefulSetStrategy, old, change).refusals;
    expect(changed((draft) => (draft.spec.serviceName = 'other'))).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
    expect(changed((draft) => (draft.spec.replicas = 7))).toEqual([]);
    expect(changed((draft) => (draft.spec.ordinals = { start: 1 }))).toEqual([]);
  });

  test('of a DaemonSet’s selector', () => {
    const old = create(daemonSetStrategy, { spec: SPEC });
    const labels = { app: 'web', tier: 'x' };
    const { refusals: errors } = update(daemonSetStrategy, old, (draft) => {
      draft.spec.selector = { matchLabels: labels };
      draft.spec.template.metadata = { labels };
    });
    expect(errors).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
    ]);
  });

  test('of a revision’s data', () => {
    const old = create(controllerRevisionStrategy, { revision: 1, data: { a: 1 } });
    const { refusals: errors } = update(controllerRevisionStrategy, old, (draft) => (draft.data = { a: 2 }));
    expect(errors).toEqual(['data: Invalid value: {"a":2}: field is immutable']);
  });
});

// Cases of pkg/printers/internalversion/printers_test.go TestPrintStatefulSet, TestPrintDaemonSet and TestPrintControllerRevision.
test('the cells of each', () => {
  const status = { replicas: 3, readyReplicas: 2 };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: { ...SPEC, replicas: 5 },
    status,
  };
  expect(cells(statefulSetStrategy, set)).toEqual({
    Name: 'web',
    Ready: '2/5',
    Age: '2m',
    Containers: 'web',
    Images: 'nginx:1.27',
  });
  const daemon: DaemonSet = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: { ...SPEC, ...template({ nodeSelector: { b: '2', a: '1' } }) },
    status: {
      currentNumberScheduled: 2,
      desiredNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 1,
      updatedNumberScheduled: 2,
    },
  };
  expect(cells(daemonSetStrategy, daemon)).toEqual({
    Name: 'web',
    Desired: 3,
    Current: 2,
    Ready: 1,
    'Up-to-date': 2,
    Available: 0,
    'Node Selector': 'a=1,b=2',
    Age: '2m',
    Containers: 'web',
    Images: 'nginx:1.27',
    Selector: 'app=web',
  });
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'foo', uid: '1', controller: true },
  ];
  const revision = (given: object): ControllerRevision => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { ...metadata, ...given },
    revision: 1,
  });
  expect(cells(controllerRevisionStrategy, revision({ ownerReferences }))).toEqual({
    Name: 'web',
    Controller: 'daemonset.apps/foo',
    Revision: 1,
    Age: '2m',
  });
  expect(cells(controllerRevisionStrategy, revision({}))).toMatchObject({ Controller: '<none>' });
});
