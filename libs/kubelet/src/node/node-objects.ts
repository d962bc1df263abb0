import type { Lease, Node, NodeCondition } from '@podlab/api';
import { rfc3339Micro } from '@podlab/kernel';
import { addressesOf, type NodeNetwork } from '../cni/node-network';

/** A node of the cluster's configuration. */
export interface NodeSettings extends NodeNetwork {
  readonly labels: Readonly<Record<string, string>>;
}

const KUBELET_VERSION = 'v1.36.1';

/** The Node as a kubelet registers it: not ready, and tainted until it is. Models pkg/kubelet/kubelet_node_status.go initialNode. */
export function registeredNode(settings: NodeSettings, kernelRelease: string, at: string): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: settings.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': settings.name,
        'kubernetes.io/os': 'linux',
        ...settings.labels,
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
    status: { ...nodeStatus(settings, kernelRelease), conditions: nodeConditions(false, at) },
  };
}

/** What a kubelet tells of its machine. */
export function nodeStatus(settings: NodeSettings, kernelRelease: string): NonNullable<Node['status']> {
  const resources = {
    cpu: '4',
    'ephemeral-storage': '61255492Ki',
    'hugepages-2Mi': '0',
    memory: '8148056Ki',
    pods: '110',
  };
  return {
    addresses: [
      ...addressesOf(settings).map(({ internal_ip }) => ({ type: 'InternalIP', address: internal_ip })),
      ...addressesOf(settings).map(({ external_ip }) => ({ type: 'ExternalIP', address: external_ip })),
      { type: 'Hostname', address: settings.name },
    ],
    capacity: resources,
    allocatable: { ...resources, 'ephemeral-storage': '56453061334', memory: '8045656Ki' },
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: 'containerd://2.2.1',
      kernelVersion: kernelRelease,
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: '',
      operatingSystem: 'linux',
      osImage: 'Debian GNU/Linux 13 (trixie)',
      systemUUID: '',
    },
  };
}

/**
 * The lease by which a kubelet says that it lives. Without a renewTime it is being renewed: what clients see is a
 * function of time (see the registry's lease strategy), so that an idle cluster makes no revisions.
 */
export function nodeLease(node: Node, now: number): Lease {
  const { name, uid = '' } = node.metadata;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: 'kube-node-lease',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, acquireTime: rfc3339Micro(now) },
  };
}

/** The conditions that a kubelet reports. Models pkg/kubelet/nodestatus/setters.go. */
export function nodeConditions(ready: boolean, at: string): NodeCondition[] {
  const times = { lastHeartbeatTime: at, lastTransitionTime: at };
  const healthy = (type: string, reason: string, message: string) => ({
    type,
    status: 'False',
    ...times,
    reason,
    message,
  });
  return [
    healthy('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    healthy('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    healthy('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ready
      ? {
          type: 'Ready',
          status: 'True',
          ...times,
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
        }
      : { type: 'Ready', status: 'False', ...times, reason: 'KubeletNotReady', message: NETWORK_NOT_READY },
  ];
}

const NETWORK_NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
