import type { Container, EphemeralContainer, Pod, PodSpec, Probe, Volume } from '@podlab/api';

const DEFAULT_FILE_MODE = 0o644;
const DEFAULT_TOKEN_SECONDS = 3600;

/** The spec of a pod or template with its absent fields filled. Models pkg/apis/core/v1 SetDefaults_PodSpec and what it calls. */
export function defaultPodSpec(given: PodSpec | undefined): PodSpec {
  const spec = given ?? { containers: [] };
  spec.containers ??= [];
  spec.restartPolicy ||= 'Always';
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  spec.securityContext ??= {};
  if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  for (const container of [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ]) {
    defaultContainer(container);
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  return spec;
}

/** What only a pod gets, not a template. Models pkg/apis/core/v1 SetDefaults_Pod. */
export function setPodDefaults(draft: Pod): void {
  draft.spec = defaultPodSpec(draft.spec);
  draft.spec.enableServiceLinks ??= true;
  for (const container of [...(draft.spec.initContainers ?? []), ...draft.spec.containers]) {
    if (draft.spec.hostNetwork)
      for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
    const limits = container.resources?.limits;
    if (!limits) continue;
    container.resources = {
      ...container.resources,
      requests: { ...limits, ...container.resources?.requests },
    };
  }
}

function defaultContainer(container: Container | EphemeralContainer): void {
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (handler?.httpGet) defaultHttpGet(handler.httpGet);
  }
}

/** `Always` for the tag `latest` or none, else `IfNotPresent`. Models SetDefaults_Container. */
function defaultPullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 || name.slice(colon + 1) === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: { path?: string; scheme?: string }): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source) source.defaultMode ??= DEFAULT_FILE_MODE;
  }
  if (volume.hostPath) volume.hostPath.type ??= '';
  for (const { serviceAccountToken } of volume.projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= DEFAULT_TOKEN_SECONDS;
  }
  for (const item of [...(volume.downwardAPI?.items ?? [])]) {
    if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1';
  }
}
