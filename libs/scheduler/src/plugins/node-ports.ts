import { collide, type HostPort } from '@podlab/client';
import type { Plugin, Rejection } from '../framework';
import type { NodeInfo } from '../node-info';

const TAKEN: Rejection = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  unresolvable: false,
};

/** Host ports that are taken. Models pkg/scheduler/framework/plugins/nodeports. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  filter({ pod: { hostPorts } }) {
    return hostPorts.length === 0 ? undefined : (node) => (isTaken(node, hostPorts) ? TAKEN : undefined);
  },
};

function isTaken(node: NodeInfo, wanted: readonly HostPort[]): boolean {
  for (const { hostPorts } of node.pods.values()) {
    if (hostPorts.some((taken) => wanted.some((port) => collide(taken, port)))) return true;
  }
  return false;
}
