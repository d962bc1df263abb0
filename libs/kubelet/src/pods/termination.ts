import type { Container, Pod } from '@podlab/api';
import { isNotFound } from '@podlab/apimachinery';
import { allContainers, type KubeletCore } from './kubelet-core';
import type { ContainerRecord, PodRecord } from './pod-record';
import type { PodWorker } from './pod-worker';
import type { Prober } from './prober';

/** From the last process' end until the pod object is removed, in ms. */
const CLEANUP_MS = 150;
const SIGKILL_EXIT_CODE = 137;

/** Ends pods in their grace period. Models pkg/kubelet/kuberuntime killContainer and pkg/kubelet SyncTerminatingPod. */
export class Terminator {
  constructor(
    private readonly core: KubeletCore,
    private readonly worker: PodWorker,
    private readonly prober: Prober,
  ) {}

  /** A deletion was asked for: preStop and SIGTERM now, SIGKILL when the grace is over. */
  begin(pod: Pod, record: PodRecord): void {
    if (record.stage === 'Terminating') return this.hurry(pod, record);
    record.stage = 'Terminating';
    for (const container of allContainers(pod)) {
      const own = record.containers.get(container.name) as ContainerRecord;
      this.prober.endLiveness(own);
      if (own.state !== 'Running') continue;
      this.core.event(pod, 'Normal', 'Killing', `Stopping container ${container.name}`, container);
      this.stopAfterPreStop(record, container);
    }
    this.hurry(pod, record);
    this.checkEnd(pod, record);
  }

  /** The grace may have become shorter. */
  private hurry(pod: Pod, record: PodRecord): void {
    const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    this.core.context.schedule(Math.max(graceMs, 0), 'kill', [record.uid]);
  }

  private stopAfterPreStop(record: PodRecord, container: Container): void {
    const preStop = container.lifecycle?.preStop;
    if (preStop?.sleep) {
      this.core.context.schedule(preStop.sleep.seconds * 1000, 'terminate', [record.uid, container.name]);
      return;
    }
    const command = preStop?.exec?.command;
    const sleep = command && sleepSeconds(command);
    if (sleep !== undefined && sleep > 0) {
      this.core.context.schedule(sleep * 1000, 'terminate', [record.uid, container.name]);
      return;
    }
    if (command) this.core.options.runtime.exec(record.uid, container.name, command);
    this.terminate(record, container);
  }

  terminate(record: PodRecord, container: Container): void {
    if (record.containers.get(container.name)?.state !== 'Running') return;
    this.core.options.runtime.stop(record.uid, container.name, 'SIGTERM');
  }

  /** The grace is over. */
  kill(pod: Pod, record: PodRecord): void {
    if (record.stage !== 'Terminating') return;
    const { runtime } = this.core.options;
    for (const container of allContainers(pod)) {
      const own = record.containers.get(container.name) as ContainerRecord;
      if (own.state !== 'Running') continue;
      runtime.stop(record.uid, container.name, 'SIGKILL');
      this.worker.exited(pod, record, container, {
        pod_uid: record.uid,
        container: container.name,
        run: own.runs - 1,
        exit_code: SIGKILL_EXIT_CODE,
      });
    }
    this.checkEnd(pod, record);
  }

  /** When nothing runs any more, the pod is on its way out. */
  checkEnd(pod: Pod, record: PodRecord): void {
    const running = [...record.containers.values()].some(({ state }) => state === 'Running');
    if (running || record.stage !== 'Terminating') return;
    this.core.report(pod, record);
    record.stage = 'Finished';
    this.core.context.schedule(CLEANUP_MS, 'remove', [record.uid]);
  }

  /** Everything is cleaned up: the object goes too. */
  remove(record: PodRecord): void {
    this.forget(record);
    this.finalize(record.key);
  }

  /** Removes the object of a pod of which nothing is on the node. */
  finalize(key: string): void {
    try {
      this.core.context.client.delete('pods', key, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) throw error; // somebody was faster
    }
  }

  /** The pod's object is gone: nothing of it stays on the node. */
  forget(record: PodRecord): void {
    this.core.options.runtime.remove(record.uid);
    this.worker.detach(record);
    this.core.state.pods.delete(record.uid);
  }
}

/** The seconds of a `sleep 15` or `sh -c "sleep 15"`; undefined when the command is something else. */
function sleepSeconds(command: readonly string[]): number | undefined {
  const text = command.join(' ').replace(/^(\/bin\/)?(ba)?sh -c /, '');
  const match = /^(\/bin\/)?sleep (\d+(\.\d+)?)s?$/.exec(text.trim());
  return match ? Number(match[2]) : undefined;
}
