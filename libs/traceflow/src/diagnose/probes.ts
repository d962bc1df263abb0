import type { ContainerStatus, Pod, Probe } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import type { ContainerAt } from './containers';
import { containersOf, fieldOf, pointerOf } from './containers';
import type { Failure, Finding } from './finding';
import { listeningPorts } from './listening';
import { nearest } from './near';
import { changeTemplate } from './pod-template';

type ProbeField = 'readinessProbe' | 'startupProbe' | 'livenessProbe';

/** Why a pod whose containers run is not ready. */
export function probes(pod: Pod, failure: Failure): Finding | undefined {
  const failing = containersOf(pod).find(
    ({ list, status: { ready, state } }) => list === 'containers' && !ready && state?.running !== undefined,
  );
  if (!failing) return undefined;
  const { startupProbe, readinessProbe } = failing.container;
  if (failing.status.started === false && startupProbe)
    return failingProbe(pod, failing, 'startupProbe', startupProbe, failure);
  return readinessProbe && failingProbe(pod, failing, 'readinessProbe', readinessProbe, failure);
}

/** The kubelet ends a container whose liveness probe fails: that looks like a crash. */
export function livenessKills(pod: Pod, failure: Failure): Finding | undefined {
  const killed = containersOf(pod).find(({ container }) => {
    const last = failure.objects.lastEvent(pod, 'Killing');
    return container.livenessProbe && last?.startsWith(`Container ${container.name} failed liveness probe`);
  });
  if (!killed?.container.livenessProbe || killed.status.ready) return undefined;
  return failingProbe(pod, killed, 'livenessProbe', killed.container.livenessProbe, failure);
}

/** All containers are ready, and the pod is not: somebody else has to say so (KEP-580). */
export function readinessGates(pod: Pod): Finding | undefined {
  const gates = pod.spec.readinessGates ?? [];
  const index = gates.findIndex(({ conditionType }) => {
    return !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True');
  });
  if (index < 0 || !(pod.status?.containerStatuses ?? []).every(({ ready }) => ready)) return undefined;
  const found = gates[index].conditionType;
  const field = `spec.readinessGates[${index}]`;
  return { code: 'ReadinessGateNotMet', object: pod, field, found, expected: 'True' };
}

const CODES = {
  readinessProbe: 'ReadinessProbeFailing',
  startupProbe: 'StartupProbeFailing',
  livenessProbe: 'LivenessProbeFailing',
} as const;

function failingProbe(pod: Pod, at: ContainerAt, field: ProbeField, probe: Probe, failure: Failure): Finding {
  const params = { container: at.container.name };
  const finding = { code: CODES[field], object: pod, field: fieldOf(at, field), params };
  const waiting = field === 'livenessProbe' ? 0 : firstProbeIn(at.status, probe, failure.dependencies.now());
  if (waiting > 0) {
    const pending = { ...params, seconds: Math.ceil(waiting / 1000) };
    const fix = { action: 'Advance', ms: waiting } as const;
    return { ...finding, code: 'ReadinessProbePending', params: pending, fix };
  }
  if (probe.exec) return { ...finding, found: probe.exec.command };
  return {
    ...finding,
    ...(wrongPort(pod, at, field, probe, failure) ?? wrongPath(pod, at, field, probe, failure)),
  };
}

function wrongPort(
  pod: Pod,
  at: ContainerAt,
  field: ProbeField,
  probe: Probe,
  { objects, dependencies }: Failure,
): Partial<Finding> | undefined {
  const kind = probe.httpGet ? 'httpGet' : probe.tcpSocket ? 'tcpSocket' : undefined;
  const port = kind && probe[kind]?.port;
  if (kind === undefined || port === undefined) return undefined;
  const listening = listeningPorts(`pod/${pod.metadata.uid}`, 'TCP', dependencies.network);
  const declared = (at.container.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
  const open = listening.length > 0 ? listening : declared.map(({ containerPort }) => containerPort);
  const named = declared.filter(({ name }) => name !== undefined);
  const isRight =
    typeof port === 'number' ? open.includes(port) : named.some(({ name }) => name === String(port));
  if (isRight || open.length === 0) return undefined;
  const near = typeof port === 'string' ? nearest(port, named, ({ name }) => name as string) : undefined;
  const expected = near?.name ?? open[0];
  const fix = changeTemplate(pod, objects, (spec) => {
    return { op: 'replace', path: pointerOf(spec, at, `${field}/${kind}/port`), value: expected };
  });
  return { field: fieldOf(at, `${field}.${kind}.port`), found: port, expected, ...(fix && { fix }) };
}

/** Somebody listens and does not say that all is well: with another path than the root, that path is the likeliest mistake. */
function wrongPath(
  pod: Pod,
  at: ContainerAt,
  field: ProbeField,
  { httpGet, tcpSocket }: Probe,
  { objects }: Failure,
): Partial<Finding> {
  const port = httpGet?.port ?? tcpSocket?.port;
  const path = httpGet?.path ?? '/';
  if (!httpGet || path === '/') return port === undefined ? {} : { found: port };
  const fix = changeTemplate(pod, objects, (spec) => {
    return { op: 'replace', path: pointerOf(spec, at, `${field}/httpGet/path`), value: '/' };
  });
  return {
    field: fieldOf(at, `${field}.httpGet.path`),
    found: path,
    expected: '/',
    ...(fix && { fix }),
  };
}

/** Margin for the endpoint and the rules to follow a probe that succeeded, in ms. */
const AFTER_PROBE_MS = 2_000;

/** Virtual ms until a probe has run for the first time, and what follows is done; 0 when it has run. */
function firstProbeIn({ state, started }: ContainerStatus, probe: Probe, now: number): number {
  const began = parseRfc3339(state?.running?.startedAt ?? '');
  if (Number.isNaN(began) || started === false) return 0;
  // The status has seconds only, and the first probe comes a moment after its delay.
  const left = began + ((probe.initialDelaySeconds ?? 0) + 1) * 1000 - now;
  return left > 0 ? Math.ceil(left / 1000) * 1000 + AFTER_PROBE_MS : 0;
}
