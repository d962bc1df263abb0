import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '@podlab/api';
import { buildReplicaSet, ComponentHarness, testKubelet } from '@podlab/testkit';
import { statefulSetController } from './stateful-set-controller';

/** A StatefulSet with what the apiserver fills in. */
function buildStatefulSet(spec: Partial<StatefulSet['spec']> = {}): StatefulSet {
  const { spec: of } = buildReplicaSet('lab06', 'web', 3);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'lab06' },
    spec: {
      replicas: 3,
      serviceName: 'web',
      selector: of.selector,
      template: of.template as StatefulSet['spec']['template'],
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  };
}

function start(spec: Partial<StatefulSet['spec']> = {}, options: Parameters<typeof testKubelet>[0] = {}) {
  const cluster = new ComponentHarness({
    statefulset: statefulSetController,
    kubelet: testKubelet({ bindTo: 'node-a', ...options }),
  });
  cluster.client.create('statefulsets.apps', buildStatefulSet(spec));
  return cluster;
}

const web = (cluster: ComponentHarness) => cluster.get<StatefulSet>('statefulsets.apps', 'lab06/web');
const names = (cluster: ComponentHarness) => cluster.list<Pod>('pods').map(({ metadata }) => metadata.name);
const imageOf = (pod: Pod) => pod.spec.containers[0].image;
const images = (cluster: ComponentHarness) => cluster.list<Pod>('pods').map(imageOf);
const revisions = (cluster: ComponentHarness) =>
  cluster
    .list<ControllerRevision>('controllerrevisions.apps')
    .map(({ revision }) => revision)
    .sort();

function change(
  cluster: ComponentHarness,
  spec: (spec: StatefulSet['spec']) => Partial<StatefulSet['spec']>,
) {
  cluster.edit<StatefulSet>('statefulsets.apps', 'lab06/web', (set) => ({
    ...set,
    spec: { ...set.spec, ...spec(set.spec) },
  }));
}

function setImage(cluster: ComponentHarness, image: string): void {
  change(cluster, ({ template }) => {
    const [container] = template.spec?.containers ?? [];
    return { template: { ...template, spec: { ...template.spec, containers: [{ ...container, image }] } } };
  });
}

/** The order in which pods were made or deleted. */
const told = (cluster: ComponentHarness, reason: string) =>
  cluster
    .eventLines()
    .filter((line) => line.includes(reason))
    .map((line) => /Pod (web-\d+)/.exec(line)?.[1]);

// Cases of k8s.io/kubernetes pkg/controller/statefulset/stateful_set_control_test.go CreatesPods and ScalesUp.
test('pods come one after another, each when the one before is ready', () => {
  const cluster = start();
  cluster.advance(500);
  expect(names(cluster)).toEqual(['web-0']);
  cluster.advance(1_000);
  expect(names(cluster)).toEqual(['web-0', 'web-1']);
  cluster.settle();
  expect(names(cluster)).toEqual(['web-0', 'web-1', 'web-2']);
  expect(cluster.eventLines()).toEqual(
    [0, 1, 2].map(
      (ordinal) =>
        `Normal SuccessfulCreate StatefulSet/web: create Pod web-${ordinal} in StatefulSet web successful`,
    ),
  );
  const { currentRevision } = web(cluster).status ?? {};
  expect(web(cluster).status).toEqual({
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    currentRevision,
    updateRevision: currentRevision,
    collisionCount: 0,
  });
});

test('each pod has its name, its host name and its labels for good', () => {
  const cluster = start();
  cluster.settle();
  cluster.client.delete('pods', 'lab06/web-1');
  cluster.settle();
  const { metadata, spec } = cluster.get<Pod>('pods', 'lab06/web-1');
  expect(spec).toMatchObject({ hostname: 'web-1', subdomain: 'web' });
  expect(metadata.labels).toEqual({
    app: 'web',
    'apps.kubernetes.io/pod-index': '1',
    'controller-revision-hash': web(cluster).status?.updateRevision,
    'statefulset.kubernetes.io/pod-name': 'web-1',
  });
});

test('a pod that does not get ready holds up those after it', () => {
  const cluster = start({}, { ignores: ({ metadata }) => metadata.name === 'web-1' });
  cluster.settle();
  expect(names(cluster)).toEqual(['web-0', 'web-1']);
  expect(web(cluster).status).toMatchObject({ replicas: 2, readyReplicas: 1 });
});

test('in parallel nobody waits', () => {
  const cluster = start({ podManagementPolicy: 'Parallel' });
  cluster.advance(100);
  expect(names(cluster)).toEqual(['web-0', 'web-1', 'web-2']);
  cluster.settle();
  change(cluster, () => ({ replicas: 0 }));
  cluster.advance(100);
  expect(cluster.list<Pod>('pods').every(({ metadata }) => metadata.deletionTimestamp)).toBe(true);
});

// Case of stateful_set_control_test.go ScalesDown: the highest goes first, one at a time.
test('scaling down goes from the highest down', () => {
  const cluster = start();
  cluster.settle();
  change(cluster, () => ({ replicas: 1 }));
  cluster.advance(100);
  expect(names(cluster)).toHaveLength(3);
  cluster.settle();
  expect(names(cluster)).toEqual(['web-0']);
  expect(told(cluster, 'SuccessfulDelete')).toEqual(['web-2', 'web-1']);
});

test('ordinals begin where the set says', () => {
  const cluster = start({ replicas: 2, ordinals: { start: 5 } });
  cluster.settle();
  expect(names(cluster)).toEqual(['web-5', 'web-6']);
});

