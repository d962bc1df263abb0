export { cronJobController } from './cronjob/cron-job-controller';
export { daemonSetController } from './daemonset/daemon-set-controller';
export { deploymentController } from './deployment/deployment-controller';
export { podTemplateHash } from './deployment/pod-template-hash';
export { disruptionController } from './disruption/disruption-controller';
export { endpointsController } from './endpoints/endpoints-controller';
export { endpointSliceController } from './endpointslice/endpoint-slice-controller';
export { endpointSliceMirroringController } from './endpointslicemirroring/endpoint-slice-mirroring-controller';
export { EVENT_TTL_MS, eventTtlController, KEPT_EVENTS } from './event-ttl/event-ttl-controller';
export { garbageCollector } from './garbage-collector/garbage-collector';
export { jobController } from './job/job-controller';
export { kubernetesServiceController } from './kubernetes-service/kubernetes-service-controller';
export { namespaceController } from './namespace/namespace-controller';
export { nodeIpamController } from './node-ipam/node-ipam-controller';
export type { NodeIpamOptions } from './node-ipam/node-ipam-controller';
export {
  NODE_MONITOR_GRACE_PERIOD_MS,
  nodeLifecycleController,
} from './node-lifecycle/node-lifecycle-controller';
export type { NodeHeartbeats } from './node-lifecycle/node-lifecycle-controller';
export { horizontalPodAutoscaler } from './pod-autoscaler/horizontal-controller';
export { podGarbageCollector } from './pod-garbage-collector/pod-garbage-collector';
export { replicaSetController } from './replicaset/replica-set-controller';
export { replicationController } from './replication/replication-controller';
export { resourceQuotaController } from './resourcequota/resource-quota-controller';
export { serviceAccountController } from './service-account/service-account-controller';
export type { ServiceAccountOptions } from './service-account/service-account-controller';
export { statefulSetController } from './statefulset/stateful-set-controller';
export { taintEvictionController } from './taint-eviction/taint-eviction-controller';
export { persistentVolumeController } from './volume/persistent-volume-controller';
export { customResourceDefinitionController } from './apiextensions/custom-resource-definition-controller';
