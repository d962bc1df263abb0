import type { Deployment, Pod, ReplicaSet } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import { buildDeployment, ComponentHarness, testKubelet } from '@podlab/testkit';
import type { TestKubeletOptions } from '@podlab/testkit';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { deploymentController } from './deployment-controller';

function startCluster(options: TestKubeletOptions = {}): ComponentHarness {
  return new ComponentHarness({
    deployment: deploymentController,
    replicaset: replicaSetController,
    kubelet: testKubelet({ bindTo: 'node-a', ...options }),
  });
}

const web = (cluster: ComponentHarness) => cluster.get<Deployment>('deployments.apps', 'lab06/web');
const replicaSets = (cluster: ComponentHarness) => cluster.list<ReplicaSet>('replicasets.apps');
const sizes = (cluster: ComponentHarness) =>
  Object.fromEntries(
    replicaSets(cluster).map(({ metadata, spec }) => [revision(metadata.annotations), spec.replicas]),
  );
const revision = (annotations: Record<string, string> = {}) =>
  annotations['deployment.kubernetes.io/revision'];
const condition = (cluster: ComponentHarness, type: string) =>
  web(cluster).status?.conditions?.find((each) => each.type === type);

function setImage(cluster: ComponentHarness, image: string): void {
  cluster.edit<Deployment>('deployments.apps', 'lab06/web', (deployment) => {
    const { template } = deployment.spec;
    const containers = template.spec?.containers.map((container) => ({ ...container, image })) ?? [];
    return {
      ...deployment,
      spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } },
    };
  });
}

function setSpec(cluster: ComponentHarness, change: Partial<Deployment['spec']>): void {
  cluster.edit<Deployment>('deployments.apps', 'lab06/web', (deployment) => ({
    ...deployment,
    spec: { ...deployment.spec, ...change },
  }));
}

/** Event texts with the names that a hash gave replaced by the revision. */
function scaling(cluster: ComponentHarness): string[] {
  const names = new Map(
    replicaSets(cluster).map(({ metadata }) => [metadata.name, `rev${revision(metadata.annotations)}`]),
  );
  return cluster
    .eventLines()
    .filter((line) => line.includes('ScalingReplicaSet'))
    .map((line) => line.replace(/web-[a-z0-9]+/, (name) => names.get(name) ?? name));
}

