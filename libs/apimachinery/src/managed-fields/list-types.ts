/**
 * How server-side apply merges a field: as one value that has one owner, as a list whose items are found by the
 * values of some of their fields, or as a set. A list that is not named here is one value, a map is merged by key.
 * Models the listType, listMapKey and mapType markers of k8s.io/api types.go at 1.36.
 */
export type FieldMerge = 'atomic' | 'set' | readonly MapKey[];

/** A field that is part of the key of a list's items, with the value that stands for an absent one. */
export interface MapKey {
  readonly name: string;
  readonly default?: string;
}

const byKey = (...names: string[]): readonly MapKey[] => names.map((name) => ({ name }));
const CONDITIONS = { conditions: byKey('type') };
const PROTOCOL: MapKey = { name: 'protocol', default: 'TCP' };

const CONTAINER = {
  env: byKey('name'),
  ports: [{ name: 'containerPort' }, PROTOCOL],
  volumeDevices: byKey('devicePath'),
  volumeMounts: byKey('mountPath'),
};

const FIELD_MERGES: Readonly<Record<string, Readonly<Record<string, FieldMerge>>>> = {
  ObjectMeta: { finalizers: 'set', ownerReferences: byKey('uid') },
  Container: CONTAINER,
  EphemeralContainer: CONTAINER,
  CSINodeSpec: { drivers: byKey('name') },
  CustomResourceDefinitionStatus: CONDITIONS,
  DaemonSetStatus: CONDITIONS,
  DeploymentStatus: CONDITIONS,
  HorizontalPodAutoscalerStatus: CONDITIONS,
  JobStatus: CONDITIONS,
  MutatingWebhook: { matchConditions: byKey('name') },
  MutatingWebhookConfiguration: { webhooks: byKey('name') },
  NamespaceStatus: CONDITIONS,
  NodeSpec: { podCIDRs: 'set' },
  NodeStatus: { ...CONDITIONS, addresses: byKey('type') },
  PersistentVolumeClaimStatus: CONDITIONS,
  PodDisruptionBudgetStatus: CONDITIONS,
  PodFailurePolicyOnExitCodesRequirement: { values: 'set' },
  PodSpec: {
    containers: byKey('name'),
    ephemeralContainers: byKey('name'),
    hostAliases: byKey('ip'),
    imagePullSecrets: byKey('name'),
    initContainers: byKey('name'),
    nodeSelector: 'atomic',
    resourceClaims: byKey('name'),
    schedulingGates: byKey('name'),
    topologySpreadConstraints: byKey('topologyKey', 'whenUnsatisfiable'),
    volumes: byKey('name'),
  },
  PodStatus: { ...CONDITIONS, podIPs: byKey('ip'), resourceClaimStatuses: byKey('name') },
  ReplicaSetStatus: CONDITIONS,
  ReplicationControllerSpec: { selector: 'atomic' },
  ReplicationControllerStatus: CONDITIONS,
  ResourceRequirements: { claims: byKey('name') },
  Scheduling: { nodeSelector: 'atomic' },
  ServiceAccount: { secrets: byKey('name') },
  ServiceSpec: { ports: [{ name: 'port' }, PROTOCOL], selector: 'atomic' },
  ServiceStatus: CONDITIONS,
  StatefulSetStatus: CONDITIONS,
  ValidatingWebhook: { matchConditions: byKey('name') },
  ValidatingWebhookConfiguration: { webhooks: byKey('name') },
};

/** Types whose values have one owner as a whole: `+structType=atomic`. */
const ATOMIC_TYPES: ReadonlySet<string> = new Set([
  'ConfigMapKeySelector',
  'CrossVersionObjectReference',
  'EndpointSlicePort',
  'FileKeySelector',
  'LabelSelector',
  'LocalObjectReference',
  'NodeSelector',
  'NodeSelectorTerm',
  'ObjectFieldSelector',
  'ObjectReference',
  'ParamRef',
  'ResourceFieldSelector',
  'RoleRef',
  'ScopeSelector',
  'ScopedResourceSelectorRequirement',
  'SecretKeySelector',
  'SecretReference',
  'ServiceBackendPort',
  'Subject',
  'TopologySelectorTerm',
  'TypedLocalObjectReference',
]);

/** The mark of one field of a type. */
export function fieldMergeOf(type: string, field: string): FieldMerge | undefined {
  return Object.hasOwn(FIELD_MERGES, type) && Object.hasOwn(FIELD_MERGES[type], field)
    ? FIELD_MERGES[type][field]
    : undefined;
}

export const isAtomicType = (type: string): boolean => ATOMIC_TYPES.has(type);
