/** The objects that a user made, as YAML that a real cluster accepts. */
import type { KubernetesObject } from '@podlab/contracts';
import { stringify } from 'yaml';
import type { Cluster } from '../cluster-host/core';
import { objectsOf } from '../cluster-host/objects';

/** What the cluster makes by itself. */
const OWN_KINDS = new Set([
  'Node',
  'Event',
  'Endpoints',
  'EndpointSlice',
  'Lease',
  'ControllerRevision',
  'IPAddress',
  'ComponentStatus',
  'NodeMetrics',
  'PodMetrics',
]);
const OWN_NAMESPACES = new Set(['kube-system', 'kube-public', 'kube-node-lease']);
const OWN_OBJECTS = new Set(['Namespace//default', 'Service/default/kubernetes']);
const OWN_NAMES = new Set(['ServiceAccount/default', 'ConfigMap/kube-root-ca.crt']);
/** Kinds of which every cluster has some that it shows and does not store, with their resources. */
const PARTLY_BUILT_IN: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles.rbac.authorization.k8s.io',
  ClusterRoleBinding: 'clusterrolebindings.rbac.authorization.k8s.io',
  PriorityClass: 'priorityclasses.scheduling.k8s.io',
};
const SERVER_METADATA = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
];
const SERVER_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
];
/** What controllers add and take off again: where they don't run, nobody would. */
const SERVER_FINALIZERS = [
  'service.kubernetes.io/load-balancer-cleanup',
  'kubernetes.io/pvc-protection',
  'kubernetes.io/pv-protection',
];
/** The volume of a pod's own token. Models kubernetes plugin/pkg/admission/serviceaccount/admission.go ServiceAccountVolumeName. */
const TOKEN_VOLUME = /^kube-api-access-/;
/** Namespaces first, then what others refer to. */
const ORDER = ['Namespace', 'ServiceAccount', 'ConfigMap', 'Secret', 'Service'];

type Data = Record<string, unknown>;

export function exportText(core: Cluster): string {
  const isStored = ({ kind, metadata }: KubernetesObject) => {
    const resource = PARTLY_BUILT_IN[kind];
    return !resource || core.list(resource).some((stored) => stored.metadata.name === metadata.name);
  };
  const objects = objectsOf(core).filter(isUsers).filter(isStored).map(portable);
  const rank = ({ kind }: { kind: string }) => ORDER.indexOf(kind) + 1 || ORDER.length + 1;
  objects.sort((one, other) => rank(one) - rank(other));
  return objects.map((object) => stringify(object, { version: '1.1', lineWidth: 0 })).join('---\n');
}

function isUsers({ kind, metadata }: KubernetesObject): boolean {
  const { name, namespace = '' } = metadata;
  const owners = metadata.ownerReferences as unknown[] | undefined;
  if (metadata.deletionTimestamp) return false;
  if (OWN_KINDS.has(kind) || OWN_NAMESPACES.has(namespace) || (owners && owners.length > 0)) return false;
  if (kind === 'Namespace' && OWN_NAMESPACES.has(name)) return false;
  return !OWN_OBJECTS.has(`${kind}/${namespace}/${name}`) && !OWN_NAMES.has(`${kind}/${name}`);
}

/** Without what a server adds. */
function portable({ apiVersion, kind, metadata, ...rest }: KubernetesObject): KubernetesObject {
  const kept = without(metadata, SERVER_METADATA);
  const annotations = without((metadata.annotations ?? {}) as Data, SERVER_ANNOTATIONS);
  delete kept.annotations;
  if (Object.keys(annotations).length > 0) kept.annotations = annotations;
  const finalizers = ((kept.finalizers ?? []) as string[]).filter(
    (each) => !SERVER_FINALIZERS.includes(each),
  );
  delete kept.finalizers;
  if (finalizers.length > 0) kept.finalizers = finalizers;
  const body = without(rest, ['status']);
  if (kind === 'Service') body.spec = withoutAddresses((body.spec ?? {}) as Data);
  if (kind === 'Pod') body.spec = withoutToken(without((body.spec ?? {}) as Data, ['nodeName']));
  if (kind === 'Namespace') delete body.spec;
  return { apiVersion, kind, metadata: kept as KubernetesObject['metadata'], ...body };
}

function withoutAddresses(spec: Data): Data {
  return spec.clusterIP === 'None' ? spec : without(spec, ['clusterIP', 'clusterIPs']);
}

/** The server mounts a pod's token anew wherever the pod is made. */
function withoutToken({ volumes, containers, initContainers, ...spec }: Data): Data {
  const own = (named: unknown) =>
    ((named ?? []) as Data[]).filter(({ name }) => !TOKEN_VOLUME.test(String(name)));
  const unmounted = (all: unknown) =>
    (all as Data[]).map(({ volumeMounts, ...container }) => {
      const mounts = own(volumeMounts);
      return mounts.length > 0 ? { ...container, volumeMounts: mounts } : container;
    });
  const rest = own(volumes);
  return {
    ...spec,
    ...(initContainers ? { initContainers: unmounted(initContainers) } : {}),
    containers: unmounted(containers),
    ...(rest.length > 0 ? { volumes: rest } : {}),
  };
}

const without = (data: Data, keys: readonly string[]): Data =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));
