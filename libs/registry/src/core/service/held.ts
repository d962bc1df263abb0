import type { Service } from '@podlab/api';
import type { HeldValues, StrategyContext } from '@podlab/apiserver';
import { canonicalIP } from '../../validation/addresses';

/** The addresses that Services hold, each in its one form. */
export function heldClusterIPs(context: StrategyContext): HeldValues<string> {
  return context.held('services', 'clusterIPs', (service) =>
    ((service as Service).spec.clusterIPs ?? []).map(canonicalIP),
  );
}

/** The node ports that Services hold, those of health checks too. */
export function heldNodePorts(context: StrategyContext): HeldValues<number> {
  return context.held('services', 'nodePorts', (service) => nodePortsOf(service as Service));
}

function nodePortsOf({ spec: { ports = [], healthCheckNodePort } }: Service): number[] {
  const all = [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort];
  return [...new Set(all.filter((port) => port !== undefined && port !== 0))] as number[];
}
