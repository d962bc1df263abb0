/** A number of pods that the metrics asked for. */
export interface Recommendation {
  readonly replicas: number;
  /** Virtual ms since the Unix epoch. */
  readonly at: number;
}

/** A change of size that was made, as a number of pods. */
export interface ScaleEvent {
  readonly change: number;
  readonly at: number;
}

/** What the controller remembers of one autoscaler. */
export interface AutoscalerMemory {
  recommendations: Recommendation[];
  scaleUps: ScaleEvent[];
  scaleDowns: ScaleEvent[];
  /** Of the pods of its target, once it was asked for. */
  selector: string;
}

export const newMemory = (): AutoscalerMemory => ({
  recommendations: [],
  scaleUps: [],
  scaleDowns: [],
  selector: '',
});

/** Adds an entry in the place of the last one that is before `cutoff`, or behind all. */
export function addInPlaceOfOld<T extends { readonly at: number }>(
  list: T[],
  entry: T,
  cutoff: number,
): void {
  const old = list.findLastIndex(({ at }) => at < cutoff);
  if (old < 0) list.push(entry);
  else list[old] = entry;
}
