import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  MetricStatus,
} from '@podlab/api';

type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** The status of an autoscaler while it is worked out. Models k8s.io/kubernetes pkg/controller/podautoscaler setStatus. */
export class StatusDraft {
  private conditions: HorizontalPodAutoscalerCondition[];

  constructor(
    private readonly old: HorizontalPodAutoscaler['status'],
    private readonly timestamp: string,
  ) {
    this.conditions = [...(old?.conditions ?? [])];
  }

  /** Models setCondition: the time is that of the last change between true and false. */
  set(type: ConditionType, status: 'True' | 'False', reason: string, message: string): void {
    const known = this.conditions.find((condition) => condition.type === type);
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : this.timestamp;
    const condition = { type, status, lastTransitionTime, reason, message };
    this.conditions = known
      ? this.conditions.map((each) => (each === known ? condition : each))
      : [...this.conditions, condition];
  }

  /** Nothing but conditions has changed. */
  unchanged(): HorizontalPodAutoscalerStatus {
    return { ...this.old, desiredReplicas: this.old?.desiredReplicas ?? 0, conditions: this.conditions };
  }

  /** Sizes as they are; without `desired`, the last one that was wanted. */
  result(sizes: {
    current: number;
    desired?: number;
    metrics: readonly MetricStatus[] | undefined;
    rescaled: boolean;
  }): HorizontalPodAutoscalerStatus {
    const { current, desired = this.old?.desiredReplicas ?? 0, metrics, rescaled } = sizes;
    const lastScaleTime = rescaled ? this.timestamp : this.old?.lastScaleTime;
    return {
      ...(lastScaleTime !== undefined && { lastScaleTime }),
      ...(current !== 0 && { currentReplicas: current }),
      desiredReplicas: desired,
      ...(metrics && { currentMetrics: [...metrics] }),
      conditions: this.conditions,
    };
  }
}
