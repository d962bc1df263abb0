/**
 * The parts of metadata that the machinery itself reads; `@podlab/api` has the whole type, which fits this one.
 */
export interface ObjectMetaLike {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  generateName?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReferenceLike[];
  managedFields?: ManagedFieldsEntryLike[];
}

/** Who owns which fields. In a stored object `fieldsV1` is JSON text, to a client the JSON itself. */
export interface ManagedFieldsEntryLike {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: unknown;
  subresource?: string;
}

export interface OwnerReferenceLike {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Any object of the API: what storage keeps and clients see. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMetaLike;
}

/** Group and plural, as upstream's GroupResource prints: `pods`, `deployments.apps`. The key of everything stored. */
export type GroupResource = string;

/** `namespace/name`, or `name` of a cluster-scoped object; the key of work queues and storage. */
export function objectKey(object: { metadata: { name: string; namespace?: string } }): string {
  const { name, namespace } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** The object as it is told to those who don't ask for field managers. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Takes {@link objectKey} apart; `namespace` is empty for a cluster-scoped object. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages the object, if one does. Models k8s.io/apimachinery pkg/apis/meta/v1 GetControllerOf. */
export function controllerOf(object: KubeObject): OwnerReferenceLike | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
