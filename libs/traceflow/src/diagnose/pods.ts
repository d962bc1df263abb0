import type { Pod } from '@podlab/api';
import { isReadyPod } from '../cluster-objects';
import { containers, firstContainerRuns, missingParts } from './containers';
import type { Failure, Finding, Fix } from './finding';
import { livenessKills, probes, readinessGates } from './probes';
import { scheduling } from './scheduling';

const STARTING_MS = 10_000;

/** Why a pod takes no requests; undefined when it is ready and stays. */
export function diagnosePod(pod: Pod, failure: Failure): Finding | undefined {
  if (pod.metadata.deletionTimestamp) return { ...stateOf(pod, 'PodTerminating'), fix: advance() };
  if (isReadyPod(pod)) return undefined;
  return (
    scheduling(pod, failure) ??
    livenessKills(pod, failure) ??
    containers(pod, failure) ??
    missingParts(pod, failure) ??
    firstContainerRuns(pod) ??
    probes(pod, failure) ??
    readinessGates(pod) ?? { ...stateOf(pod, 'PodStarting'), fix: advance() }
  );
}

function stateOf(pod: Pod, code: string): Finding {
  return {
    code,
    object: pod,
    field: pod.metadata.deletionTimestamp ? 'metadata.deletionTimestamp' : 'status.phase',
    found: pod.metadata.deletionTimestamp ?? pod.status?.phase ?? 'Pending',
    expected: pod.metadata.deletionTimestamp ? 'none' : 'Running',
  };
}

const advance = (): Fix => ({ action: 'Advance', ms: STARTING_MS });
