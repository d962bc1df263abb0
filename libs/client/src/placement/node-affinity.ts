import type { Pod } from '@podlab/api';
import { matchesNodeSelectorTerms, type SelectedNode } from '@podlab/apimachinery';

/**
 * Whether the node satisfies the pod's nodeSelector and required node affinity.
 * Models k8s.io/component-helpers scheduling/corev1/nodeaffinity GetRequiredNodeAffinity.
 */
export function matchesRequiredNodeAffinity({ spec }: Pick<Pod, 'spec'>, node: SelectedNode): boolean {
  const { labels } = node;
  for (const key in spec.nodeSelector) if (labels[key] !== spec.nodeSelector[key]) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchesNodeSelectorTerms(required.nodeSelectorTerms, node);
}
