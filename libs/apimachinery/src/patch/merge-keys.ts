/**
 * How a strategic merge patch treats a field: as the type it has, its list merged by a key or as a set, or the keys
 * it retains. What is not listed is merged (objects) or replaced (lists).
 * Models the patchStrategy and patchMergeKey tags of k8s.io/api types.go.
 */
export interface FieldPatch {
  readonly type?: string;
  readonly mergeKey?: string;
  readonly primitives?: true;
  readonly retainKeys?: true;
}

export type TypePatch = Readonly<Record<string, FieldPatch>>;

const type = (name: string): FieldPatch => ({ type: name });
const byKey = (mergeKey: string, name?: string): FieldPatch =>
  name ? { mergeKey, type: name } : { mergeKey };
const PRIMITIVES: FieldPatch = { primitives: true };
const CONDITIONS = byKey('type');

const OBJECT_META: TypePatch = { ownerReferences: byKey('uid'), finalizers: PRIMITIVES };
const PARTS = { metadata: type('ObjectMeta') };
const TEMPLATE: TypePatch = { metadata: type('ObjectMeta'), spec: type('PodSpec') };
const CONTAINER: TypePatch = {
  ports: byKey('containerPort'),
  env: byKey('name'),
  volumeMounts: byKey('mountPath'),
  volumeDevices: byKey('devicePath'),
};
const WORKLOAD_STATUS: TypePatch = { conditions: CONDITIONS };
const kind = (spec: string, status = 'ConditionsStatus'): TypePatch => ({
  ...PARTS,
  spec: type(spec),
  status: type(status),
});

const TYPE_PATCHES: Readonly<Record<string, TypePatch>> = {
  ObjectMeta: OBJECT_META,
  ConditionsStatus: WORKLOAD_STATUS,
  PodTemplateSpec: TEMPLATE,
  Container: CONTAINER,
  PodSpec: {
    volumes: { mergeKey: 'name', retainKeys: true, type: 'Volume' },
    initContainers: byKey('name', 'Container'),
    containers: byKey('name', 'Container'),
    ephemeralContainers: byKey('name', 'Container'),
    imagePullSecrets: byKey('name'),
    hostAliases: byKey('ip'),
    topologySpreadConstraints: byKey('topologyKey'),
    schedulingGates: byKey('name'),
    resourceClaims: { mergeKey: 'name', retainKeys: true },
  },
  Volume: { ephemeral: type('EphemeralVolumeSource') },
  EphemeralVolumeSource: { volumeClaimTemplate: type('PersistentVolumeClaimTemplate') },
  PersistentVolumeClaimTemplate: PARTS,
  PodStatus: {
    conditions: CONDITIONS,
    podIPs: byKey('ip'),
    hostIPs: byKey('ip'),
    resourceClaimStatuses: { mergeKey: 'name', retainKeys: true },
  },
  Pod: kind('PodSpec', 'PodStatus'),
  PodTemplate: { ...PARTS, template: type('PodTemplateSpec') },
  ServiceSpec: { ports: byKey('port') },
  Service: kind('ServiceSpec'),
  NodeSpec: { podCIDRs: PRIMITIVES },
  NodeStatus: { conditions: CONDITIONS, addresses: byKey('type') },
  Node: kind('NodeSpec', 'NodeStatus'),
  Namespace: kind('NamespaceSpec'),
  ServiceAccount: { ...PARTS, secrets: byKey('name') },
  WorkloadSpec: { template: type('PodTemplateSpec') },
  DeploymentSpec: { template: type('PodTemplateSpec'), strategy: { retainKeys: true } },
  Deployment: kind('DeploymentSpec'),
  ReplicaSet: kind('WorkloadSpec'),
  ReplicationController: kind('WorkloadSpec'),
  DaemonSet: kind('WorkloadSpec'),
  StatefulSet: kind('WorkloadSpec'),
  Job: kind('WorkloadSpec'),
  JobTemplateSpec: { ...PARTS, spec: type('WorkloadSpec') },
  CronJobSpec: { jobTemplate: type('JobTemplateSpec') },
  CronJob: kind('CronJobSpec'),
  PersistentVolumeClaim: kind('PersistentVolumeClaimSpec'),
  PersistentVolume: kind('PersistentVolumeSpec'),
  PodDisruptionBudgetSpec: { selector: { retainKeys: true } },
  PodDisruptionBudget: kind('PodDisruptionBudgetSpec'),
  CSINodeSpec: { drivers: byKey('name') },
  CSINode: kind('CSINodeSpec'),
  WebhookConfiguration: { ...PARTS, webhooks: byKey('name') },
  ValidatingWebhookConfiguration: { ...PARTS, webhooks: byKey('name') },
  MutatingWebhookConfiguration: { ...PARTS, webhooks: byKey('name') },
};

/** How a kind whose fields have no merge keys of their own is patched. */
const PLAIN_KIND: TypePatch = PARTS;

/** How fields of a type are patched; one that is not listed has only metadata that is special. */
export function patchTypeOf(type: string | undefined): TypePatch {
  if (type === undefined) return {};
  return Object.hasOwn(TYPE_PATCHES, type) ? TYPE_PATCHES[type] : PLAIN_KIND;
}
