import type { CustomResourceDefinition } from '@podlab/api';
import type { GroupResource, OwnerReferenceLike } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';

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
  'PersistentVolume.': 'persistentvolumes',
  'PodTemplate.': 'podtemplates',
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
  'CustomResourceDefinition.apiextensions.k8s.io': 'customresourcedefinitions.apiextensions.k8s.io',
  'Ingress.networking.k8s.io': 'ingresses.networking.k8s.io',
  'IngressClass.networking.k8s.io': 'ingressclasses.networking.k8s.io',
  'NetworkPolicy.networking.k8s.io': 'networkpolicies.networking.k8s.io',
  'HorizontalPodAutoscaler.autoscaling': 'horizontalpodautoscalers.autoscaling',
  'PodDisruptionBudget.policy': 'poddisruptionbudgets.policy',
  'StorageClass.storage.k8s.io': 'storageclasses.storage.k8s.io',
  'RuntimeClass.node.k8s.io': 'runtimeclasses.node.k8s.io',
  'Role.rbac.authorization.k8s.io': 'roles.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io': 'rolebindings.rbac.authorization.k8s.io',
};

const CLUSTER_SCOPED: ReadonlySet<GroupResource> = new Set([
  'nodes',
  'namespaces',
  'persistentvolumes',
  'customresourcedefinitions.apiextensions.k8s.io',
  'ingressclasses.networking.k8s.io',
  'storageclasses.storage.k8s.io',
  'runtimeclasses.node.k8s.io',
]);

/** What an owner reference means. */
export interface OwnerKind {
  readonly resource: GroupResource;
  readonly namespaced: boolean;
}

/** The kinds that owners may have: those of the program, and those that users declare. Models a RESTMapper. */
export class OwnerKinds {
  constructor(private readonly definitions: Informer<CustomResourceDefinition>) {}

  /** Undefined for a kind that nobody serves, or not in this version. */
  find({ apiVersion, kind }: Pick<OwnerReferenceLike, 'apiVersion' | 'kind'>): OwnerKind | undefined {
    const group = groupOf(apiVersion);
    if (isBuiltInKind(apiVersion, kind)) {
      const resource = RESOURCE_OF_KIND[`${kind}.${group}`];
      return { resource, namespaced: !CLUSTER_SCOPED.has(resource) };
    }
    const definition = this.definitions
      .list()
      .find((each) => each.spec.group === group && each.spec.names.kind === kind);
    if (!definition || !isServed(definition, apiVersion.slice(group.length + 1))) return undefined;
    const { names, scope } = definition.spec;
    return { resource: `${names.plural}.${group}`, namespaced: scope === 'Namespaced' };
  }
}

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));

/** Whether a kind is one of the program's own. */
export const isBuiltInKind = (apiVersion: string, kind: string): boolean =>
  Object.hasOwn(RESOURCE_OF_KIND, `${kind}.${groupOf(apiVersion)}`);

/** Whether a definition's kind may be asked for in a version. */
function isServed({ spec, status }: CustomResourceDefinition, version: string): boolean {
  const established = status?.conditions?.some(
    (each) => each.type === 'Established' && each.status === 'True',
  );
  return established === true && spec.versions.some(({ name, served }) => name === version && served);
}
