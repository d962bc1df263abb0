import type { Taint, Toleration } from '@podlab/api';

/** Models k8s.io/api core/v1 Toleration.ToleratesTaint. */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return (
    operator === 'Exists' || ((!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? ''))
  );
}

/** The first taint with one of these effects that nothing tolerates. Models FindMatchingUntoleratedTaint. */
export function untoleratedTaint(
  taints: readonly Taint[] = [],
  tolerations: readonly Toleration[] = [],
  effects: readonly string[],
): Taint | undefined {
  return taints.find(
    (taint) =>
      effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}
