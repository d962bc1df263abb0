import type { Plugin, Rejection } from '../framework';
import { tolerates } from '@podlab/client';

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const UNSCHEDULABLE: Rejection = { reasons: ['node(s) were unschedulable'], unresolvable: true };

/** Leaves cordoned nodes out. Models pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter({ pod: { pod } }) {
    const tolerated = pod.spec.tolerations?.some((toleration) => tolerates(toleration, UNSCHEDULABLE_TAINT));
    return tolerated ? undefined : ({ node }) => (node?.spec.unschedulable ? UNSCHEDULABLE : undefined);
  },
};
