import type { Container, Pod } from '@podlab/api';
import { isNotFound } from '@podlab/apimachinery';
import { allContainers, type KubeletCore } from './kubelet-core';
import { isSidecar, type ContainerRecord, type PodRecord } from './pod-record';
import type { PodWorker } from './pod-worker';
import { portOf, type Prober } from './prober';

/** From the last process' end until the pod object is removed, in ms. */
const CLEANUP_MS = 150;
const HOOK_TIMEOUT_MS = 30_000;

/** Ends pods in their grace period. Models pkg/kubelet/kuberuntime killContainer and pkg/kubelet SyncTerminatingPod. */
export class Terminator {
  constructor(
    private readonly core: KubeletCore,
    private readonly worker: PodWorker,
    private readonly prober: Prober,
  ) {}

  /** A deletion was asked for: preStop and SIGTERM now, SIGKILL when the grace is over; sidecars wait for the others. */
  begin(pod: Pod, record: PodRecord): void {
    if (record.stage === 'Terminating') return this.hurry(pod, record);
    const sandbox = record.stage !== 'Finished';
    if (sandbox) record.stage = 'Terminating';
    for (const own of record.containers.values()) this.prober.endLiveness(own);
    const running = this.running(pod, record);
    const first = running.filter((container) => !isSidecar(container));
    for (const container of first.length > 0 ? first : running) this.stop(pod, record, container);
    if (sandbox) this.checkEnd(pod, record);
    else if (running.length === 0) this.core.context.schedule(CLEANUP_MS, 'remove', [record.uid]);
  }

  private running(pod: Pod, record: PodRecord): Container[] {
    return allContainers(pod).filter(({ name }) => record.containers.get(name)?.state === 'Running');
  }

  private stop(pod: Pod, record: PodRecord, container: Container): void {
    if (record.containers.get(container.name)?.kill) return;
    this.core.event(pod, 'Normal', 'Killing', `Stopping container ${container.name}`, container);
    this.worker.killAfter(record, container, graceMs(pod));
    this.stopAfterPreStop(pod, record, container);
  }

  /** The grace may have become shorter. */
  private hurry(pod: Pod, record: PodRecord): void {
    for (const container of this.running(pod, record)) {
      const own = record.containers.get(container.name) as ContainerRecord;
      const end = this.core.context.now() + graceMs(pod);
      if (own.kill && own.kill.at > end) this.worker.killAfter(record, container, graceMs(pod));
    }
  }

  private stopAfterPreStop(pod: Pod, record: PodRecord, container: Container): void {
    const preStop = container.lifecycle?.preStop;
    const command = preStop?.exec?.command;
    const sleep = preStop?.sleep?.seconds ?? (command ? sleepSeconds(command) : 0);
    if (command && !this.runHook(record, container, command)) {
      this.core.event(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', container);
    }
    if (preStop?.httpGet) this.callHook(pod, record, container, preStop.httpGet);
    if (sleep > 0) this.core.context.schedule(sleep * 1000, 'terminate', [record.uid, container.name]);
    else this.terminate(record, container);
  }

  /** Whether the hook's command did what it should; one that sleeps is taken to. */
  private runHook(record: PodRecord, container: Container, command: readonly string[]): boolean {
    if (isOnlySleep(command)) return true;
    const { exit_code } = this.core.options.runtime.exec(record.uid, container.name, command);
    return exit_code === 0 || sleepSeconds(command) > 0;
  }

  private callHook(
    pod: Pod,
    record: PodRecord,
    container: Container,
    get: { host?: string; path?: string; port: number | string; scheme?: string },
  ): void {
    const answer = this.core.options.probes.http(record.node, {
      ip: get.host || (record.ip ?? ''),
      port: portOf(container, get.port),
      path: get.path ?? '/',
      scheme: get.scheme ?? 'HTTP',
      headers: [],
      timeout_ms: HOOK_TIMEOUT_MS,
    });
    if ('error' in answer)
      this.core.event(pod, 'Warning', 'FailedPreStopHook', `PreStopHook failed: ${answer.error}`, container);
  }

  terminate(record: PodRecord, container: Container): void {
    if (record.containers.get(container.name)?.state !== 'Running') return;
    this.core.options.runtime.stop(record.uid, container.name, 'SIGTERM');
  }

  /** The grace of a container is over. */
  kill(pod: Pod, record: PodRecord, container: Container, run: number): void {
    this.worker.kill(pod, record, container, run);
    this.checkEnd(pod, record);
  }

  /** When nothing runs any more, the pod is on its way out; before that the sidecars follow the others. */
  checkEnd(pod: Pod, record: PodRecord): void {
    const running = this.running(pod, record);
    if (record.stage === 'Finished' && running.length === 0 && pod.metadata.deletionTimestamp) {
      this.core.context.schedule(CLEANUP_MS, 'remove', [record.uid]);
      return;
    }
    if (record.stage !== 'Terminating') return;
    if (running.length > 0) {
      if (running.every(isSidecar))
        for (const container of running.reverse()) this.stop(pod, record, container);
      return;
    }
    record.stage = 'Finished';
    this.core.report(pod, record);
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
    for (const own of record.containers.values()) if (own.kill) this.core.context.cancel(own.kill);
    this.core.options.runtime.remove(record.uid);
    this.worker.detach(record);
    this.core.state.pods.delete(record.uid);
  }
}

const graceMs = (pod: Pod): number =>
  (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;

const SLEEP = /(?:^|[\s;&])(?:\/bin\/)?sleep (\d+(?:\.\d+)?)s?(?=$|[\s;&])/g;

const scriptOf = (command: readonly string[]): string =>
  command
    .join(' ')
    .replace(/^(\/bin\/)?(ba|a)?sh -c /, '')
    .trim();

/** The seconds that a hook's command sleeps in all. */
function sleepSeconds(command: readonly string[]): number {
  return [...scriptOf(command).matchAll(SLEEP)].reduce((sum, match) => sum + Number(match[1]), 0);
}

const isOnlySleep = (command: readonly string[]): boolean =>
  /^(\/bin\/)?sleep \d+(\.\d+)?s?$/.test(scriptOf(command));
