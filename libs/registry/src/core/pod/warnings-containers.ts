import type { Container, ContainerPort, EnvVar, EphemeralContainer, PodSpec } from '@podlab/api';
import { quote, type Path } from '@podlab/apimachinery';
import { fractionalBytesWarnings } from '../../validation/fractional-bytes';

const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** Amounts of bytes that a pod may ask for. */
export const BYTES = ['memory', 'ephemeral-storage'];

interface Placed<T> {
  readonly value: T;
  readonly path: Path;
}

/** What is said of each container by itself. */
export function containerWarnings(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>>,
  path: Path,
): string[] {
  const annotation = path.child('metadata', 'annotations');
  return containersOf(spec, path.child('spec')).flatMap(({ value: container, path: at }) => {
    const { name, securityContext, resources = {}, env = [] } = container;
    const armored = spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile;
    const warnings: string[] = [];
    if (!securityContext?.seccompProfile && SECCOMP + name in annotations)
      warnings.push(
        `${annotation.key(SECCOMP + name).toString()}: non-functional in v1.27+; use the "seccompProfile" field instead`,
      );
    if (!armored && APPARMOR + name in annotations)
      warnings.push(
        `${annotation.key(APPARMOR + name).toString()}: deprecated since v1.30; use the "appArmorProfile" field instead`,
      );
    return [
      ...warnings,
      ...fractionalBytesWarnings(resources.limits, BYTES, at.child('resources', 'limits')),
      ...fractionalBytesWarnings(resources.requests, BYTES, at.child('resources', 'requests')),
      ...environmentWarnings(env, at.child('env')),
    ];
  });
}

/** Variables that are defined again, unless the new value is made of the old one. */
function environmentWarnings(environment: readonly EnvVar[], path: Path): string[] {
  const seen = new Set<string>();
  return environment.flatMap(({ name = '', value = '', valueFrom }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    if (!valueFrom && value !== reference && value.includes(reference)) return [];
    const text = `hides previous definition of ${quote(name)}, which may be dropped when using apply`;
    return [`${path.index(index).toString()}: ${text}`];
  });
}

/** What is said of the ports of all containers together: they have one address. */
export function portWarnings(spec: PodSpec, path: Path): string[] {
  const ports = containersOf(spec, path.child('spec')).flatMap(({ value, path: at }) =>
    (value.ports ?? []).map((port, index) => ({ value: port, path: at.child('ports').index(index) })),
  );
  return [...ports.flatMap((port, index) => clashes(port, ports.slice(0, index))), ...samePortNames(ports)];
}

function clashes(
  { value: port, path }: Placed<ContainerPort>,
  earlier: readonly Placed<ContainerPort>[],
): string[] {
  const warnings: string[] = [];
  if (port.hostIP && !port.hostPort)
    warnings.push(`${path.toString()}: hostIP set without hostPort: ${portText(port)}`);
  for (const { value: other, path: otherPath } of earlier) {
    if (port.containerPort !== other.containerPort || protocolOf(port) !== protocolOf(other)) continue;
    const how = clash(port, other);
    if (how) warnings.push(`${path.toString()}: ${how} port definition with ${otherPath.toString()}`);
  }
  return warnings;
}

function clash(a: ContainerPort, b: ContainerPort): string | undefined {
  const [hostPort, otherHostPort] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [hostIP, otherHostIP] = [a.hostIP ?? '', b.hostIP ?? ''];
  if (hostPort === otherHostPort && hostIP === otherHostIP) return 'duplicate';
  if (hostPort === 0 || otherHostPort === 0) return 'overlapping';
  const oneIsAny = (hostIP === '') !== (otherHostIP === '');
  return hostPort === otherHostPort && oneIsAny ? 'dangerously ambiguous' : undefined;
}

function samePortNames(ports: readonly Placed<ContainerPort>[]): string[] {
  const first = new Map<string, string>();
  return ports.flatMap(({ value: { name }, path }) => {
    if (!name) return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, path.toString());
      return [];
    }
    return [
      `${path.toString()}: duplicate port name ${quote(name)} with ${other}, services and probes that select ports by name will use ${other}`,
    ];
  });
}

const protocolOf = ({ protocol }: ContainerPort) => protocol || 'TCP';

/** As Go prints upstream's structure. */
function portText(port: ContainerPort): string {
  const { name = '', hostPort = 0, containerPort, hostIP = '' } = port;
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocolOf(port)} HostIP:${hostIP}}`;
}

/** Models pkg/apis/core/pods VisitContainersWithPath. */
function containersOf(spec: PodSpec, path: Path): Placed<Container | EphemeralContainer>[] {
  const kinds = ['initContainers', 'containers', 'ephemeralContainers'] as const;
  return kinds.flatMap((kind) =>
    (spec[kind] ?? []).map((value, index) => ({ value, path: path.child(kind).index(index) })),
  );
}
