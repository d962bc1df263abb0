import type { Deployment, Pod, PodDisruptionBudget, ReplicaSet } from '@podlab/api';
import { controllerOf, scaledIntOrPercent, type KubeObject } from '@podlab/apimachinery';
import type { InformerFactory } from '@podlab/client';

/** How many pods a budget is about, and how many of them must be healthy. */
export interface Expectation {
  readonly expected: number;
  readonly desired: number;
}

/** What scales pods, by kind. */
const RESOURCES: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  ReplicationController: 'replicationcontrollers',
};

/** Models k8s.io/kubernetes pkg/controller/disruption getExpectedPodCount. */
export function expectedPods(
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
  informers: InformerFactory,
): Expectation {
  if (spec.maxUnavailable !== undefined) {
    const expected = expectedScale(pods, informers);
    const unavailable = scaledIntOrPercent(spec.maxUnavailable, expected, true) ?? 0;
    return { expected, desired: Math.max(expected - unavailable, 0) };
  }
  if (typeof spec.minAvailable === 'number') return { expected: pods.length, desired: spec.minAvailable };
  if (spec.minAvailable === undefined) return { expected: pods.length, desired: 0 };
  const expected = expectedScale(pods, informers);
  return { expected, desired: scaledIntOrPercent(spec.minAvailable, expected, true) ?? 0 };
}

/** What the controllers of the pods want together; pods that nothing controls do not count. Models getExpectedScale. */
function expectedScale(pods: readonly Pod[], informers: InformerFactory): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const scaled = scaledBy(pod, informers);
    if (scaled) scales.set(scaled.metadata.uid ?? '', scaled.spec?.replicas ?? 1);
  }
  return [...scales.values()].reduce((sum, each) => sum + each, 0);
}

type Scaled = KubeObject & { readonly spec?: { readonly replicas?: number } };

/** Models getPodReplicaSet, getPodDeployment, getPodStatefulSet and getPodReplicationController. */
function scaledBy(pod: Pod, informers: InformerFactory): Scaled | undefined {
  const owner = controllerOf(pod);
  const resource = owner && RESOURCES[owner.kind];
  if (!resource) return undefined;
  const { namespace } = pod.metadata;
  const found = informers.for<Scaled & KubeObject>(resource).get(`${namespace}/${owner.name}`);
  if (!found || found.metadata.uid !== owner.uid) return undefined;
  const above = controllerOf(found as unknown as ReplicaSet);
  if (above?.kind !== 'Deployment') return found;
  return informers.for<Deployment>('deployments.apps').get(`${namespace}/${above.name}`) as
    Scaled | undefined;
}