describe('a new deployment', () => {
  test('becomes a replica set with the hash of its template, then pods, then available', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 3));
    expect(cluster.settle()).toBe(true);
    const [replicaSet] = replicaSets(cluster);
    const hash = replicaSet.metadata.labels?.['pod-template-hash'] as string;
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    expect(replicaSet.metadata).toMatchObject({
      name: `web-${hash}`,
      annotations: {
        'deployment.kubernetes.io/revision': '1',
        'deployment.kubernetes.io/desired-replicas': '3',
        'deployment.kubernetes.io/max-replicas': '4',
      },
      ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true, blockOwnerDeletion: true }],
    });
    expect(replicaSet.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    for (const { metadata } of cluster.list<Pod>('pods')) {
      expect(metadata.name).toMatch(new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
      expect(metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
    }
    expect(web(cluster).metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(web(cluster).status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      conditions: [
        expect.objectContaining({
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }),
        expect.objectContaining({
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "web-${hash}" has successfully progressed.`,
        }),
      ],
    });
    expect(scaling(cluster)).toEqual([
      'Normal ScalingReplicaSet Deployment/web: Scaled up replica set rev1 from 0 to 3',
    ]);
    const [created] = cluster.eventLines().filter((line) => line.includes('SuccessfulCreate'));
    expect(created).toMatch(
      new RegExp(`^Normal SuccessfulCreate ReplicaSet/web-${hash}: Created pod: web-${hash}-`),
    );
  });

  test('with the name of a foreign replica set takes the next hash', () => {
    const probe = startCluster();
    probe.client.create('deployments.apps', buildDeployment('lab06', 'web', 1));
    probe.settle();
    const [taken] = replicaSets(probe);
    const cluster = startCluster();
    const { ownerReferences: _owners, resourceVersion: _version, uid: _uid, ...metadata } = taken.metadata;
    cluster.client.create('replicasets.apps', {
      ...taken,
      metadata: { ...metadata, labels: { other: 'yes' } },
    });
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 1));
    cluster.settle();
    expect(web(cluster).status).toMatchObject({ collisionCount: 1, availableReplicas: 1 });
    expect(replicaSets(cluster)).toHaveLength(2);
  });
});

describe('a rolling update', () => {
  test('goes on in steps of surge and unavailable, and says each', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 4));
    cluster.settle();
    setImage(cluster, 'nginx:1.26');
    cluster.settle();
    expect(sizes(cluster)).toEqual({ 1: 0, 2: 4 });
    expect(web(cluster).status).toMatchObject({
      updatedReplicas: 4,
      availableReplicas: 4,
      replicas: 4,
      observedGeneration: 2,
    });
    expect(scaling(cluster).map((line) => line.split(': ')[1])).toEqual([
      'Scaled up replica set rev1 from 0 to 4',
      'Scaled up replica set rev2 from 0 to 1',
      'Scaled down replica set rev1 from 4 to 3',
      'Scaled up replica set rev2 from 1 to 2',
      'Scaled down replica set rev1 from 3 to 1',
      'Scaled up replica set rev2 from 2 to 4',
      'Scaled down replica set rev1 from 1 to 0',
    ]);
  });

  test('back to an earlier template uses its replica set again under a new revision', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 2));
    cluster.settle();
    setImage(cluster, 'nginx:1.26');
    cluster.settle();
    setImage(cluster, 'nginx:1.25');
    cluster.settle();
    expect(sizes(cluster)).toEqual({ 2: 0, 3: 2 });
    const current = replicaSets(cluster).find(({ spec }) => spec.replicas === 2);
    expect(current?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(web(cluster).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  test('keeps as many old revisions as the history limit says', () => {
    const cluster = startCluster();
    cluster.client.create(
      'deployments.apps',
      buildDeployment('lab06', 'web', 1, { revisionHistoryLimit: 2 }),
    );
    cluster.settle();
    for (const image of ['a', 'b', 'c', 'd']) {
      setImage(cluster, image);
      cluster.settle();
    }
    expect(Object.keys(sizes(cluster))).toEqual(['3', '4', '5']);
  });

  test('never has fewer available pods than allowed nor more pods than allowed', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 10));
    cluster.settle();
    setImage(cluster, 'nginx:1.26');
    for (let waited = 0; waited < 20_000; waited += 50) {
      cluster.advance(50);
      const total = replicaSets(cluster).reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
      expect(total).toBeLessThanOrEqual(13);
      expect(web(cluster).status?.availableReplicas).toBeGreaterThanOrEqual(8);
    }
    expect(sizes(cluster)).toEqual({ 1: 0, 2: 10 });
  });
});

describe('a rollout that cannot go on', () => {
  test('exceeds its progress deadline', () => {
    const cluster = startCluster({ ignores: (pod) => pod.spec.containers[0].image === 'ngnix' });
    cluster.client.create(
      'deployments.apps',
      buildDeployment('lab06', 'web', 3, { progressDeadlineSeconds: 60 }),
    );
    cluster.settle();
    setImage(cluster, 'ngnix');
    cluster.advance(59_000);
    expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    cluster.advance(4_000);
    const newest = replicaSets(cluster).find(({ metadata }) => revision(metadata.annotations) === '2');
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${newest?.metadata.name}" has timed out progressing.`,
    });
    expect(web(cluster).status).toMatchObject({
      availableReplicas: 3,
      unavailableReplicas: 1,
      updatedReplicas: 1,
    });
    expect(cluster.settle()).toBe(true);
  });

  test('without enough pods is not available', () => {
    const cluster = startCluster({ ignores: () => true });
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 3));
    cluster.advance(5_000);
    expect(condition(cluster, 'Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
      message: 'Deployment does not have minimum availability.',
    });
  });
});

