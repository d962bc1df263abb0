import type { Node } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { NODE_COLUMNS } from './columns';
import { validateNode, validateNodeUpdate } from './validation';

/** Models k8s.io/kubernetes pkg/registry/core/node strategy. */
export const nodeStrategy: Strategy<Node> = {
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  columns: NODE_COLUMNS,
  defaults(draft) {
    draft.spec ??= {};
    const { status } = draft;
    if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
  },
  prepareForCreate(draft) {
    syncPodCIDRs(draft);
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
    syncPodCIDRs(draft);
  },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  status: {},
  selectableFields: (node) => ({ 'spec.unschedulable': String(node.spec.unschedulable ?? false) }),
};

/** `podCIDR` is the first of `podCIDRs`, whichever of them a client wrote. */
function syncPodCIDRs({ spec }: Node): void {
  if (spec.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR];
  else if (!spec.podCIDR && spec.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0];
}
