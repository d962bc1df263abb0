import type { Node } from '@podlab/api';
import type { TokenIssuer } from '@podlab/apiserver';
import type { ResourceMetrics } from '@podlab/client';
import { createCloudProvider, type CloudProvider } from '@podlab/cloud-provider';
import {
  cronJobController,
  customResourceDefinitionController,
  daemonSetController,
  deploymentController,
  disruptionController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  eventTtlController,
  garbageCollector,
  horizontalPodAutoscaler,
  jobController,
  kubernetesServiceController,
  namespaceController,
  nodeIpamController,
  nodeLifecycleController,
  persistentVolumeController,
  podGarbageCollector,
  replicaSetController,
  replicationController,
  resourceQuotaController,
  serviceAccountController,
  statefulSetController,
  taintEvictionController,
} from '@podlab/controllers';
import { createKubeProxy, type KubeProxy, type KubeProxySettings } from '@podlab/kube-proxy';
import { kubelet, type Kubelet } from '@podlab/kubelet';
import { canonicalAddress, formatEndpoint, type Network } from '@podlab/netstack';
import { scheduler } from '@podlab/scheduler';
import type { Traceflow } from '@podlab/traceflow';
import { KERNEL_RELEASE, Workloads, WORKLOADS_HANDLER, type ImageRegistry } from '@podlab/workloads';
import { addressInCidr, kubernetesServiceObjects } from './bootstrap-objects';
import type { ClusterConfig } from './config';
import { containerNetwork, probeNetwork } from './container-network';
import { SimulatedRuntime } from './container-runtime';
import { ContainerVolumes } from './container-volumes';
import { ExecRequests } from './exec-requests';
import { NodeFiles, type NodeFileSettings } from './node-files';
import type { ComponentRuntime } from './runtime';
import * as world from './world';
import { rootCaOf } from './world-root-ca';

/** The controllers of kube-controller-manager and the scheduler. */
export function addControlPlane(
  runtime: ComponentRuntime,
  config: ClusterConfig,
  metrics: ResourceMetrics,
): void {
  runtime.add('namespace-controller', namespaceController);
  runtime.add('serviceaccount-controller', serviceAccountController({ rootCa: rootCaOf(config) }));
  runtime.add('node-ipam-controller', nodeIpamController({ podCidr: config.pod_cidr }));
  runtime.add('deployment-controller', deploymentController);
  runtime.add('replicaset-controller', replicaSetController);
  runtime.add('statefulset-controller', statefulSetController);
  runtime.add('daemonset-controller', daemonSetController);
  runtime.add('job-controller', jobController);
  runtime.add('cronjob-controller', cronJobController);
  runtime.add('endpoint-controller', endpointsController);
  runtime.add('endpointslice-controller', endpointSliceController);
  runtime.add('endpointslicemirroring-controller', endpointSliceMirroringController);
  runtime.add('garbage-collector', garbageCollector);
  runtime.add('pod-garbage-collector', podGarbageCollector);
  runtime.add('persistentvolume-controller', persistentVolumeController);
  runtime.add('customresourcedefinition-controller', customResourceDefinitionController);
  runtime.add('taint-eviction-controller', taintEvictionController);
  runtime.add('event-ttl-controller', eventTtlController);
  runtime.add('disruption-controller', disruptionController);
  runtime.add('resourcequota-controller', resourceQuotaController);
  runtime.add('replication-controller', replicationController);
  runtime.add('horizontal-pod-autoscaler', horizontalPodAutoscaler(metrics));
  runtime.add('kubernetes-service-controller', kubernetesServiceController(kubernetesServiceObjects(config)));
  runtime.add('scheduler', scheduler);
}

/** What runs in a cluster's containers, and what they see of the cluster. */
export interface ContainerParts {
  readonly workloads: Workloads;
  readonly runtime: SimulatedRuntime;
  readonly requests: ExecRequests;
  readonly files: NodeFiles;
}

/** Where containers have from what is no part of them. */
export interface ContainerSources {
  readonly issuer: TokenIssuer;
  readonly registry: ImageRegistry;
  traceflow(): Traceflow;
}

