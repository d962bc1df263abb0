import type { Node } from '@podlab/api';

const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';
/** Models pkg/controlplane/controller ToBeDeletedTaint: the cluster autoscaler is about to remove the node. */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

/** Whether a node asks to be no backend of load balancers. Models controllers/service/controller.go nodeIncludedPredicate. */
export function isExcluded({ metadata }: Node): boolean {
  return metadata.labels?.[EXCLUDE_LABEL] !== undefined;
}

/**
 * Whether a node is given to load balancers; its health is their own business (KEP-3458). Models
 * controllers/service/controller.go stableNodeSetPredicates.
 */
export function isHost(node: Node): boolean {
  const { metadata, spec } = node;
  const isGoing = spec.taints?.some(({ key }) => key === TO_BE_DELETED) ?? false;
  return metadata.deletionTimestamp === undefined && !isExcluded(node) && !isGoing;
}

/** The addresses of a node on the nodes' own network. */
export function addressesOfNode({ status }: Node): string[] {
  const own = (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  return own.map(({ address }) => address);
}
