import type { Pod } from '@podlab/api';

/** The stations of a pod's life in the order in which it passes them. */
export const POD_STATIONS = ['Bound', 'Addressed', 'Started', 'Ready'] as const;

export interface PodSummary {
  /** The word that `kubectl get pods` prints in STATUS. */
  status: string;
  tone: 'good' | 'wait' | 'bad' | 'done';
  /** How many of POD_STATIONS it has passed. */
  station: number;
  ready: boolean;
  readyContainers: number;
  containers: number;
  restarts: number;
  terminating: boolean;
}

const FAILING = /BackOff|Err|Error|Failed|Invalid|OOMKilled|CreateContainerConfigError/;

/** Models kubernetes pkg/printers/internalversion/printers.go printPod, for the columns READY, STATUS and RESTARTS. */
export function summarizePod(pod: Pod): PodSummary {
  const statuses = pod.status?.containerStatuses ?? [];
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready =
    pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  const status = terminating ? 'Terminating' : statusWord(pod);
  return {
    status,
    tone: toneOf(status, ready, terminating),
    station: stationOf(pod, ready),
    ready: ready && !terminating,
    readyContainers: statuses.filter((container) => container.ready).length,
    containers: pod.spec?.containers.length ?? 0,
    restarts: statuses.reduce((sum, container) => sum + (container.restartCount ?? 0), 0),
    terminating,
  };
}

function statusWord(pod: Pod): string {
  let word = pod.status?.reason ?? pod.status?.phase ?? 'Pending';
  const statuses = pod.status?.containerStatuses ?? [];
  let running = false;
  for (const { state, ready } of statuses.toReversed()) {
    if (state?.waiting?.reason) word = state.waiting.reason;
    else if (state?.terminated) word = state.terminated.reason ?? `ExitCode:${state.terminated.exitCode}`;
    else if (ready && state?.running) running = true;
  }
  return word === 'Completed' && running ? 'Running' : word;
}

function toneOf(status: string, ready: boolean, terminating: boolean): PodSummary['tone'] {
  if (terminating) return 'done';
  if (FAILING.test(status)) return 'bad';
  if (status === 'Completed' || status === 'Succeeded') return 'done';
  return ready ? 'good' : 'wait';
}

function stationOf(pod: Pod, ready: boolean): number {
  if (ready) return 4;
  if (pod.status?.containerStatuses?.some(({ state }) => state?.running)) return 3;
  if (pod.status?.podIP) return 2;
  return pod.spec?.nodeName ? 1 : 0;
}
