export { nodeNamespace, type NodeAddresses, type NodeNetwork } from './cni/node-network';
export { podNamespace } from './cni/pod-network';
export { Kubelet, kubelet } from './kubelet';
export type { NodeSettings } from './node/node-objects';
export type { ContainerEnvironment, SharedVariables } from './pods/container-environment';
export * from './pods/pod-dns';
export { hostsFile, kernelHostname, podHostname, type PodHostname } from './pods/pod-files';
export type { KubeletOptions } from './pods/kubelet-core';
export type * from './runtime';
