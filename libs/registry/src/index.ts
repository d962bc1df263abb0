export { REGISTRY } from './registry';
export { formatPodStatus } from './core/pod/columns';
export { allocateClusterIP, serviceNetwork } from './core/service/ip-allocator';
export { allocateNodePort } from './core/service/port-allocator';
export { KUBERNETES_SERVICE_IP_OFFSET, kubernetesServiceIP } from './core/service/ip-allocator';
export { customStrategies } from './apiextensions/custom-resource/strategy';
