import type { Capabilities, Container, PodSpec, SecurityContext } from '@podlab/api';
import { quote } from '@podlab/apimachinery';

/** One rule of a standard: what is wrong with a pod, or undefined. Models k8s.io/pod-security-admission policy. */
export type Check = (spec: PodSpec) => { readonly reason: string; readonly detail: string } | undefined;

type Named = Pick<Container, 'name' | 'ports' | 'securityContext' | 'livenessProbe' | 'readinessProbe'> & {
  readonly startupProbe?: Container['startupProbe'];
  readonly lifecycle?: Container['lifecycle'];
};

/** Those that a container may add by the baseline. */
const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const SELINUX_TYPES: ReadonlySet<string> = new Set([
  '',
  'container_engine_t',
  'container_init_t',
  'container_kvm_t',
  'container_t',
]);
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);
const RESTRICTED_VOLUMES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SECCOMP_TYPES: ReadonlySet<string | undefined> = new Set(['RuntimeDefault', 'Localhost']);

const containersOf = (spec: PodSpec): Named[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as Named[]),
];
const plural = (word: string, list: readonly unknown[]) => (list.length === 1 ? word : `${word}s`);
const quoted = (list: readonly string[]) => list.map(quote).join(', ');
const unique = (list: readonly string[]) => [...new Set(list)].sort();
/** `container "a"`, `containers "a", "b"`. */
const these = (names: readonly string[]) => `${plural('container', names)} ${quoted(names)}`;
const namesWhere = (spec: PodSpec, bad: (context: SecurityContext, container: Named) => boolean): string[] =>
  containersOf(spec)
    .filter((container) => bad(container.securityContext ?? {}, container))
    .map(({ name }) => name);

/** A check of containers one by one, told by their names. */
function containerCheck(
  reason: string,
  bad: (context: SecurityContext, container: Named) => boolean,
  must: string,
): Check {
  return (spec) => {
    const names = namesWhere(spec, bad);
    return names.length === 0 ? undefined : { reason, detail: `${these(names)} ${must}` };
  };
}

export const privileged = containerCheck(
  'privileged',
  (context) => context.privileged === true,
  'must not set securityContext.privileged=true',
);

export const allowPrivilegeEscalation = containerCheck(
  'allowPrivilegeEscalation != false',
  (context) => context.allowPrivilegeEscalation !== false,
  'must set securityContext.allowPrivilegeEscalation=false',
);

export const procMount: Check = (spec) => {
  const bad = (context: SecurityContext) => !['Default', undefined].includes(context.procMount);
  const names = namesWhere(spec, bad);
  if (names.length === 0) return undefined;
  const kinds = unique(containersOf(spec).map((each) => each.securityContext?.procMount ?? '')).filter(
    (each) => each !== '' && each !== 'Default',
  );
  return {
    reason: 'procMount',
    detail: `${these(names)} must not set securityContext.procMount to ${quoted(kinds)}`,
  };
};

export const hostNamespaces: Check = (spec) => {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((each) => spec[each]);
  return set.length === 0
    ? undefined
    : { reason: 'host namespaces', detail: set.map((each) => `${each}=true`).join(', ') };
};

export const hostPathVolumes: Check = (spec) => {
  const names = (spec.volumes ?? []).filter((each) => each.hostPath).map(({ name }) => name);
  return names.length === 0
    ? undefined
    : { reason: 'hostPath volumes', detail: `${plural('volume', names)} ${quoted(names)}` };
};

export const hostPorts: Check = (spec) => {
  const portsOf = (each: Named) =>
    (each.ports ?? []).map(({ hostPort = 0 }) => hostPort).filter((port) => port > 0);
  const names = namesWhere(spec, (_context, container) => portsOf(container).length > 0);
  if (names.length === 0) return undefined;
  const ports = unique(containersOf(spec).flatMap(portsOf).map(String));
  const uses = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'hostPort',
    detail: `${these(names)} ${uses} ${plural('hostPort', ports)} ${ports.join(', ')}`,
  };
};

const forbiddenAdds = (capabilities: Capabilities | undefined, allowed: ReadonlySet<string>) =>
  (capabilities?.add ?? []).filter((each) => !allowed.has(each));

