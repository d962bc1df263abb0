import type { Node, Pod } from '@podlab/api';
import { formatEndpoint, type Network } from '@podlab/netstack';
import type { Traceflow } from '@podlab/traceflow';
import type { NodeParts } from './components';
import type { ClusterConfig } from './config';
import { containerNetwork } from './container-network';
import { PodContainers } from './attachments';
import { ExecRequests } from './exec-requests';
import { Execs } from './execs';
import { NodeFiles } from './node-files';
import type { ComponentRuntime } from './runtime';
import { Tunnels } from './tunnels';
import { plansOf } from './world';
import { rootCaOf } from './world-root-ca';

const API_SERVER_PORT = 6443;

/** What people run in pods and what they connect to in them. */
export interface PodStreams {
  readonly execs: Execs;
  readonly containers: PodContainers;
  readonly tunnels: Tunnels;
}

/** Commands in containers: their sockets tell what they send, and a node's files show the cluster. */
export function composeExecs(
  { informers }: ComponentRuntime,
  network: Network,
  config: ClusterConfig,
  { workloads, runtime }: NodeParts,
  traceflow: Traceflow,
  dnsIp: string,
): PodStreams {
  const requests = new ExecRequests(workloads, traceflow);
  workloads.network = containerNetwork(network, requests);
  const nodes = informers.for<Node>('nodes');
  const pods = informers.for<Pod>('pods');
  const [plan] = plansOf(config);
  const settings = {
    pod_cidr: config.pod_cidr,
    dns_ip: dnsIp,
    server: formatEndpoint(plan.control_plane, API_SERVER_PORT),
    nameserver: plan.gateway,
    root_ca: rootCaOf(config),
  };
  const containers = new PodContainers({ workloads, runtime, pods });
  const files = new NodeFiles(settings, nodes, workloads);
  workloads.hostFiles = files;
  const hasNode = (name: string) => network.hasNamespace(`node/${name}`);
  return {
    execs: new Execs({ workloads, containers, requests, files, nodes, hasNode }),
    containers,
    tunnels: new Tunnels({ network, workloads, runtime, pods }),
  };
}
