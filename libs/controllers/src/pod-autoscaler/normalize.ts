import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from '@podlab/api';
import { addInPlaceOfOld, type AutoscalerMemory, type ScaleEvent } from './memory';
import type { StatusDraft } from './status-draft';

/** Models kube-controller-manager --horizontal-pod-autoscaler-downscale-stabilization. */
const DOWNSCALE_STABILIZATION_S = 300;
/** Without rules of its own, a target at most doubles at once, or comes to four pods. Models calculateScaleUpLimit. */
const SCALE_UP_FACTOR = 2;
const SCALE_UP_MINIMUM = 4;

/** A number of pods that the metrics ask for, and what it has to keep to. */
export interface Wanted {
  readonly current: number;
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Virtual ms since the Unix epoch. */
  readonly now: number;
}

interface Limited {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

const WITHIN = {
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
};
const TOO_MANY = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const TOO_FEW = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};
const TOO_FAST_UP = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const TOO_FAST_DOWN = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};
const HIGHER =
  'recent recommendations were higher than current one, applying the highest recent recommendation';
const LOWER = 'recent recommendations were lower than current one, applying the lowest recent recommendation';

/**
 * The size that a target gets: not down before the highest recent recommendation is old, not beyond its limits, not
 * faster than its rules allow. Models k8s.io/kubernetes pkg/controller/podautoscaler/horizontal.go
 * normalizeDesiredReplicas and normalizeDesiredReplicasWithBehaviors.
 */
export function normalize(
  wanted: Wanted,
  behavior: HorizontalPodAutoscalerBehavior | undefined,
  memory: AutoscalerMemory,
  status: StatusDraft,
): number {
  const stable = behavior
    ? stabilizeByRules(wanted, behavior, memory)
    : { replicas: stabilize(wanted, memory), reason: 'ScaleDownStabilized', message: HIGHER };
  if (stable.replicas !== wanted.desired) status.set('AbleToScale', 'True', stable.reason, stable.message);
  else status.set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
  const desired = { ...wanted, desired: stable.replicas };
  const limited = behavior ? limitByRules(desired, behavior, memory) : limit(desired);
  const isLimited = limited.replicas !== stable.replicas;
  status.set('ScalingLimited', isLimited ? 'True' : 'False', limited.reason, limited.message);
  return limited.replicas;
}

/** Models stabilizeRecommendation. */
function stabilize({ desired, now }: Wanted, { recommendations }: AutoscalerMemory): number {
  const cutoff = now - DOWNSCALE_STABILIZATION_S * 1_000;
  const recent = recommendations.filter(({ at }) => at >= cutoff).map(({ replicas }) => replicas);
  addInPlaceOfOld(recommendations, { replicas: desired, at: now }, cutoff);
  return Math.max(desired, ...recent);
}

/** Models stabilizeRecommendationWithBehaviors. */
function stabilizeByRules(
  { desired, current, now }: Wanted,
  { scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior,
  { recommendations }: AutoscalerMemory,
): Limited {
  const up_s = scaleUp?.stabilizationWindowSeconds ?? 0;
  const down_s = scaleDown?.stabilizationWindowSeconds ?? DOWNSCALE_STABILIZATION_S;
  const since = (seconds: number) =>
    recommendations.filter(({ at }) => at > now - seconds * 1_000).map(({ replicas }) => replicas);
  const isUp = desired >= current;
  const replicas = isUp ? Math.min(desired, ...since(up_s)) : Math.max(desired, ...since(down_s));
  addInPlaceOfOld(recommendations, { replicas: desired, at: now }, now - Math.max(up_s, down_s) * 1_000);
  return isUp
    ? { replicas, reason: 'ScaleUpStabilized', message: LOWER }
    : { replicas, reason: 'ScaleDownStabilized', message: HIGHER };
}

/** Models convertDesiredReplicasWithRules. */
function limit({ desired, current, minimum, maximum }: Wanted): Limited {
  const fastest = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM);
  if (desired < minimum) return { replicas: minimum, ...TOO_FEW };
  if (desired > Math.min(maximum, fastest))
    return maximum > fastest ? { replicas: fastest, ...TOO_FAST_UP } : { replicas: maximum, ...TOO_MANY };
  return { replicas: desired, ...WITHIN };
}

/** Models convertDesiredReplicasWithBehaviorRate. */
function limitByRules(
  wanted: Wanted,
  { scaleUp = {}, scaleDown = {} }: HorizontalPodAutoscalerBehavior,
  memory: AutoscalerMemory,
): Limited {
  const { desired, current, minimum, maximum } = wanted;
  if (desired > current) {
    const fastest = Math.max(current, scaleUpLimit(wanted, scaleUp, memory));
    if (desired > Math.min(maximum, fastest))
      return maximum > fastest ? { replicas: fastest, ...TOO_FAST_UP } : { replicas: maximum, ...TOO_MANY };
  } else if (desired < current) {
    const fastest = Math.min(current, scaleDownLimit(wanted, scaleDown, memory));
    if (desired < Math.max(minimum, fastest))
      return minimum < fastest ? { replicas: fastest, ...TOO_FAST_DOWN } : { replicas: minimum, ...TOO_FEW };
  }
  return { replicas: desired, ...WITHIN };
}

/** Models calculateScaleUpLimitWithScalingRules. */
function scaleUpLimit(wanted: Wanted, rules: HPAScalingRules, memory: AutoscalerMemory): number {
  if (rules.selectPolicy === 'Disabled') return wanted.current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const before = atPeriodStart(wanted, periodSeconds, memory);
    return type === 'Pods' ? before + value : Math.ceil(before * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
}

/** Models calculateScaleDownLimitWithBehaviors. */
function scaleDownLimit(wanted: Wanted, rules: HPAScalingRules, memory: AutoscalerMemory): number {
  if (rules.selectPolicy === 'Disabled') return wanted.current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const before = atPeriodStart(wanted, periodSeconds, memory);
    return type === 'Pods' ? before - value : Math.trunc(before * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}

/** The size before what was added and taken away within a period. Models getReplicasChangePerPeriod. */
function atPeriodStart({ current, now }: Wanted, seconds: number, memory: AutoscalerMemory): number {
  const within = (events: readonly ScaleEvent[]) =>
    events.reduce((sum, { at, change }) => sum + (at > now - seconds * 1_000 ? change : 0), 0);
  return current - within(memory.scaleUps) + within(memory.scaleDowns);
}

/** Remembers a change of size as long as a rule asks for it. Models storeScaleEvent. */
export function rememberScale(
  behavior: HorizontalPodAutoscalerBehavior | undefined,
  memory: AutoscalerMemory,
  { from, to, now }: { from: number; to: number; now: number },
): void {
  if (!behavior) return;
  const rules = to > from ? behavior.scaleUp : behavior.scaleDown;
  const longest_s = Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds));
  const events = to > from ? memory.scaleUps : memory.scaleDowns;
  addInPlaceOfOld(events, { change: Math.abs(to - from), at: now }, now - longest_s * 1_000);
}
