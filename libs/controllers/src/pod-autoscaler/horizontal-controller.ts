import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus, Pod } from '@podlab/api';
import type { Selector } from '@podlab/apimachinery';
import { isStatusError, matchesLabels, objectKey, parseLabelSelector } from '@podlab/apimachinery';
import type {
  ComponentContext,
  ComponentFactory,
  Informer,
  ResourceMetrics,
  ScaleState,
  ScaleTarget,
} from '@podlab/client';
import { equalJson, type QueueEntry } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { newMemory, type AutoscalerMemory } from './memory';
import { MetricFailure, proposalOf, tolerancesOf, type SampleOf } from './metric-proposal';
import { normalize, rememberScale } from './normalize';
import { metricsOf } from './pod-groups';
import { NoProposal } from './replica-calculator';
import { StatusDraft } from './status-draft';

const AUTOSCALERS = 'horizontalpodautoscalers.autoscaling';
/** Models kube-controller-manager --horizontal-pod-autoscaler-sync-period. */
const SYNC_PERIOD_MS = 15_000;
const SOURCE = { component: 'horizontal-pod-autoscaler' };

/** One look at an autoscaler. */
interface Round {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly target: ScaleTarget;
  readonly memory: AutoscalerMemory;
  readonly status: StatusDraft;
}

/** What the metrics of an autoscaler come to. */
interface Demand {
  readonly replicas: number;
  readonly metric: string;
  readonly statuses: readonly MetricStatus[];
}

/** No metric says how many pods there should be. */
class NoDemand extends Error {
  override readonly name = 'NoDemand';

  constructor(
    message: string,
    readonly statuses?: readonly MetricStatus[],
  ) {
    super(message);
  }
}

/**
 * Gives each target of a HorizontalPodAutoscaler as many pods as its metrics ask for, looking every 15 seconds.
 * Models k8s.io/kubernetes pkg/controller/podautoscaler/horizontal.go HorizontalController.
 */
export function horizontalPodAutoscaler(metrics: ResourceMetrics): ComponentFactory {
  return (context) => new HorizontalController(context, metrics);
}

class HorizontalController {
  readonly name: string;
  private readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  private readonly pods: Informer<Pod>;

  constructor(
    private readonly context: ComponentContext,
    private readonly metrics: ResourceMetrics,
  ) {
    this.name = context.name;
    this.autoscalers = context.informers.for<HorizontalPodAutoscaler>(AUTOSCALERS);
    this.pods = context.informers.for<Pod>('pods');
    this.autoscalers.addHandlers({ onAdd: (autoscaler) => this.begin(objectKey(autoscaler)) });
  }

  start(): void {
    for (const autoscaler of this.autoscalers.list()) this.begin(objectKey(autoscaler));
  }

  /** Of every autoscaler that is looked at; there is none in most clusters, nor this. */
  private get memories(): Map<string, AutoscalerMemory> {
    return this.context.state('memories', () => ({ byKey: new Map<string, AutoscalerMemory>() })).byKey;
  }

  handle(_kind: string, [key]: QueueEntry['args']): void {
    this.sync(key as string);
  }

  private begin(key: string): void {
    if (this.memories.has(key)) return;
    this.memories.set(key, newMemory());
    this.awaitNext(key);
  }

  private awaitNext(key: string): void {
    this.context.schedule(SYNC_PERIOD_MS, 'sync', [key], { periodic: true });
  }

  private sync(key: string): void {
    const autoscaler = this.autoscalers.get(key);
    const memory = this.memories.get(key);
    if (!autoscaler || !memory) {
      this.memories.delete(key);
      return;
    }
    const { apiVersion = '', kind, name } = autoscaler.spec.scaleTargetRef;
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    const namespace = autoscaler.metadata.namespace as string;
    const status = new StatusDraft(autoscaler.status, this.context.timestamp());
    const result = this.reconcile({ autoscaler, memory, status, target: { group, kind, namespace, name } });
    if (!equalJson(result, autoscaler.status))
      ignoringNotFound(() =>
        this.context.client.updateStatus(AUTOSCALERS, { ...autoscaler, status: result }),
      );
    this.awaitNext(key);
  }

  /** Models reconcileAutoscaler. */
  private reconcile(round: Round): HorizontalPodAutoscalerStatus {
    const { autoscaler, status, target } = round;
    let scale: ScaleState;
    try {
      scale = this.context.client.getScale(target);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      const message = `the HPA controller was unable to get the target's current scale: ${error.message}`;
      this.warn(autoscaler, 'FailedGetScale', error.message);
      status.set('AbleToScale', 'False', 'FailedGetScale', message);
      return status.unchanged();
    }
    const able = "the HPA controller was able to get the target's current scale";
    status.set('AbleToScale', 'True', 'SucceededGetScale', able);
    const { memory } = round;
    if (memory.recommendations.length === 0)
      memory.recommendations.push({ replicas: scale.replicas, at: this.context.now() });
    return this.resize(round, scale);
  }

