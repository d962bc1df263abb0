import type { KubeObject } from '@podlab/apimachinery';
import { cloneJson, equalJson, parseRfc3339, rfc3339 } from '@podlab/kernel';
import type { AnyStrategy } from './strategy-index';

export interface DeleteRequest {
  /** Seconds. */
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** What one DELETE does: nothing more than before, take the object out, or mark it and let others finish. */
export type DeletionPlan =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'mark'; readonly draft: KubeObject };

const FINALIZER_OF_POLICY: Readonly<Record<string, string>> = {
  Orphan: 'orphan',
  Foreground: 'foregroundDeletion',
};

/**
 * Models k8s.io/apiserver pkg/registry/rest BeforeDelete and pkg/registry/generic/registry deletionFinalizersForGarbageCollection.
 * `now` is virtual ms since the Unix epoch.
 */
export function deletionPlan(
  strategy: AnyStrategy,
  old: KubeObject,
  request: DeleteRequest,
  now: number,
): DeletionPlan {
  const grace = strategy.gracefulSeconds?.(old, request.gracePeriodSeconds) ?? 0;
  const finalizers = finalizersFor(strategy, old, request.propagationPolicy);
  if (grace === 0 && finalizers.length === 0 && !strategy.isHeld?.(old)) return { kind: 'remove' };
  const draft = cloneJson(old);
  if (finalizers.length > 0) draft.metadata.finalizers = finalizers;
  mark(draft, old, grace, now);
  strategy.prepareForDelete?.(draft);
  if (equalJson(draft, old)) return { kind: 'unchanged' };
  if (strategy.hasGeneration && !old.metadata.deletionTimestamp) {
    draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  return { kind: 'mark', draft };
}

function mark(draft: KubeObject, old: KubeObject, grace: number, now: number): void {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata;
  if (deletionTimestamp && grace >= deletionGracePeriodSeconds) return;
  const requestedAt = deletionTimestamp
    ? parseRfc3339(deletionTimestamp) - deletionGracePeriodSeconds * 1000
    : now;
  draft.metadata.deletionTimestamp = rfc3339(requestedAt + grace * 1000);
  draft.metadata.deletionGracePeriodSeconds = grace;
}

function finalizersFor(
  strategy: AnyStrategy,
  old: KubeObject,
  asked: DeleteRequest['propagationPolicy'],
): string[] {
  const present = old.metadata.finalizers ?? [];
  const policy = asked ?? (strategy.defaultPropagation === 'Orphan' ? 'Orphan' : undefined);
  if (!policy) return present;
  const others = present.filter((each) => !Object.values(FINALIZER_OF_POLICY).includes(each));
  const added = FINALIZER_OF_POLICY[policy];
  return added ? [...others, added] : others;
}
