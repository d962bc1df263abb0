import type { Pod, PodDisruptionBudget } from '@podlab/api';
import { matchesLabels, objectKey, selectorFromLabelSelector, type KubeObject } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson, parseRfc3339 } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { isPodReady } from '../pods/pod-state';
import { expectedPods } from './expected-pods';

/** How long a pod whose eviction was granted may take to be marked as deleted, in virtual ms. Models DeletionTimeout. */
const DELETION_TIMEOUT_MS = 120_000;
const CHANGE_DELAY_MS = 10;
const SOURCE = { component: 'controllermanager' };
const SCALED: ReadonlySet<string> = new Set([
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'replicationcontrollers',
]);

/** Keeps count of how many pods each budget can spare. Models k8s.io/kubernetes pkg/controller/disruption DisruptionController. */
export const disruptionController: ComponentFactory = (context) => new DisruptionController(context);

class DisruptionController {
  readonly name: string;
  private readonly budgets: Informer<PodDisruptionBudget>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.budgets = context.informers.for<PodDisruptionBudget>('poddisruptionbudgets.policy');
    this.pods = context.informers.for<Pod>('pods');
    this.queue = context.workQueue('budgets', (key) => this.reconcile(key), { delayMs: CHANGE_DELAY_MS });
    context.informers.addHandlers({
      onAdd: (resource, object) => this.changed(resource, object),
      onUpdate: (resource, object, previous) => this.updated(resource, object, previous),
      onDelete: (resource, object) => this.changed(resource, object),
    });
  }

  private updated(resource: string, object: KubeObject, previous: KubeObject): void {
    if (resource === 'poddisruptionbudgets.policy' && sameButStatus(object, previous)) return;
    if (resource === 'pods') this.podChanged(previous as Pod);
    this.changed(resource, object);
  }

  private changed(resource: string, object: KubeObject): void {
    if (resource === 'poddisruptionbudgets.policy') this.queue.add(objectKey(object));
    else if (resource === 'pods') this.podChanged(object as Pod);
    else if (SCALED.has(resource))
      for (const budget of this.budgets.list(object.metadata.namespace)) this.queue.add(objectKey(budget));
  }

  private podChanged({ metadata }: Pod): void {
    for (const budget of this.budgets.list(metadata.namespace))
      if (matchesLabels(selectorFromLabelSelector(budget.spec.selector), metadata.labels))
        this.queue.add(objectKey(budget));
  }

  /** Models trySync. */
  private reconcile(key: string): void {
    const budget = this.budgets.get(key);
    if (!budget) return;
    const selector = selectorFromLabelSelector(budget.spec.selector);
    const pods = this.pods
      .list(budget.metadata.namespace)
      .filter(({ metadata }) => matchesLabels(selector, metadata.labels));
    if (pods.length === 0) {
      const { recorder } = this.context;
      recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found', SOURCE);
    }
    const disruptedPods = this.stillDisrupted(key, budget, pods);
    const healthy = pods.filter((pod) => isHealthy(pod, disruptedPods)).length;
    this.updateStatus(budget, pods, healthy, disruptedPods);
    this.queue.forget(key);
  }

  /** Evictions that were granted and are not seen yet; one that takes too long is given up. Models buildDisruptedPodMap. */
  private stillDisrupted(
    key: string,
    { status }: PodDisruptionBudget,
    pods: readonly Pod[],
  ): Record<string, string> {
    const still: Record<string, string> = {};
    const now = this.context.now();
    for (const pod of pods) {
      const since = status?.disruptedPods?.[pod.metadata.name];
      if (since === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
      const left = parseRfc3339(since) + DELETION_TIMEOUT_MS - now;
      if (left <= 0) {
        const message = "Pod was expected by PDB to be deleted but it wasn't";
        this.context.recorder.event(pod, 'Warning', 'NotDeleted', message, SOURCE);
        continue;
      }
      still[pod.metadata.name] = since;
      this.queue.addAfter(key, left);
    }
    return still;
  }

  /** Models updatePdbStatus. */
  private updateStatus(
    budget: PodDisruptionBudget,
    pods: readonly Pod[],
    currentHealthy: number,
    disruptedPods: Record<string, string>,
  ): void {
    const { expected, desired } = expectedPods(budget, pods, this.context.informers);
    const disruptionsAllowed = expected <= 0 ? 0 : Math.max(currentHealthy - desired, 0);
    const status = {
      conditions: this.conditions(budget, disruptionsAllowed > 0),
      currentHealthy,
      desiredHealthy: desired,
      ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
      disruptionsAllowed,
      expectedPods: expected,
      observedGeneration: budget.metadata.generation ?? 0,
    };
    if (equalJson(status, budget.status)) return;
    ignoringNotFound(() =>
      this.context.client.updateStatus('poddisruptionbudgets.policy', { ...budget, status }),
    );
  }

  /** Models k8s.io/component-helpers apps/poddisruptionbudget UpdateDisruptionAllowedCondition. */
  private conditions({ status, metadata }: PodDisruptionBudget, allowed: boolean) {
    const before = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
    const value = allowed ? 'True' : 'False';
    const same = before?.status === value;
    return [
      {
        type: 'DisruptionAllowed',
        status: value,
        observedGeneration: metadata.generation ?? 0,
        lastTransitionTime: same ? before.lastTransitionTime : this.context.timestamp(),
        reason: allowed ? 'SufficientPods' : 'InsufficientPods',
        message: '',
      },
    ];
  }
}

const isHealthy = (pod: Pod, disrupted: Readonly<Record<string, string>>): boolean =>
  pod.metadata.deletionTimestamp === undefined && !(pod.metadata.name in disrupted) && isPodReady(pod);

/** The controller's own writes bring nothing new; an eviction's do. */
function sameButStatus(object: KubeObject, previous: KubeObject): boolean {
  const [now, before] = [object as PodDisruptionBudget, previous as PodDisruptionBudget];
  return (
    now.metadata.generation === before.metadata.generation &&
    equalJson(now.status?.disruptedPods, before.status?.disruptedPods)
  );
}
