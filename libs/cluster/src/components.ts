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
import { canonicalAddress, type Network } from '@podlab/netstack';
import { createNetworkPolicy } from '@podlab/network-policy';
import { scheduler } from '@podlab/scheduler';
import { KERNEL_RELEASE, Workloads, WORKLOADS_HANDLER } from '@podlab/workloads';
import { addressInCidr, kubernetesServiceObjects } from './bootstrap-objects';
import type { ClusterConfig } from './config';
import { containerNetwork, probeNetwork } from './container-network';
import { SimulatedRuntime } from './container-runtime';
import { ContainerVolumes } from './container-volumes';
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

/** What runs in a cluster's containers, as others ask for it. */
export interface NodeParts {
  readonly kubelet: Kubelet;
  readonly kube_proxy: KubeProxy;
  readonly runtime: SimulatedRuntime;
  readonly workloads: Workloads;
  /** A known image whose name is nearly `image`, when `image` is unknown. */
  nearestImage(image: string): string | undefined;
}

/** The kubelets, container runtime and kube-proxies of all nodes, and the controller that watches over them. */
export function addNodes(
  components: ComponentRuntime,
  network: Network,
  config: ClusterConfig,
  issuer: TokenIssuer,
): NodeParts {
  const parts: {
    workloads?: Workloads;
    runtime?: SimulatedRuntime;
    kubelet?: Kubelet;
    kube_proxy?: KubeProxy;
  } = {};
  components.add('workloads', (context) => {
    const workloads = new Workloads(context, { network, images: { unknownImages: config.images.unknown } });
    workloads.network = containerNetwork(network);
    network.handlers.set(WORKLOADS_HANDLER, workloads.socketHandler);
    return (parts.workloads = workloads);
  });
  const workloads = parts.workloads as Workloads;
  components.add('containerd', (context) => {
    const volumes = new ContainerVolumes(context, issuer);
    return (parts.runtime = new SimulatedRuntime(context, workloads, volumes));
  });
  const runtime = parts.runtime as SimulatedRuntime;
  components.add(
    'kubelet',
    kubelet(kubeletOptions(network, runtime, config), (made) => (parts.kubelet = made)),
  );
  const kubelets = parts.kubelet as Kubelet;
  components.add('node-lifecycle-controller', nodeLifecycleController(kubelets));
  components.add(
    'kube-proxy',
    createKubeProxy(network, kubeProxySettings(config), (made) => (parts.kube_proxy = made)),
  );
  components.add('network-policy', createNetworkPolicy(network));
  return {
    kubelet: kubelets,
    kube_proxy: parts.kube_proxy as KubeProxy,
    runtime,
    workloads,
    nearestImage(image) {
      const answer = workloads.resolveImage(image);
      return answer.kind === 'Failure' ? answer.nearMiss : undefined;
    },
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
  const parts: { provider?: CloudProvider } = {};
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
  components.add('cloud-provider', (context) => (parts.provider = make(context)));
  return parts.provider as CloudProvider;
}
