import type { NodeVerdict } from './schedule-one';

/** How many pods' results are remembered, the newest ones. */
export const REMEMBERED_RESULTS = 256;

/** Why a pod is on its node, or on none. */
export interface SchedulingResult {
  /** Virtual time in ms since the Unix epoch. */
  readonly at: number;
  /** Undefined when no node could take the pod. */
  readonly node?: string;
  /** Upstream's sentence when no node could. */
  readonly message?: string;
  readonly nodes: readonly NodeVerdict[];
}

export interface ResultState {
  /** By pod key, oldest first. */
  results: Map<string, SchedulingResult>;
}

export function createResultState(): ResultState {
  return { results: new Map() };
}

export function remember(state: ResultState, podKey: string, result: SchedulingResult): void {
  const { results } = state;
  results.delete(podKey);
  results.set(podKey, Object.freeze(result));
  if (results.size > REMEMBERED_RESULTS) results.delete(results.keys().next().value as string);
}
