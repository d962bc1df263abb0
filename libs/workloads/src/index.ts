export * from './container';
export * from './container-log';
export { METRIC_RESOLUTION_MS } from './container-usage';
export type { ContainerUsage } from './container-usage';
export { COREDNS_HANDLER, EXEC_STEPS_LIMIT, WORKLOADS_HANDLER } from './container-processes';
export type {
  ExecListener,
  HostFiles,
  LiveVolume,
  OutputListener,
  VolumeFiles,
  WorkloadsListener,
} from './container-store';
export * from './dns-client';
export * from './file-system';
export * from './http/codec';
export * from './http/date';
export * from './http/message';
export * from './http/text';
export * from './http/tls';
export * from './images/catalogue';
export * from './images/image';
export * from './images/reference';
export * from './images/resolve';
export { configuredUserOf, userOf } from './images/users';
export { KERNEL_RELEASE, KERNEL_VERSION } from './kernel-release';
export * from './network-client';
export * from './servers/ingress-nginx-objects';
export * from './servers/ingress-nginx-routing';
export * from './servers/ingress-nginx-settings';
export type { OpenInput } from './shell/state';
export * from './socket-handler';
export * from './socket-network-client';
export * from './workloads';
