import type { Plugin, Rejection } from '../framework';
import type { HostPort, NodeInfo } from '../node-info';

const TAKEN: Rejection = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  unresolvable: false,
};
const ANY = '0.0.0.0';

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

function collide(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY);
}
