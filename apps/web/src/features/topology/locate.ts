import type { HopLocation } from '@podlab/contracts';
import type { Box, Point } from '../../lib/geometry';
import { nameKey } from '../../lib/kube-object';
import { podId } from './group';
import { balancerId, DNS, type Layout, nodeId, OUTSIDE } from './drawing';
import type { Scene } from './scene';

/** Where a hop of a trace takes place in the picture. */
export interface Place {
  id: string;
  box: Box;
  /** The point at which a packet is shown. */
  anchor: Point;
  toRoot: readonly Point[];
}
export type Locate = (where: HopLocation) => Place | null;

/** A pod that is not drawn (the cluster's own, or gone since) is shown at its node's or at the DNS's place. */
export function locator(scene: Scene, layout: Layout): Locate {
  return (where) => {
    const id = [...candidates(where, scene)].find((candidate) => layout.toRoot.has(candidate));
    const box = id === undefined ? undefined : layout.boxes.get(id);
    const toRoot = id === undefined ? undefined : layout.toRoot.get(id);
    if (id === undefined || !box || !toRoot) return null;
    return { id, box, anchor: toRoot[0]!, toRoot };
  };
}

function* candidates(where: HopLocation, scene: Scene): Generator<string> {
  if (where.kind === 'Pod') {
    const key = nameKey(where.namespace, where.name);
    yield podId(key);
    if (where.namespace === 'kube-system') yield DNS;
    for (const node of scene.nodes) if (node.pods.some((pod) => pod.key === key)) yield nodeId(node.name);
  }
  if (where.kind === 'Node') yield nodeId(where.name);
  if (where.kind === 'LoadBalancer') {
    for (const { key, balancer, balancerName } of scene.services) {
      if (where.name === balancerName || balancer?.includes(where.name)) yield balancerId(key);
    }
  }
  if (where.kind === 'External' || where.kind === 'LoadBalancer') yield OUTSIDE;
}
