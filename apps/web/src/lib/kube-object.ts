import type {
  Deployment,
  EndpointSlice,
  Event,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Service,
} from '@podlab/api';

/** The kinds whose fields the dashboard reads; others are shown as they are. */
export interface KnownKinds {
  Deployment: Deployment;
  EndpointSlice: EndpointSlice;
  Event: Event;
  Namespace: Namespace;
  Node: Node;
  Pod: Pod;
  ReplicaSet: ReplicaSet;
  Service: Service;
}
export type KnownKind = keyof KnownKinds;

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
  };
}

export interface ObjectAddress {
  kind: string;
  namespace?: string;
  name: string;
}

/** `namespace/name`, or the name of what has no namespace. */
export const keyOf = (object: { metadata: { name: string; namespace?: string } }): string =>
  nameKey(object.metadata.namespace, object.metadata.name);

export const nameKey = (namespace: string | undefined, name: string): string =>
  namespace ? `${namespace}/${name}` : name;

export const addressOf = (object: KubeObject): ObjectAddress => ({
  kind: object.kind,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
});

export const sameAddress = (one: ObjectAddress | null | undefined, other: ObjectAddress): boolean =>
  one?.kind === other.kind && one.name === other.name && (one.namespace ?? '') === (other.namespace ?? '');

/** `Pod/lab06/client`: an address in the page's query. */
export const addressText = ({ kind, namespace, name }: ObjectAddress): string =>
  [kind, namespace ?? '', name].join('/');

export function parseAddress(text: string | null): ObjectAddress | null {
  const parts = text?.split('/') ?? [];
  if (parts.length !== 3 || !parts[0] || !parts[2]) return null;
  return { kind: parts[0], namespace: parts[1] || undefined, name: parts[2] };
}