/** The containers of all nodes and the runtime that the kubelets ask for them. */
export function addContainers(
  components: ComponentRuntime,
  network: Network,
  config: ClusterConfig,
  { issuer, registry, traceflow }: ContainerSources,
): ContainerParts {
  const options = { network, registry };
  const workloads = components.add('workloads', (context) => new Workloads(context, options));
  const requests = new ExecRequests(workloads, traceflow);
  workloads.network = containerNetwork(network, requests);
  const files = new NodeFiles(nodeFileSettings(config), components.informers.for<Node>('nodes'), workloads);
  workloads.hostFiles = files;
  network.handlers.set(WORKLOADS_HANDLER, workloads.socketHandler);
  const runtime = components.add('containerd', (context) => {
    return new SimulatedRuntime(context, workloads, new ContainerVolumes(context, issuer));
  });
  return { workloads, runtime, requests, files };
}

/** The kubelets of all nodes, and the controller that watches over them. */
export function addKubelets(
  components: ComponentRuntime,
  network: Network,
  config: ClusterConfig,
  runtime: SimulatedRuntime,
): Kubelet {
  const parts: { kubelet?: Kubelet } = {};
  const options = kubeletOptions(network, runtime, config);
  components.add(
    'kubelet',
    kubelet(options, (made) => (parts.kubelet = made)),
  );
  const kubelets = parts.kubelet as Kubelet;
  components.add('node-lifecycle-controller', nodeLifecycleController(kubelets));
  return kubelets;
}

/** The kube-proxies of all nodes. */
export function addKubeProxies(
  components: ComponentRuntime,
  network: Network,
  config: ClusterConfig,
): KubeProxy {
  const parts: { proxy?: KubeProxy } = {};
  components.add(
    'kube-proxy',
    createKubeProxy(network, kubeProxySettings(config), (made) => (parts.proxy = made)),
  );
  return parts.proxy as KubeProxy;
}

function nodeFileSettings(config: ClusterConfig): NodeFileSettings {
  const [{ control_plane, gateway }] = world.plansOf(config);
  return {
    pod_cidr: config.pod_cidr,
    dns_ip: addressInCidr(config.service_cidr, 10),
    server: formatEndpoint(control_plane, world.KUBE_API_PORT),
    nameserver: gateway,
    root_ca: rootCaOf(config),
  };
}

function kubeProxySettings({ kube_proxy, pod_cidr, service_cidr }: ClusterConfig): KubeProxySettings {
  return { mode: kube_proxy?.mode ?? 'iptables', cluster_cidr: pod_cidr, service_cidr };
}

function kubeletOptions(network: Network, runtime: SimulatedRuntime, config: ClusterConfig) {
  const nodes = config.nodes.map(({ name, labels }, index) => ({
    name,
    labels,
    ...world.nodeAddresses(config, index),
  }));
  return {
    nodes,
    network,
    runtime,
    probes: probeNetwork(network),
    pod_cidr: config.pod_cidr,
    dns_ip: addressInCidr(config.service_cidr, 10),
    wire: world.UNDERLAY,
    gateways: world.plansOf(config).map(({ gateway }) => gateway),
    kernel_release: KERNEL_RELEASE,
  };
}

/** The cloud with its switch. */
export function addCloud(
  components: ComponentRuntime,
  network: Network,
  config: ClusterConfig,
): CloudProvider {
  const plans = world.plansOf(config);
  const taken = config.world.hosts.map(({ ip }) => canonicalAddress(ip));
  const make = createCloudProvider(network, {
    initial: { ...config.cloud },
    pools: plans.map(({ load_balancer_pool }) => ({ ...load_balancer_pool, taken })),
    place: {
      wire: world.UNDERLAY,
      external: world.EXTERNAL_NAMESPACE,
      networks: plans.map(({ gateway, load_balancer_underlay, underlay_prefix }) => ({
        gateway,
        own_network: load_balancer_underlay,
        prefix_length: underlay_prefix,
      })),
    },
  });
  return components.add('cloud-provider', make);
}
