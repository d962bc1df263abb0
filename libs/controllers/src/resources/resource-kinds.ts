import type { GroupResource } from '@podlab/apimachinery';

/**
 * Resources that can be owners, by their kind and group: upstream's controllers ask discovery. One that a cluster does
 * not serve has no objects, which is all that matters here.
 */
const RESOURCE_OF_KIND: Readonly<Record<string, GroupResource>> = {
  'Pod.': 'pods',
  'Service.': 'services',
  'Endpoints.': 'endpoints',
  'ConfigMap.': 'configmaps',
  'Secret.': 'secrets',
  'ServiceAccount.': 'serviceaccounts',
  'Node.': 'nodes',
  'Namespace.': 'namespaces',
  'ReplicationController.': 'replicationcontrollers',
  'PersistentVolumeClaim.': 'persistentvolumeclaims',
  'ResourceQuota.': 'resourcequotas',
  'LimitRange.': 'limitranges',
  'Deployment.apps': 'deployments.apps',
  'ReplicaSet.apps': 'replicasets.apps',
  'StatefulSet.apps': 'statefulsets.apps',
  'DaemonSet.apps': 'daemonsets.apps',
  'ControllerRevision.apps': 'controllerrevisions.apps',
  'Job.batch': 'jobs.batch',
  'CronJob.batch': 'cronjobs.batch',
  'EndpointSlice.discovery.k8s.io': 'endpointslices.discovery.k8s.io',
  'Lease.coordination.k8s.io': 'leases.coordination.k8s.io',
  'Ingress.networking.k8s.io': 'ingresses.networking.k8s.io',
  'NetworkPolicy.networking.k8s.io': 'networkpolicies.networking.k8s.io',
  'HorizontalPodAutoscaler.autoscaling': 'horizontalpodautoscalers.autoscaling',
  'PodDisruptionBudget.policy': 'poddisruptionbudgets.policy',
  'Role.rbac.authorization.k8s.io': 'roles.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io': 'rolebindings.rbac.authorization.k8s.io',
};

const CLUSTER_SCOPED: ReadonlySet<GroupResource> = new Set(['nodes', 'namespaces']);

/** The resource that an owner reference means; undefined for a kind that is unknown here. */
export function resourceOfKind(apiVersion: string, kind: string): GroupResource | undefined {
  const slash = apiVersion.indexOf('/');
  return RESOURCE_OF_KIND[`${kind}.${slash < 0 ? '' : apiVersion.slice(0, slash)}`];
}

export function isNamespaced(resource: GroupResource): boolean {
  return !CLUSTER_SCOPED.has(resource);
}
