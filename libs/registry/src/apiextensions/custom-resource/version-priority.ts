const KUBE_LIKE = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES: Readonly<Record<string, number>> = { alpha: 0, beta: 1, '': 2 };

/** Stable versions first, then beta, then alpha, newer before older; others last by name. Models apimachinery pkg/version CompareKubeAwareVersionStrings. */
export function byVersionPriority(a: string, b: string): number {
  const [first, second] = [KUBE_LIKE.exec(a), KUBE_LIKE.exec(b)];
  if (!first || !second) return first ? -1 : second ? 1 : a < b ? -1 : 1;
  const stage = STAGES[second[2] ?? ''] - STAGES[first[2] ?? ''];
  return stage || Number(second[1]) - Number(first[1]) || Number(second[3] ?? 0) - Number(first[3] ?? 0);
}