  private resize(round: Round, scale: ScaleState): HorizontalPodAutoscalerStatus {
    const { autoscaler, status } = round;
    const { minReplicas: minimum = 1, maxReplicas: maximum } = autoscaler.spec;
    const current = scale.replicas;
    if (current === 0 && minimum !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      status.set('ScalingActive', 'False', 'ScalingDisabled', message);
      return status.result({ current, desired: current, metrics: undefined, rescaled: false });
    }
    if (current > maximum)
      return this.rescale(round, current, maximum, 'Current number of replicas above Spec.MaxReplicas');
    if (current < minimum)
      return this.rescale(round, current, minimum, 'Current number of replicas below Spec.MinReplicas');
    let demand: Demand;
    try {
      demand = this.demandOf(round, scale);
    } catch (error) {
      if (!(error instanceof NoDemand)) throw error;
      this.warn(autoscaler, 'FailedComputeMetricsReplicas', error.message);
      return status.result({ current, metrics: error.statuses, rescaled: false });
    }
    const wanted = { current, desired: demand.replicas, minimum, maximum, now: this.context.now() };
    const desired = normalize(wanted, autoscaler.spec.behavior, round.memory, status);
    const reason = demand.replicas > current ? `${demand.metric} above target` : 'All metrics below target';
    if (desired !== current) return this.rescale(round, current, desired, reason, demand.statuses);
    return status.result({ current, desired, metrics: demand.statuses, rescaled: false });
  }

  private rescale(
    { autoscaler, status, target, memory }: Round,
    current: number,
    desired: number,
    reason: string,
    metrics?: readonly MetricStatus[],
  ): HorizontalPodAutoscalerStatus {
    const what = `New size: ${desired}; reason: ${reason}`;
    try {
      this.context.client.updateScale(target, desired);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      const message = `the HPA controller was unable to update the target scale: ${error.message}`;
      this.warn(autoscaler, 'FailedRescale', `${what}; error: ${error.message}`);
      status.set('AbleToScale', 'False', 'FailedUpdateScale', message);
      return status.result({ current, metrics, rescaled: false });
    }
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    status.set('AbleToScale', 'True', 'SucceededRescale', message);
    this.context.recorder.event(autoscaler, 'Normal', 'SuccessfulRescale', what, SOURCE);
    rememberScale(autoscaler.spec.behavior, memory, { from: current, to: desired, now: this.context.now() });
    return status.result({ current, desired, metrics, rescaled: true });
  }

  /** The most that a metric asks for. Models computeReplicasForMetrics; throws {@link NoDemand}. */
  private demandOf(round: Round, scale: ScaleState): Demand {
    const { autoscaler, status, target } = round;
    const { metrics = [], behavior } = autoscaler.spec;
    const sampleOf = this.sampler(this.podsOf(round, scale.selector));
    const tolerances = tolerancesOf(behavior?.scaleUp, behavior?.scaleDown);
    const statuses: MetricStatus[] = [];
    const failures: MetricFailure[] = [];
    let most: { replicas: number; name: string } | undefined;
    for (const metric of metrics) {
      try {
        const proposal = proposalOf(metric, scale.replicas, sampleOf, tolerances, target.namespace);
        statuses.push(proposal.status);
        if (!most || proposal.replicas > most.replicas) most = proposal;
      } catch (error) {
        if (!(error instanceof MetricFailure)) throw error;
        this.warn(autoscaler, error.reason, error.message);
        statuses.push({ type: '' });
        failures.push(error);
      }
    }
    const [first] = failures;
    if (!most || (first && most.replicas < scale.replicas)) {
      const message = `the HPA was unable to compute the replica count: ${first.message}`;
      status.set('ScalingActive', 'False', first.reason, message);
      const invalid = `invalid metrics (${failures.length} invalid out of ${metrics.length})`;
      throw new NoDemand(`${invalid}, first error is: ${first.outer}`, statuses);
    }
    const found = `the HPA was able to successfully calculate a replica count from ${most.name}`;
    status.set('ScalingActive', 'True', 'ValidMetricFound', found);
    return { replicas: most.replicas, metric: most.name, statuses };
  }

  /** The target's pods, which no other autoscaler may be about. Models validateAndParseSelector. */
  private podsOf({ autoscaler, status, memory }: Round, text: string): Pod[] {
    const refuse = (event: string, reason: string, message: string, condition = message): never => {
      this.warn(autoscaler, event, message);
      status.set('ScalingActive', 'False', reason, condition);
      throw new NoDemand(message);
    };
    if (text === '') {
      const condition = "the HPA target's scale is missing a selector";
      return refuse('SelectorRequired', 'InvalidSelector', 'selector is required', condition);
    }
    memory.selector = text;
    const namespace = autoscaler.metadata.namespace as string;
    const selected = this.select(namespace, parseLabelSelector(text));
    const rivals = this.autoscalers.list(namespace).filter(({ metadata: { name } }) => {
      const other = this.memories.get(`${namespace}/${name}`)?.selector ?? '';
      if (other === '') return false;
      const selector = parseLabelSelector(other);
      return selected.some(({ metadata }) => matchesLabels(selector, metadata.labels));
    });
    if (rivals.length > 1) {
      const keys = rivals.map(({ metadata }) => `{${metadata.name} ${namespace}}`).join(' ');
      const message = `pods by selector ${text} are controlled by multiple HPAs: [${keys}]`;
      return refuse('AmbiguousSelector', 'AmbiguousSelector', message);
    }
    return selected;
  }

  private select(namespace: string, selector: Selector): Pod[] {
    return this.pods.list(namespace).filter(({ metadata }) => matchesLabels(selector, metadata.labels));
  }

  private sampler(pods: readonly Pod[]): SampleOf {
    const usages = pods.flatMap((pod) => this.metrics.pod(pod) ?? []);
    return (resource, container) => {
      const metrics = metricsOf(usages, resource, container);
      if (usages.length === 0) {
        const none = 'no metrics returned from resource metrics API';
        throw new NoProposal(`unable to get metrics for resource ${resource}: ${none}`);
      }
      return {
        pods,
        metrics,
        resource,
        now: this.context.now(),
        ...(container !== undefined && { container }),
      };
    };
  }

  private warn(autoscaler: HorizontalPodAutoscaler, reason: string, message: string): void {
    this.context.recorder.event(autoscaler, 'Warning', reason, message, SOURCE);
  }
}
