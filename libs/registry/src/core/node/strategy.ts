import type { Node } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { parseRfc3339, rfc3339 } from '@podlab/kernel';
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
  present: presentHeartbeats,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  status: {},
  selectableFields: (node) => ({ 'spec.unschedulable': String(node.spec.unschedulable ?? false) }),
};

/** How often a kubelet reports a status that has not changed, in ms. Models pkg/kubelet nodeStatusReportFrequency. */
const REPORT_INTERVAL_MS = 300_000;

/** The heartbeats of conditions that a kubelet still reports are a function of the time of now. */
function presentHeartbeats(node: Node, now: number): Node {
  const conditions = node.status?.conditions ?? [];
  if (!conditions.some(({ type, status }) => type === 'Ready' && status !== 'Unknown')) return node;
  const beating = conditions.map((condition) => {
    const last = parseRfc3339(condition.lastHeartbeatTime ?? '');
    const reports = Math.floor((now - last) / REPORT_INTERVAL_MS);
    return reports > 0
      ? { ...condition, lastHeartbeatTime: rfc3339(last + reports * REPORT_INTERVAL_MS) }
      : condition;
  });
  return { ...node, status: { ...node.status, conditions: beating } };
}

/**
 * `podCIDR` is the first of `podCIDRs`, whichever of them a client wrote; where they disagree `podCIDR` wins.
 * Models kubernetes pkg/apis/core/v1 conversion.go Convert_v1_NodeSpec_To_core_NodeSpec.
 */
function syncPodCIDRs({ spec }: Node): void {
  if (spec.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR];
  else if (!spec.podCIDR && spec.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0];
}
