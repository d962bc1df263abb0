import type { KubeObject } from '@podlab/apimachinery';
import {
  compareFields,
  controllerOf,
  differenceOf,
  EMPTY_FIELDS,
  encodeFieldsV1,
  isEmptyFields,
  recursiveDifferenceOf,
  unionOf,
  type FieldSet,
} from '@podlab/apimachinery';
import { storedEntry, type StoredEntry } from './entries';
import { SYSTEM_FIELDS, typeFields, typeNameOf, zeroObject } from './owned-type';

const CONTROLLER_MANAGER = 'kube-controller-manager';

/** Who makes objects of a kind that no client has written. */
const CREATORS: Readonly<Record<string, string>> = {
  Endpoints: CONTROLLER_MANAGER,
  EndpointSlice: CONTROLLER_MANAGER,
  Lease: 'kubelet',
  Namespace: 'kube-apiserver',
  Node: 'kubelet',
  PriorityClass: 'kube-apiserver',
  Service: 'kube-apiserver',
  ServiceAccount: CONTROLLER_MANAGER,
};

/** Who tells the status of a kind. */
const STATUS_WRITERS: Readonly<Record<string, string>> = {
  Ingress: 'nginx-ingress-controller',
  Namespace: 'kube-apiserver',
  Node: 'kubelet',
  Pod: 'kubelet',
  Service: 'cloud-controller-manager',
};

/**
 * The managers of an object that only the cluster's own components have written. They are known by what the object is,
 * so an idle cluster stores none: the first write of a client stores them.
 */
export function derivedEntries(object: KubeObject): StoredEntry[] {
  const type = typeNameOf(object);
  const { added, modified } = compareFields(typeFields, { type }, zeroObject(type), object);
  const all = recursiveDifferenceOf(unionOf(added, modified), SYSTEM_FIELDS);
  const status = onlyStatus(all);
  const rest = differenceOf(all, status);
  const time = object.metadata.creationTimestamp ?? '';
  const entries: StoredEntry[] = [];
  const add = (manager: string, subresource: string, at: string, fields: FieldSet) => {
    if (isEmptyFields(fields)) return;
    const { apiVersion } = object;
    entries.push(
      storedEntry({ manager, operation: 'Update', apiVersion, subresource }, at, encodeFieldsV1(fields)),
    );
  };
  add(creatorOf(object), '', time, rest);
  add(STATUS_WRITERS[object.kind] ?? CONTROLLER_MANAGER, 'status', lastTransition(object) ?? time, status);
  return entries;
}

function onlyStatus({ children }: FieldSet): FieldSet {
  const status = children.get('f:status');
  return status ? { member: false, children: new Map([['f:status', status]]) } : EMPTY_FIELDS;
}

function creatorOf(object: KubeObject): string {
  if (object.kind === 'Event') return eventSource(object) ?? CONTROLLER_MANAGER;
  if (controllerOf(object)) return CONTROLLER_MANAGER;
  return CREATORS[object.kind] ?? 'kubeadm';
}

function eventSource(object: KubeObject): string | undefined {
  return (object as { source?: { component?: string } }).source?.component;
}

function lastTransition(object: KubeObject): string | undefined {
  const { conditions } =
    (object as { status?: { conditions?: { lastTransitionTime?: string }[] } }).status ?? {};
  return (conditions ?? [])
    .map(({ lastTransitionTime }) => lastTransitionTime)
    .reduce((latest, time) => (time && (!latest || time > latest) ? time : latest), undefined);
}
