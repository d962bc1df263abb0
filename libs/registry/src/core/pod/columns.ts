import type { Container, ContainerState, ContainerStatus, Pod } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, since, textColumn, wideColumn } from '../../printing/cells';

/** Models pkg/printers/internalversion podColumnDefinitions. */
export const POD_COLUMNS: readonly PrinterColumn<Pod>[] = [
  NAME_COLUMN,
  textColumn('Ready', 'The aggregate readiness state of this pod for accepting traffic.', (pod) =>
    readyCell(pod),
  ),
  textColumn(
    'Status',
    'The aggregate status of the containers in this pod.',
    (pod) => formatPodStatus(pod).reason,
  ),
  textColumn(
    'Restarts',
    'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    restartsCell,
  ),
  AGE_COLUMN,
  wideColumn(
    'IP',
    'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    (pod) => orNone(pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP),
  ),
  wideColumn('Node', 'NodeName indicates in which node this pod is scheduled.', (pod) =>
    orNone(pod.spec.nodeName),
  ),
  wideColumn(
    'Nominated Node',
    'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods.',
    (pod) => orNone(pod.status?.nominatedNodeName),
  ),
  wideColumn(
    'Readiness Gates',
    'If specified, all readiness gates will be evaluated for pod readiness.',
    readinessGatesCell,
  ),
];

interface PodSummary {
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  readonly lastRestart?: string;
}

const orNone = (text: string | undefined) => text || '<none>';

function readyCell(pod: Pod): string {
  const { ready, total } = formatPodStatus(pod);
  return `${ready}/${total}`;
}

function restartsCell(pod: Pod, now: number): string {
  const { restarts, lastRestart } = formatPodStatus(pod);
  return restarts > 0 && lastRestart ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts);
}

function readinessGatesCell({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const isTrue = (type: string) =>
    status?.conditions?.some((each) => each.type === type && each.status === 'True');
  return `${gates.filter((gate) => isTrue(gate.conditionType)).length}/${gates.length}`;
}

/** What `kubectl get pods` says of a pod. Models pkg/printers/internalversion printPod. */
export function formatPodStatus(pod: Pod): PodSummary {
  const { spec, status = {}, metadata } = pod;
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  const initial = initSummary(pod);
  const initialized = hasCondition(pod, 'Initialized');
  const main = !initial.reason || initialized ? mainSummary(pod) : undefined;
  let reason = status.reason || status.phase || '';
  const gated = status.conditions?.some(
    (each) => each.type === 'PodScheduled' && each.reason === 'SchedulingGated',
  );
  if (gated) reason = 'SchedulingGated';
  reason = main?.reason || initial.reason || reason;
  if (metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown';
  else if (metadata.deletionTimestamp && status.phase !== 'Succeeded' && status.phase !== 'Failed')
    reason = 'Terminating';
  return {
    reason,
    ready: initial.readySidecars + (main?.ready ?? 0),
    total: spec.containers?.length + sidecars.length,
    restarts: main ? initial.sidecarRestarts + main.restarts : initial.restarts,
    lastRestart: main ? latest(initial.lastSidecarRestart, main.lastRestart) : initial.lastRestart,
  };
}

interface InitSummary {
  reason?: string;
  readySidecars: number;
  restarts: number;
  sidecarRestarts: number;
  lastRestart?: string;
  lastSidecarRestart?: string;
}

function initSummary({ spec, status }: Pod): InitSummary {
  const summary: InitSummary = { readySidecars: 0, restarts: 0, sidecarRestarts: 0 };
  const containers = spec.initContainers ?? [];
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    const sidecar = containers.some((each) => each.name === container.name && isSidecar(each));
    const restartedAt = container.lastState?.terminated?.finishedAt;
    summary.restarts += container.restartCount;
    summary.lastRestart = latest(summary.lastRestart, restartedAt);
    if (sidecar) {
      summary.sidecarRestarts += container.restartCount;
      summary.lastSidecarRestart = latest(summary.lastSidecarRestart, restartedAt);
    }
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) summary.readySidecars++;
      continue;
    }
    summary.reason = initReason(container.state, index, containers.length);
    return summary;
  }
  return summary;
}

function initReason(state: ContainerState = {}, index: number, total: number): string {
  if (state.terminated) return `Init:${terminatedReason(state.terminated)}`;
  const waiting = state.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
}

function mainSummary(pod: Pod): { reason: string; ready: number; restarts: number; lastRestart?: string } {
  let reason = '';
  let ready = 0;
  let restarts = 0;
  let lastRestart: string | undefined;
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarts += container.restartCount;
    lastRestart = latest(lastRestart, container.lastState?.terminated?.finishedAt);
    const { waiting, terminated } = container.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = terminatedReason(terminated);
    else if (isReady(container)) ready++;
  }
  if (reason === 'Completed' && ready > 0) reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  return { reason, ready, restarts, lastRestart };
}

const isReady = ({ ready, state }: ContainerStatus) => ready && state?.running !== undefined;
const isSidecar = (container: Container) => container.restartPolicy === 'Always';

function terminatedReason({
  reason,
  signal,
  exitCode,
}: {
  reason?: string;
  signal?: number;
  exitCode: number;
}): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function hasCondition({ status }: Pod, type: string): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
}

/** The later of two timestamps; RFC 3339 in UTC sorts by time. */
function latest(a: string | undefined, b: string | undefined): string | undefined {
  return a && (!b || a > b) ? a : b;
}
