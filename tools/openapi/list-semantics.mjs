// How lists merge, which client-node does not carry: by type and field. `kubectl apply` reads this from the documents
// to write a patch that removes what the manifest no longer has. Models the patchStrategy, patchMergeKey and listMapKey
// tags of k8s.io/api.

const byKey = (key, ...otherKeys) => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key, ...otherKeys],
  'x-kubernetes-patch-merge-key': key,
  'x-kubernetes-patch-strategy': 'merge',
});
const retainKeys = (key) => ({ ...byKey(key), 'x-kubernetes-patch-strategy': 'merge,retainKeys' });
const asSet = { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
const conditions = { conditions: byKey('type') };

const CONTAINER = {
  env: byKey('name'),
  ports: byKey('containerPort', 'protocol'),
  volumeDevices: byKey('devicePath'),
  volumeMounts: byKey('mountPath'),
};

const CORE = {
  Container: CONTAINER,
  EphemeralContainer: CONTAINER,
  NamespaceStatus: conditions,
  NodeSpec: { podCIDRs: asSet },
  NodeStatus: { ...conditions, addresses: byKey('type') },
  PersistentVolumeClaimStatus: conditions,
  PodSpec: {
    containers: byKey('name'),
    ephemeralContainers: byKey('name'),
    hostAliases: byKey('ip'),
    imagePullSecrets: byKey('name'),
    initContainers: byKey('name'),
    resourceClaims: retainKeys('name'),
    schedulingGates: byKey('name'),
    topologySpreadConstraints: byKey('topologyKey', 'whenUnsatisfiable'),
    volumes: retainKeys('name'),
  },
  PodStatus: {
    ...conditions,
    hostIPs: {
      'x-kubernetes-list-type': 'atomic',
      'x-kubernetes-patch-merge-key': 'ip',
      'x-kubernetes-patch-strategy': 'merge',
    },
    podIPs: byKey('ip'),
    resourceClaimStatuses: retainKeys('name'),
  },
  ReplicationControllerStatus: conditions,
  ServiceAccount: { secrets: byKey('name') },
  ServiceSpec: { ports: byKey('port', 'protocol') },
  ServiceStatus: conditions,
};

const inPackage = (name, types) =>
  Object.entries(types).map(([type, fields]) => [`io.k8s.${name}.${type}`, fields]);

const TABLE = Object.fromEntries([
  ...inPackage('apimachinery.pkg.apis.meta.v1', {
    ObjectMeta: { finalizers: asSet, ownerReferences: byKey('uid') },
  }),
  ...inPackage('api.core.v1', CORE),
  ...inPackage('api.apps.v1', {
    DaemonSetStatus: conditions,
    DeploymentSpec: { strategy: { 'x-kubernetes-patch-strategy': 'retainKeys' } },
    DeploymentStatus: conditions,
    ReplicaSetStatus: conditions,
    StatefulSetStatus: conditions,
  }),
  ...inPackage('api.autoscaling.v2', { HorizontalPodAutoscalerStatus: conditions }),
  ...inPackage('api.batch.v1', { JobStatus: conditions }),
  ...inPackage('api.policy.v1', {
    PodDisruptionBudgetSpec: { selector: { 'x-kubernetes-patch-strategy': 'replace' } },
    PodDisruptionBudgetStatus: conditions,
  }),
  ...inPackage('api.storage.v1', { CSINodeSpec: { drivers: byKey('name') } }),
  ...inPackage('api.admissionregistration.v1', {
    MutatingWebhookConfiguration: { webhooks: byKey('name') },
    ValidatingWebhookConfiguration: { webhooks: byKey('name') },
  }),
]);

/** The extensions of one field, for example of `io.k8s.api.core.v1.PodSpec` `containers`. */
export const listSemantics = (schemaName, field) => TABLE[schemaName]?.[field] ?? {};
