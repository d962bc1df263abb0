// The kinds whose types and schemas are generated into libs/api, by client-node class.
export const ROOTS = [
  'V1Namespace', 'V1Node', 'V1Pod', 'V1Service', 'V1Endpoints', 'CoreV1Event', 'V1ConfigMap', 'V1Secret',
  'V1ServiceAccount', 'V1PodTemplate', 'V1ReplicationController', 'V1ResourceQuota', 'V1LimitRange',
  'V1PersistentVolume', 'V1PersistentVolumeClaim', 'V1Binding', 'V1Eviction',
  'V1Deployment', 'V1ReplicaSet', 'V1StatefulSet', 'V1DaemonSet', 'V1ControllerRevision',
  'V1EndpointSlice', 'V1Lease', 'V1Job', 'V1CronJob', 'V1Scale', 'V2HorizontalPodAutoscaler',
  'V1PodDisruptionBudget', 'V1NetworkPolicy', 'V1Ingress', 'V1IngressClass', 'V1PriorityClass', 'V1RuntimeClass',
  'V1StorageClass', 'V1Role', 'V1ClusterRole', 'V1RoleBinding', 'V1ClusterRoleBinding',
  'V1SelfSubjectAccessReview', 'V1SelfSubjectRulesReview', 'V1SelfSubjectReview', 'V1CustomResourceDefinition',
  'AuthenticationV1TokenRequest', 'V1Status', 'V1DeleteOptions',
];

// client-node shows a resource.Quantity as a plain string; these are the fields that hold one (class.property).
export const QUANTITIES = new Set([
  'V1ResourceRequirements.limits', 'V1ResourceRequirements.requests', 'V1VolumeResourceRequirements.limits',
  'V1VolumeResourceRequirements.requests', 'V1NodeStatus.capacity', 'V1NodeStatus.allocatable',
  'V1ResourceQuotaSpec.hard', 'V1ResourceQuotaStatus.hard', 'V1ResourceQuotaStatus.used',
  'V1LimitRangeItem._default', 'V1LimitRangeItem.default', 'V1LimitRangeItem.defaultRequest', 'V1LimitRangeItem.max',
  'V1LimitRangeItem.min', 'V1LimitRangeItem.maxLimitRequestRatio', 'V1PodSpec.overhead', 'V1Overhead.podFixed',
  'V1EmptyDirVolumeSource.sizeLimit', 'V1ResourceFieldSelector.divisor', 'V1PersistentVolumeSpec.capacity',
  'V1PersistentVolumeClaimStatus.capacity', 'V1PersistentVolumeClaimStatus.allocatedResources',
  'V1ContainerStatus.allocatedResources', 'V2MetricTarget.averageValue', 'V2MetricTarget.value',
  'V2MetricValueStatus.averageValue', 'V2MetricValueStatus.value', 'V2HPAScalingRules.tolerance',
]);

/** Kubernetes' own name of a client-node class: `V1Pod` is Pod, `CoreV1Event` is Event. */
export function kindName(className) {
  if (className === 'DiscoveryV1EndpointPort') return 'EndpointSlicePort';
  return className.replace(/^(?:Core|Discovery|Rbac|Storage|Authentication|Apiextensions|Admissionregistration|Flowcontrol|Resource|Apiregistration|Events)?V\d+(?:alpha\d+|beta\d+)?(?=[A-Z])/, '');
}
