/** Size of the first batch of creations, in pods. Models k8s.io/kubernetes pkg/controller SlowStartInitialBatchSize. */
const FIRST_BATCH = 1;

export interface SlowStartOutcome {
  successes: number;
  /** The first error of the batch that failed. */
  error?: unknown;
}

/**
 * Calls `create` up to `count` times in batches of 1, 2, 4, 8 …; a batch with an error is the last, so that a quota
 * is not hit thousands of times. Models k8s.io/kubernetes pkg/controller/replicaset/replica_set.go slowStartBatch.
 */
export function slowStartBatch(count: number, create: () => void): SlowStartOutcome {
  let successes = 0;
  for (let batch = Math.min(count, FIRST_BATCH); batch > 0; batch = Math.min(2 * batch, count - successes)) {
    let failure: { error: unknown } | undefined;
    for (let i = 0; i < batch; i++) {
      try {
        create();
        successes++;
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) return { successes, error: failure.error };
  }
  return { successes };
}
