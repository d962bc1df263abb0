import type { Node, Pod } from '@podlab/api';
import type { Network } from '@podlab/netstack';
import { PodContainers } from './attachments';
import type { ContainerParts } from './components';
import { Execs } from './execs';
import type { ComponentRuntime } from './runtime';
import { Tunnels } from './tunnels';

/** What people run in pods and what they connect to in them. */
export interface PodStreams {
  readonly execs: Execs;
  readonly containers: PodContainers;
  readonly tunnels: Tunnels;
}

/** Commands in containers and connections into them, as people ask for them. */
export function composeExecs(
  { informers }: ComponentRuntime,
  network: Network,
  { workloads, runtime, requests, files }: ContainerParts,
): PodStreams {
  const nodes = informers.for<Node>('nodes');
  const pods = informers.for<Pod>('pods');
  const containers = new PodContainers({ workloads, runtime, pods });
  const hasNode = (name: string) => network.hasNamespace(`node/${name}`);
  return {
    execs: new Execs({ workloads, containers, requests, files, nodes, hasNode }),
    containers,
    tunnels: new Tunnels({ network, workloads, runtime, pods }),
  };
}
