import type { Registry } from '@podlab/apiserver';
import { selfSubjectReviewStrategy } from './authentication/self-subject-review';
import { tokenReviewStrategy } from './authentication/token-review';
import {
  localSubjectAccessReviewStrategy,
  selfSubjectAccessReviewStrategy,
  subjectAccessReviewStrategy,
} from './authorization/access-reviews';
import { selfSubjectRulesReviewStrategy } from './authorization/self-subject-rules-review';
import { customResourceDefinitionStrategy } from './apiextensions/custom-resource-definition/strategy';
import { controllerRevisionStrategy } from './apps/controller-revision/strategy';
import { daemonSetStrategy } from './apps/daemon-set/strategy';
import { deploymentStrategy } from './apps/deployment/strategy';
import { replicaSetStrategy } from './apps/replica-set/strategy';
import { statefulSetStrategy } from './apps/stateful-set/strategy';
import { horizontalPodAutoscalerStrategy } from './autoscaling/horizontal-pod-autoscaler/strategy';
import { horizontalPodAutoscalerV1Strategy } from './autoscaling/horizontal-pod-autoscaler/version-1';
import { cronJobStrategy } from './batch/cron-job/strategy';
import { jobStrategy } from './batch/job/strategy';
import { leaseStrategy } from './coordination/lease/strategy';
import { componentStatusStrategy } from './core/component-status/strategy';
import { configMapStrategy } from './core/config-map/strategy';
import { endpointsStrategy } from './core/endpoints/strategy';
import { eventStrategy } from './core/event/strategy';
import { namespaceStrategy } from './core/namespace/strategy';
import { nodeStrategy } from './core/node/strategy';
import { persistentVolumeClaimStrategy } from './core/persistent-volume-claim/strategy';
import { persistentVolumeStrategy } from './core/persistent-volume/strategy';
import { podTemplateStrategy } from './core/pod-template/strategy';
import { podStrategy } from './core/pod/strategy';
import { replicationControllerStrategy } from './core/replication-controller/strategy';
import { secretStrategy } from './core/secret/strategy';
import { serviceAccountStrategy } from './core/service-account/strategy';
import { serviceStrategy } from './core/service/strategy';
import { endpointSliceStrategy } from './discovery/endpoint-slice/strategy';
import { eventsEventStrategy } from './events/event/strategy';
import { nodeMetricsStrategy } from './metrics/node-metrics/strategy';
import { podMetricsStrategy } from './metrics/pod-metrics/strategy';
import { ingressStrategy } from './networking/ingress/strategy';
import { ingressClassStrategy } from './networking/ingress-class/strategy';
import { networkPolicyStrategy } from './networking/network-policy/strategy';
import { clusterRoleStrategy } from './rbac/cluster-role/strategy';
import { clusterRoleBindingStrategy } from './rbac/cluster-role-binding/strategy';
import { roleStrategy } from './rbac/role/strategy';
import { roleBindingStrategy } from './rbac/role-binding/strategy';
import { resourceSliceStrategy } from './resource/resource-slice/strategy';
import { storageClassStrategy } from './storage/storage-class/strategy';
import { limitRangeStrategy } from './core/limit-range/strategy';
import { resourceQuotaStrategy } from './core/resource-quota/strategy';
import { runtimeClassStrategy } from './node/runtime-class/strategy';
import { podDisruptionBudgetStrategy } from './policy/pod-disruption-budget/strategy';
import { priorityClassStrategy } from './scheduling/priority-class/strategy';

/** Every kind that a cluster serves: core first, each group in the order of its names. */
export const REGISTRY: Registry = [
  componentStatusStrategy,
  configMapStrategy,
  endpointsStrategy,
  eventStrategy,
  limitRangeStrategy,
  namespaceStrategy,
  nodeStrategy,
  persistentVolumeStrategy,
  persistentVolumeClaimStrategy,
  podStrategy,
  podTemplateStrategy,
  replicationControllerStrategy,
  resourceQuotaStrategy,
  secretStrategy,
  serviceAccountStrategy,
  serviceStrategy,
  customResourceDefinitionStrategy,
  controllerRevisionStrategy,
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
  horizontalPodAutoscalerStrategy,
  horizontalPodAutoscalerV1Strategy,
  cronJobStrategy,
  jobStrategy,
  leaseStrategy,
  endpointSliceStrategy,
  eventsEventStrategy,
  nodeMetricsStrategy,
  podMetricsStrategy,
  ingressStrategy,
  ingressClassStrategy,
  networkPolicyStrategy,
  selfSubjectReviewStrategy,
  tokenReviewStrategy,
  localSubjectAccessReviewStrategy,
  selfSubjectAccessReviewStrategy,
  selfSubjectRulesReviewStrategy,
  subjectAccessReviewStrategy,
  runtimeClassStrategy,
  podDisruptionBudgetStrategy,
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  roleBindingStrategy,
  roleStrategy,
  resourceSliceStrategy,
  priorityClassStrategy,
  storageClassStrategy,
];
