// Which values a field may have, where upstream's types say so (`+enum` in k8s.io/api types.go): client-node's model shows
// them as plain strings. kubectl explain lists them.

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TAINT_EFFECTS = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const INCLUSION = ['Honor', 'Ignore'];
const VOLUME_MODES = ['Block', 'Filesystem'];
const CONTAINER = {
  imagePullPolicy: ['Always', 'IfNotPresent', 'Never'],
  terminationMessagePolicy: ['FallbackToLogsOnError', 'File'],
};
const HOST_PATHS = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const ENUMERATIONS = {
  'core.v1.AppArmorProfile': { type: PROFILES },
  'core.v1.Container': CONTAINER,
  'core.v1.ContainerPort': { protocol: PROTOCOLS },
  'core.v1.EndpointPort': { protocol: PROTOCOLS },
  'core.v1.EphemeralContainer': CONTAINER,
  'core.v1.HTTPGetAction': { scheme: ['HTTP', 'HTTPS'] },
  'core.v1.HostPathVolumeSource': { type: HOST_PATHS },
  'core.v1.NamespaceStatus': { phase: ['Active', 'Terminating'] },
  'core.v1.NodeSelectorRequirement': { operator: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'] },
  'core.v1.NodeStatus': { phase: ['Pending', 'Running', 'Terminated'] },
  'core.v1.PersistentVolumeClaimSpec': { volumeMode: VOLUME_MODES },
  'core.v1.PersistentVolumeClaimStatus': { phase: ['Bound', 'Lost', 'Pending'] },
  'core.v1.PersistentVolumeSpec': {
    persistentVolumeReclaimPolicy: ['Delete', 'Recycle', 'Retain'],
    volumeMode: VOLUME_MODES,
  },
  'core.v1.PersistentVolumeStatus': { phase: ['Available', 'Bound', 'Failed', 'Pending', 'Released'] },
  'core.v1.PodSecurityContext': { fsGroupChangePolicy: ['Always', 'OnRootMismatch'] },
  'core.v1.PodSpec': {
    dnsPolicy: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
    preemptionPolicy: ['Never', 'PreemptLowerPriority'],
    restartPolicy: ['Always', 'Never', 'OnFailure'],
  },
  'core.v1.PodStatus': {
    phase: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'],
    qosClass: ['BestEffort', 'Burstable', 'Guaranteed'],
  },
  'core.v1.PortStatus': { protocol: PROTOCOLS },
  'core.v1.SeccompProfile': { type: PROFILES },
  'core.v1.SecurityContext': { procMount: ['Default', 'Unmasked'] },
  'core.v1.ServicePort': { protocol: PROTOCOLS },
  'core.v1.ServiceSpec': {
    externalTrafficPolicy: ['Cluster', 'Local'],
    internalTrafficPolicy: ['Cluster', 'Local'],
    ipFamilyPolicy: ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
    sessionAffinity: ['ClientIP', 'None'],
    type: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
  },
  'core.v1.Taint': { effect: TAINT_EFFECTS },
  'core.v1.Toleration': { effect: TAINT_EFFECTS },
  'core.v1.TopologySpreadConstraint': {
    nodeAffinityPolicy: INCLUSION,
    nodeTaintsPolicy: INCLUSION,
    whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'],
  },
  'apps.v1.DaemonSetUpdateStrategy': { type: ['OnDelete', 'RollingUpdate'] },
  'apps.v1.DeploymentStrategy': { type: ['Recreate', 'RollingUpdate'] },
  'apps.v1.StatefulSetSpec': { podManagementPolicy: ['OrderedReady', 'Parallel'] },
  'apps.v1.StatefulSetUpdateStrategy': { type: ['OnDelete', 'RollingUpdate'] },
  'batch.v1.CronJobSpec': { concurrencyPolicy: ['Allow', 'Forbid', 'Replace'] },
  'batch.v1.JobSpec': { completionMode: ['Indexed', 'NonIndexed'] },
  'discovery.v1.EndpointSlice': { addressType: ['FQDN', 'IPv4', 'IPv6'] },
  'networking.v1.HTTPIngressPath': { pathType: ['Exact', 'ImplementationSpecific', 'Prefix'] },
  'networking.v1.NetworkPolicyPort': { protocol: PROTOCOLS },
};

/** `{enum: […]}` of a schema's field, or nothing. */
export function enumerationOf(schema, field) {
  const values = ENUMERATIONS[schema.replace(/^io\.k8s\.api\./, '')]?.[field];
  return values ? { enum: values } : {};
}

/** Schemas and fields that have an enumeration. */
export const enumerated = Object.entries(ENUMERATIONS).flatMap(([schema, fields]) =>
  Object.keys(fields).map((field) => [`io.k8s.api.${schema}`, field]),
);
