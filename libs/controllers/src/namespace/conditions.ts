import type { NamespaceCondition } from '@podlab/api';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';

/** What is left of one resource in a namespace. */
export interface Remaining {
  resource: GroupResource;
  objects: readonly KubeObject[];
}

type Verdict = [status: 'True' | 'False', reason: string, message: string];

/** How far the deletion of a namespace is. Models pkg/controller/namespace/deletion/status_condition_utils.go. */
export function deletionConditions(
  current: readonly NamespaceCondition[],
  remaining: readonly Remaining[],
  timestamp: string,
): NamespaceCondition[] {
  const verdicts: [string, Verdict][] = [
    [
      'NamespaceDeletionDiscoveryFailure',
      ['False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    ],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      ['False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ],
    [
      'NamespaceDeletionContentFailure',
      ['False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    ],
    ['NamespaceContentRemaining', contentRemaining(remaining)],
    ['NamespaceFinalizersRemaining', finalizersRemaining(remaining)],
  ];
  return verdicts.map(([type, [status, reason, message]]) => {
    const before = current.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp;
    return { type, status, lastTransitionTime, reason, message };
  });
}

function contentRemaining(remaining: readonly Remaining[]): Verdict {
  if (remaining.length === 0) return ['False', 'ContentRemoved', 'All content successfully removed'];
  const texts = remaining.map(
    ({ resource, objects }) => `${dotted(resource)} has ${objects.length} resource instances`,
  );
  return ['True', 'SomeResourcesRemain', `Some resources are remaining: ${texts.sort().join(', ')}`];
}

function finalizersRemaining(remaining: readonly Remaining[]): Verdict {
  const counts = new Map<string, number>();
  for (const finalizer of remaining.flatMap(({ objects }) =>
    objects.flatMap(({ metadata }) => metadata.finalizers ?? []),
  )) {
    counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  }
  if (counts.size === 0)
    return ['False', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'];
  const texts = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${texts.sort().join(', ')}`;
  return ['True', 'SomeFinalizersRemain', message];
}

/** Upstream prints `resource.group`, so that core resources end in a dot. */
function dotted(resource: GroupResource): string {
  return resource.includes('.') ? resource : `${resource}.`;
}