describe('scaling', () => {
  test('up and down changes the one active replica set', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 2));
    cluster.settle();
    setSpec(cluster, { replicas: 5 });
    cluster.settle();
    setSpec(cluster, { replicas: 1 });
    cluster.settle();
    expect(sizes(cluster)).toEqual({ 1: 1 });
    expect(cluster.list('pods')).toHaveLength(1);
    expect(scaling(cluster).map((line) => line.split(': ')[1])).toEqual([
      'Scaled up replica set rev1 from 0 to 2',
      'Scaled up replica set rev1 from 2 to 5',
      'Scaled down replica set rev1 from 5 to 1',
    ]);
  });

  test('amid a rollout is shared in proportion', () => {
    const cluster = startCluster({ ignores: (pod) => pod.spec.containers[0].image === 'ngnix' });
    const rollingUpdate = { maxSurge: 3, maxUnavailable: 2 };
    cluster.client.create(
      'deployments.apps',
      buildDeployment('lab06', 'web', 10, { strategy: { type: 'RollingUpdate', rollingUpdate } }),
    );
    cluster.settle();
    setImage(cluster, 'ngnix');
    cluster.advance(10_000);
    expect(sizes(cluster)).toEqual({ 1: 8, 2: 5 });
    setSpec(cluster, { replicas: 15 });
    cluster.advance(10_000);
    expect(sizes(cluster)).toEqual({ 1: 11, 2: 7 });
  });
});

describe('other ways', () => {
  test('Recreate waits until the last old pod has gone', () => {
    const cluster = startCluster({ stopMs: 5_000 });
    cluster.client.create(
      'deployments.apps',
      buildDeployment('lab06', 'web', 2, { strategy: { type: 'Recreate' } }),
    );
    cluster.settle();
    setImage(cluster, 'nginx:1.26');
    cluster.advance(4_000);
    expect(sizes(cluster)).toEqual({ 1: 0 });
    cluster.settle();
    expect(sizes(cluster)).toEqual({ 1: 0, 2: 2 });
  });

  test('a paused deployment scales but does not roll out, and says so', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 2));
    cluster.settle();
    setSpec(cluster, { paused: true });
    setImage(cluster, 'nginx:1.26');
    setSpec(cluster, { replicas: 3 });
    cluster.settle();
    expect(sizes(cluster)).toEqual({ 1: 3 });
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
    });
    setSpec(cluster, { paused: false });
    cluster.settle();
    expect(sizes(cluster)).toEqual({ 1: 0, 2: 3 });
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
    });
  });

  test('an orphaned replica set that matches is adopted', () => {
    const cluster = startCluster();
    cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 2));
    cluster.settle();
    const [replicaSet] = replicaSets(cluster);
    cluster.edit<ReplicaSet>('replicasets.apps', objectKey(replicaSet), (each) => ({
      ...each,
      metadata: { ...each.metadata, ownerReferences: [] },
    }));
    cluster.settle();
    expect(replicaSets(cluster)).toHaveLength(1);
    expect(replicaSets(cluster)[0].metadata.ownerReferences).toMatchObject([
      { kind: 'Deployment', name: 'web' },
    ]);
  });
});

test('a copy taken amid a rollout ends as the original', () => {
  const cluster = startCluster();
  cluster.client.create('deployments.apps', buildDeployment('lab06', 'web', 8));
  cluster.settle();
  setImage(cluster, 'nginx:1.26');
  cluster.advance(1_500);
  const copy = cluster.copy();
  cluster.settle();
  copy.settle();
  expect(copy.hash()).toBe(cluster.hash());
});