function addedCapabilities(spec: PodSpec, allowed: ReadonlySet<string>): string | undefined {
  const names = namesWhere(spec, ({ capabilities }) => forbiddenAdds(capabilities, allowed).length > 0);
  if (names.length === 0) return undefined;
  const added = containersOf(spec).flatMap((each) =>
    forbiddenAdds(each.securityContext?.capabilities, allowed),
  );
  return `${these(names)} must not include ${quoted(unique(added))} in securityContext.capabilities.add`;
}

export const baselineCapabilities: Check = (spec) => {
  const detail = addedCapabilities(spec, BASELINE_CAPABILITIES);
  return detail === undefined ? undefined : { reason: 'non-default capabilities', detail };
};

export const restrictedCapabilities: Check = (spec) => {
  const keeping = namesWhere(spec, ({ capabilities }) => !capabilities?.drop?.includes('ALL'));
  const dropping = `${these(keeping)} must set securityContext.capabilities.drop=["ALL"]`;
  const adding = addedCapabilities(spec, new Set(['NET_BIND_SERVICE']));
  const details = [...(keeping.length > 0 ? [dropping] : []), ...(adding === undefined ? [] : [adding])];
  return details.length === 0
    ? undefined
    : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

export const restrictedVolumes: Check = (spec) => {
  const bad = (spec.volumes ?? []).flatMap((volume) => {
    const kind = Object.keys(volume).find((each) => each !== 'name') ?? 'emptyDir';
    return RESTRICTED_VOLUMES.has(kind) ? [] : [{ name: volume.name, kind }];
  });
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const kinds = unique(bad.map(({ kind }) => kind));
  const uses = names.length === 1 ? 'uses' : 'use';
  const detail = `${plural('volume', names)} ${quoted(names)} ${uses} restricted volume ${plural('type', kinds)} ${quoted(kinds)}`;
  return { reason: 'restricted volume types', detail };
};

export const runAsNonRoot: Check = (spec) => {
  const podWide = spec.securityContext?.runAsNonRoot;
  const root = namesWhere(spec, (context) => context.runAsNonRoot === false);
  if (root.length > 0 || podWide === false) {
    const subjects = [...(podWide === false ? ['pod'] : []), ...(root.length > 0 ? [these(root)] : [])];
    const detail = `${subjects.join(' and ')} must not set securityContext.runAsNonRoot=false`;
    return { reason: 'runAsNonRoot != true', detail };
  }
  if (podWide) return undefined;
  const silent = namesWhere(spec, (context) => context.runAsNonRoot === undefined);
  return silent.length === 0
    ? undefined
    : {
        reason: 'runAsNonRoot != true',
        detail: `pod or ${these(silent)} must set securityContext.runAsNonRoot=true`,
      };
};

export const runAsUser: Check = (spec) => {
  const names = namesWhere(spec, (context) => context.runAsUser === 0);
  const subjects = [
    ...(spec.securityContext?.runAsUser === 0 ? ['pod'] : []),
    ...(names.length ? [these(names)] : []),
  ];
  return subjects.length === 0
    ? undefined
    : { reason: 'runAsUser=0', detail: `${subjects.join(' and ')} must not set runAsUser=0` };
};

export const seLinuxOptions: Check = (spec) => {
  const podWide = spec.securityContext?.seLinuxOptions;
  const all = [podWide, ...containersOf(spec).map((each) => each.securityContext?.seLinuxOptions)];
  const wrong = (each: typeof podWide) =>
    !!each && (!SELINUX_TYPES.has(each.type ?? '') || !!each.user || !!each.role);
  const names = namesWhere(spec, (context) => wrong(context.seLinuxOptions));
  const subjects = [...(wrong(podWide) ? ['pod'] : []), ...(names.length > 0 ? [these(names)] : [])];
  if (subjects.length === 0) return undefined;
  const types = unique(all.map((each) => each?.type ?? '')).filter((each) => !SELINUX_TYPES.has(each));
  const values = [
    ...(types.length > 0 ? [`${plural('type', types)} ${quoted(types)}`] : []),
    ...(all.some((each) => each?.user) ? ['user may not be set'] : []),
    ...(all.some((each) => each?.role) ? ['role may not be set'] : []),
  ];
  const detail = `${subjects.join(' and ')} set forbidden securityContext.seLinuxOptions: ${values.join('; ')}`;
  return { reason: 'seLinuxOptions', detail };
};

/** Models seccompProfile_baseline. */
export const baselineSeccomp: Check = (spec) => {
  const unconfined = (type: string | undefined) => type === 'Unconfined';
  const names = namesWhere(spec, (context) => unconfined(context.seccompProfile?.type));
  const podWide = unconfined(spec.securityContext?.seccompProfile?.type);
  const subjects = [...(podWide ? ['pod'] : []), ...(names.length > 0 ? [these(names)] : [])];
  const detail = `${subjects.join(' and ')} must not set securityContext.seccompProfile.type to "Unconfined"`;
  return subjects.length === 0 ? undefined : { reason: 'seccompProfile', detail };
};

/** Models seccompProfile_restricted. */
export const restrictedSeccomp: Check = (spec) => {
  const podWide = spec.securityContext?.seccompProfile?.type;
  const wrong = namesWhere(
    spec,
    ({ seccompProfile }) => !!seccompProfile && !SECCOMP_TYPES.has(seccompProfile.type),
  );
  const podWrong = podWide !== undefined && !SECCOMP_TYPES.has(podWide);
  if (podWrong || wrong.length > 0) {
    const subjects = [...(podWrong ? ['pod'] : []), ...(wrong.length > 0 ? [these(wrong)] : [])];
    const types = unique([
      ...(podWrong ? [podWide] : []),
      ...containersOf(spec)
        .map((each) => each.securityContext?.seccompProfile?.type ?? '')
        .filter((each) => each !== '' && !SECCOMP_TYPES.has(each)),
    ]);
    const detail = `${subjects.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(types)}`;
    return { reason: 'seccompProfile', detail };
  }
  if (podWide !== undefined) return undefined;
  const silent = namesWhere(spec, (context) => !context.seccompProfile);
  const detail = `pod or ${these(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return silent.length === 0 ? undefined : { reason: 'seccompProfile', detail };
};

export const sysctls: Check = (spec) => {
  const names = (spec.securityContext?.sysctls ?? [])
    .map(({ name }) => name)
    .filter((each) => !SAFE_SYSCTLS.has(each));
  return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', ') };
};

export const windowsHostProcess: Check = (spec) => {
  const names = namesWhere(spec, (context) => context.windowsOptions?.hostProcess === true);
  const podWide = spec.securityContext?.windowsOptions?.hostProcess === true;
  const subjects = [...(podWide ? ['pod'] : []), ...(names.length > 0 ? [these(names)] : [])];
  const detail = `${subjects.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true`;
  return subjects.length === 0 ? undefined : { reason: 'hostProcess', detail };
};

/** Probes and hooks that go to another host than the pod's own. */
export const hostProbes: Check = (spec) => {
  const hostsOf = (each: Named): string[] =>
    [
      each.livenessProbe,
      each.readinessProbe,
      each.startupProbe,
      each.lifecycle?.postStart,
      each.lifecycle?.preStop,
    ]
      .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
      .filter((host): host is string => !!host);
  const names = namesWhere(spec, (_context, container) => hostsOf(container).length > 0);
  if (names.length === 0) return undefined;
  const hosts = unique(containersOf(spec).flatMap(hostsOf));
  const uses = names.length === 1 ? 'uses' : 'use';
  const detail = `${these(names)} ${uses} probe or lifecycle ${plural('host', hosts)} ${quoted(hosts)}`;
  return { reason: 'probe or lifecycle host', detail };
};

/** In the order in which upstream tells them: that of their names. */
export const BASELINE: readonly Check[] = [
  baselineCapabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinuxOptions,
  baselineSeccomp,
  sysctls,
  windowsHostProcess,
];
export const RESTRICTED: readonly Check[] = [
  allowPrivilegeEscalation,
  restrictedCapabilities,
  hostNamespaces,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seLinuxOptions,
  restrictedSeccomp,
  sysctls,
  windowsHostProcess,
];