test('a failed pod is made anew under its name', () => {
  const cluster = start();
  cluster.settle();
  const pod = cluster.get<Pod>('pods', 'lab06/web-0');
  cluster.client.updateStatus('pods', { ...pod, status: { ...pod.status, phase: 'Failed' } });
  cluster.settle();
  expect(cluster.eventLines()).toContain(
    'Warning RecreatingFailedPod StatefulSet/web: StatefulSet lab06/web is recreating failed Pod web-0',
  );
  expect(cluster.get<Pod>('pods', 'lab06/web-0').status?.phase).toBe('Running');
});

// Cases of stateful_set_control_test.go TestStatefulSetControlRollingUpdate, …WithPartition and OnDelete.
test('a set of a billion asks for no more memory than its pods', () => {
  const cluster = start({ replicas: 1_000_000_000 });
  cluster.advance(5_000);
  expect(names(cluster).slice(0, 2)).toEqual(['web-0', 'web-1']);
});

describe('a new template', () => {
  test('is rolled out from the highest down, one pod at a time', () => {
    const cluster = start();
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    cluster.settle();
    expect(told(cluster, 'SuccessfulDelete')).toEqual(['web-2', 'web-1', 'web-0']);
    expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.27']);
    const { currentRevision, updateRevision, updatedReplicas } = web(cluster).status ?? {};
    expect(updatedReplicas).toBe(3);
    expect(currentRevision).toBe(updateRevision);
    expect(revisions(cluster)).toEqual([1, 2]);
  });

  test('stops at the partition, and a pod below it comes back as it was', () => {
    const cluster = start();
    cluster.settle();
    change(cluster, () => ({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    }));
    setImage(cluster, 'nginx:1.27');
    cluster.settle();
    expect(images(cluster)).toEqual(['nginx:1.25', 'nginx:1.25', 'nginx:1.27']);
    cluster.client.delete('pods', 'lab06/web-0');
    cluster.settle();
    expect(images(cluster)).toEqual(['nginx:1.25', 'nginx:1.25', 'nginx:1.27']);
    expect(web(cluster).status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
  });

  test('waits for a deletion by hand with OnDelete', () => {
    const cluster = start({ updateStrategy: { type: 'OnDelete' } });
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    cluster.settle();
    expect(images(cluster)).toEqual(['nginx:1.25', 'nginx:1.25', 'nginx:1.25']);
    cluster.client.delete('pods', 'lab06/web-1');
    cluster.settle();
    expect(images(cluster)).toEqual(['nginx:1.25', 'nginx:1.27', 'nginx:1.25']);
  });

  test('goes to as many pods at once as may be unavailable', () => {
    const cluster = start({
      replicas: 4,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: '50%' } },
    });
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    cluster.advance(100);
    expect(told(cluster, 'SuccessfulDelete')).toEqual(['web-3', 'web-2']);
    cluster.settle();
    expect(new Set(images(cluster))).toEqual(new Set(['nginx:1.27']));
  });

  test('that was there before gets the number of the last', () => {
    const cluster = start();
    cluster.settle();
    setImage(cluster, 'nginx:1.27');
    cluster.settle();
    setImage(cluster, 'nginx:1.25');
    cluster.settle();
    expect(revisions(cluster)).toEqual([2, 3]);
    expect(images(cluster)).toEqual(['nginx:1.25', 'nginx:1.25', 'nginx:1.25']);
  });
});

test('no more revisions are kept than the limit and those in use', () => {
  const cluster = start({ revisionHistoryLimit: 1 });
  for (const image of ['a', 'b', 'c', 'd']) {
    cluster.settle();
    setImage(cluster, image);
  }
  cluster.settle();
  expect(revisions(cluster)).toEqual([4, 5]);
});

// Cases of k8s.io/kubernetes pkg/controller/statefulset/stateful_pod_control_test.go TestStatefulPodControlCreatesPods and …ClaimOwnerMatches.
describe('claims', () => {
  const template: PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  const claims = (cluster: ComponentHarness) =>
    cluster.list<PersistentVolumeClaim>('persistentvolumeclaims').map(({ metadata }) => metadata);
  const claiming = (policy: { whenDeleted?: string; whenScaled?: string }) => {
    const cluster = start({
      replicas: 2,
      volumeClaimTemplates: [template],
      persistentVolumeClaimRetentionPolicy: policy,
    });
    cluster.settle();
    return cluster;
  };

  test('one for each pod, which the pod finds again', () => {
    const cluster = claiming({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    expect(claims(cluster).map(({ name }) => name)).toEqual(['data-web-0', 'data-web-1']);
    expect(cluster.eventLines().slice(0, 2)).toEqual([
      'Normal SuccessfulCreate StatefulSet/web: create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'Normal SuccessfulCreate StatefulSet/web: create Pod web-0 in StatefulSet web successful',
    ]);
    change(cluster, () => ({ replicas: 1 }));
    cluster.settle();
    expect(claims(cluster).map(({ ownerReferences }) => ownerReferences)).toEqual([undefined, undefined]);
    expect(cluster.get<Pod>('pods', 'lab06/web-0').spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } },
    ]);
  });

  test('belong to the set, or to the pod that is scaled away, when they go with it', () => {
    const owners = (cluster: ComponentHarness) =>
      claims(cluster).map(({ ownerReferences = [] }) =>
        ownerReferences.map(({ kind, name }) => `${kind} ${name}`),
      );
    expect(owners(claiming({ whenDeleted: 'Delete' }))).toEqual([['StatefulSet web'], ['StatefulSet web']]);
    const cluster = claiming({ whenScaled: 'Delete' });
    change(cluster, () => ({ replicas: 1 }));
    cluster.settle();
    expect(owners(cluster)).toEqual([[], ['Pod web-1']]);
  });
});
