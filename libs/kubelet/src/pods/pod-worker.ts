import type { Container, Node, Pod } from '@podlab/api';
import { hex, sha256 } from '@podlab/kernel';
import { closeHostPorts, openHostPorts } from '../cni/host-ports';
import { createIpamState, releaseAddress, reserveAddress } from '../cni/ipam';
import { nodeNamespace } from '../cni/node-network';
import { addPodNamespace, podNamespace, removePodNamespace, type PodAddress } from '../cni/pod-network';
import type { ContainerExit } from '../runtime';
import {
  ContainerConfigError,
  containerEnvironment,
  ServiceVariables,
  withVariables,
} from './container-environment';
import { ImagePuller } from './image-puller';
import { allContainers, ephemeralContainers, isEphemeral, type KubeletCore } from './kubelet-core';
import { admissionRejection, type Rejection } from './pod-admission';
import { resolvConf } from './pod-dns';
import { hostnameError, hostsFile } from './pod-files';
import { missingVolume } from './pod-volumes';
import {
  firstReason,
  isSidecar,
  newContainerRecord,
  newPodRecord,
  podIps,
  type ContainerRecord,
  type PodRecord,
} from './pod-record';
import { podPhase } from './pod-status';
import type { Prober } from './prober';
import { verifyRunAsNonRoot } from './run-as-non-root';
import { terminationMessage } from './termination-message';

/** Virtual times of a pod's start, in ms: seen by the kubelet, sandbox made, container created. */
const SEEN_MS = 20;
/** Until a pod is told that it was not taken: upstream's limits of requests hold what makes it anew to that pace. */
const REJECTED_MS = 1000;
const SANDBOX_MS = { low: 250, high: 450 };
const CREATE_MS = 60;
/** Until the start of a container that somebody may attach to is told. Models pkg/kubelet/kubelet.go genericPlegRelistPeriod. */
const RELIST_MS = 1000;
/** Restart delays. Models pkg/kubelet/kubelet.go initialCrashLoopBackOff and MaxCrashLoopBackOff. */
const CRASH_BACKOFF_MS = 10_000;
const CRASH_BACKOFF_MAX_MS = 300_000;
/** A sandbox that could not be made is tried again after this delay. */
const SANDBOX_RETRY_MS = 10_000;
/** A mount that failed is tried again after this delay, which doubles to the longest. */
const MOUNT_RETRY_MS = 500;
const MOUNT_RETRY_MAX_MS = 122_000;
/** A container that ran so long is well: its next failure starts from the first delay. */
const CRASH_FORGIVEN_MS = 600_000;

/** A container that is made to crash does so this long after its start. */
const CRASH_MS = 1000;

/** The runtime's word for a command that it could not start, and the kubelet's for a container that waits for another try. */
const START_ERROR = 'StartError';
const START_FAILED = 'RunContainerError';

const SIGKILL_EXIT_CODE = 137;
/** What the runtime answers for a hook that did not end at once: it goes on by itself. */
const HOOK_STANDS_STILL = 124;

/** Takes pods from their binding to running, and restarts what ends. Models pkg/kubelet/kuberuntime SyncPod as stages. */
export class PodWorker {
  private readonly puller: ImagePuller;
  private readonly services: ServiceVariables;

  constructor(
    private readonly core: KubeletCore,
    private readonly prober: Prober,
  ) {
    this.puller = new ImagePuller(core);
    this.services = new ServiceVariables(core.context.informers);
  }

  /** A pod has been bound to one of our nodes. */
  admit(pod: Pod): void {
    const uid = pod.metadata.uid as string;
    if (this.core.state.pods.has(uid)) return;
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const record = newPodRecord(pod, key, this.core.context.now() + SEEN_MS);
    this.core.state.pods.set(uid, record);
    this.core.context.schedule(SEEN_MS, 'sync', [uid]);
  }

  /** The pod is seen: its status begins, its sandbox is on the way. Or the node has no place for it. */
  sync(pod: Pod, record: PodRecord): void {
    const rejection = this.rejectionOf(pod, record);
    if (rejection) return this.reject(record, rejection);
    this.core.report(pod, record);
    const { low, high } = SANDBOX_MS;
    this.core.context.schedule(this.core.context.random.integer(low, high), 'sandbox', [record.uid]);
  }

  private rejectionOf(pod: Pod, record: PodRecord): Rejection | undefined {
    const node = this.core.context.informers.for<Node>('nodes').get(record.node);
    return node && admissionRejection(pod, node, this.takenBefore(record));
  }

  /** The pods that run on the same node, or are on their way to: those that were seen before. */
  private takenBefore(record: PodRecord): Pod[] {
    const taken: Pod[] = [];
    for (const other of this.core.state.pods.values()) {
      if (other === record) break;
      if (other.node !== record.node || other.stage === 'Finished') continue;
      const pod = this.core.pods.get(other.key);
      if (pod) taken.push(pod);
    }
    return taken;
  }

  /** Models kubelet rejectPod; the pod's end is told by {@link tellRejected}. */
  private reject(record: PodRecord, rejection: Rejection): void {
    record.rejection = rejection;
    record.stage = 'Finished';
    this.core.context.schedule(REJECTED_MS, 'rejected', [record.uid]);
  }

  tellRejected(pod: Pod, record: PodRecord): void {
    const { reason, message } = record.rejection as Rejection;
    this.core.event(pod, 'Warning', reason, message);
    this.core.report(pod, record);
  }

  /** The sandbox: a network namespace with the pod's address, before any container starts. */
  sandbox(pod: Pod, record: PodRecord): void {
    const unmounted = missingVolume(this.core.context.informers, pod);
    if (unmounted !== undefined) return this.mountFailed(pod, record, unmounted);
    const nameless = hostnameError(pod);
    if (nameless !== undefined) {
      const message = `Failed to create pod sandbox: failed to generate sandbox config for pod "${pod.metadata.name}_${pod.metadata.namespace}(${record.uid})": ${nameless}`;
      this.core.event(pod, 'Warning', 'FailedCreatePodSandBox', message);
      this.core.context.schedule(SANDBOX_RETRY_MS, 'sandbox', [record.uid], { periodic: true });
      return;
    }
    for (const warning of this.core.podDns(pod).warnings)
      this.core.event(pod, 'Warning', 'DNSConfigForming', warning);
    const ips = pod.spec.hostNetwork ? this.core.hostIps(record.node) : this.attach(pod, record);
    if (ips === undefined) {
      const reason = `failed to set up sandbox: no IP addresses available in range set: ${this.core.state.pod_cidrs.get(record.node)}`;
      this.core.event(
        pod,
        'Warning',
        'FailedCreatePodSandBox',
        `Failed to create pod sandbox: rpc error: code = Unknown desc = ${reason}`,
      );
      this.core.context.schedule(SANDBOX_RETRY_MS, 'sandbox', [record.uid]);
      return;
    }
    [record.ip] = ips;
    if (ips.length > 1) record.secondary_ip = ips[1];
    record.stage = 'Sandbox';
    this.core.report(pod, record);
    this.startEphemeral(pod, record);
    this.next(pod, record);
  }

  /** Brings the ephemeral containers that are new, each once and beside all others. Models kuberuntime SyncPod's step 5. */
  startEphemeral(pod: Pod, record: PodRecord): void {
    if (record.stage !== 'Sandbox' && record.stage !== 'Running') return;
    const fresh = ephemeralContainers(pod).filter(({ name }) => !record.containers.has(name));
    for (const container of fresh) {
      record.containers.set(container.name, newContainerRecord(container, firstReason(pod)));
      this.bring(pod, record, container);
    }
    if (fresh.length > 0) this.core.report(pod, record);
  }

  /** A volume's source is not there: the pod waits and tries again, ever more slowly. Models nestedpendingoperations. */
  private mountFailed(pod: Pod, record: PodRecord, message: string): void {
    this.core.event(pod, 'Warning', 'FailedMount', message);
    const delay = Math.min(MOUNT_RETRY_MS * 2 ** record.mount_failures, MOUNT_RETRY_MAX_MS);
    record.mount_failures++;
    this.core.context.schedule(delay, 'sandbox', [record.uid], { periodic: record.mount_failures > 2 });
  }

  /** Gives a pod its network namespace with an address from each range of its node; undefined when one has none left. */
  private attach(pod: Pod, record: PodRecord): string[] | undefined {
    const { state, options } = this.core;
    const addresses: PodAddress[] = [];
    const podCidrs = state.pod_cidrs.get(record.node)?.split(',') ?? [];
    for (const [index, pod_cidr] of podCidrs.entries()) {
      const key = index === 0 ? record.node : `${record.node} ${pod_cidr}`;
      let ipam = state.ipam.get(key);
      if (!ipam) state.ipam.set(key, (ipam = createIpamState()));
      const address = reserveAddress(ipam, pod_cidr, record.uid);
      if (address !== undefined) addresses.push({ address, pod_cidr });
    }
    if (podCidrs.length === 0 || addresses.length < podCidrs.length) {
      this.releaseAddresses(record);
      return undefined;
    }
    addPodNamespace(options.network, record.node, record.uid, addresses);
    for (const { address, pod_cidr } of addresses)
      openHostPorts(options.network, record.node, pod, address, pod_cidr);
    return addresses.map(({ address }) => address);
  }

  private releaseAddresses(record: PodRecord): void {
    const { ipam } = this.core.state;
    for (const [key, range] of ipam) if (key.split(' ')[0] === record.node) releaseAddress(range, record.uid);
  }

  /** Starts the next container that may start: init containers one after another, then all the others. */
  next(pod: Pod, record: PodRecord): void {
    if (record.stage === 'Terminating' || record.stage === 'Finished') return;
    const container = this.nextContainer(pod, record);
    if (container) this.bring(pod, record, container);
  }

  private nextContainer(pod: Pod, record: PodRecord): Container | undefined {
    for (const init of pod.spec.initContainers ?? []) {
      const own = record.containers.get(init.name) as ContainerRecord;
      const done = isSidecar(init)
        ? own.started
        : own.state === 'Terminated' && own.terminated?.exit_code === 0;
      if (!done) return own.runs === 0 && own.state === 'Waiting' ? init : undefined;
    }
    const fresh = pod.spec.containers.find(({ name }) => isFresh(record, name));
    if (fresh) setWaiting(record, pod.spec.containers, 'ContainerCreating');
    return fresh;
  }

  private bring(pod: Pod, record: PodRecord, container: Container): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (this.puller.ensure(pod, record, container, own)) this.create(record, container);
    else if (own.reason === 'ErrImageNeverPull') this.core.report(pod, record);
  }

  pulled(pod: Pod, record: PodRecord, container: Container, took: number, waited: number): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (this.puller.pulled(pod, record, container, own, took, waited)) return this.create(record, container);
    this.core.report(pod, record);
    this.skipTo(pod, record, container);
  }

  /** A container that can't have its image, or can't be made, does not keep the others from starting. */
  private skipTo(pod: Pod, record: PodRecord, failed: Container): void {
    const { containers } = pod.spec;
    const at = containers.indexOf(failed);
    const following = at < 0 ? undefined : containers.slice(at + 1).find(({ name }) => isFresh(record, name));
    if (following) this.bring(pod, record, following);
  }

  pullBackOff(pod: Pod, record: PodRecord, container: Container): void {
    this.puller.backOff(pod, container, record.containers.get(container.name) as ContainerRecord);
    this.core.report(pod, record);
  }

  retryPull(pod: Pod, record: PodRecord, container: Container): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.state === 'Waiting') this.bring(pod, record, container);
  }

  private create(record: PodRecord, container: Container): void {
    this.core.context.schedule(CREATE_MS, 'start', [record.uid, container.name]);
  }

  /** Creates and starts the container's process. */
  start(pod: Pod, record: PodRecord, container: Container): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.state === 'Running') return;
    try {
      this.launch(pod, record, container, own);
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      this.misconfigured(pod, record, container, own, error.message);
      return;
    }
    if (isEphemeral(pod, container)) return this.reportStart(pod, record, container);
    if (record.stage === 'Sandbox' && !this.nextContainer(pod, record)) record.stage = 'Running';
    if (this.nextContainer(pod, record)) this.next(pod, record);
    else this.reportStart(pod, record, container);
  }

  /**
   * Whoever waits to attach to a container with an input hears of a short one only when it has ended, and reads its log:
   * told at once as running, it would be gone before anybody is there. Models pkg/kubelet/pleg/generic.go Relist.
   */
  private reportStart(pod: Pod, record: PodRecord, container: Container): void {
    const isRunning = record.containers.get(container.name)?.state === 'Running';
    if (isRunning && container.stdin) this.core.context.schedule(RELIST_MS, 'relist', [record.uid]);
    else this.core.report(pod, record);
  }

  private launch(pod: Pod, record: PodRecord, container: Container, own: ContainerRecord): void {
    const { context, options } = this.core;
    const environment = containerEnvironment(
      context.informers,
      this.services.of(pod),
      pod,
      container,
      record,
      this.core.hostIps(record.node),
    );
    const image = options.runtime.pull(container.image ?? '');
    if (image.kind === 'Image') {
      verifyRunAsNonRoot(pod, container, image.user);
      if (image.uid !== 0) own.image_uid = image.uid;
    }
    this.core.event(pod, 'Normal', 'Created', 'Container created', container);
    this.markRunning(own, record, container);
    const run = own.runs - 1;
    const { error } = options.runtime.startContainer({
      pod,
      container: withVariables(container, environment),
      run,
      namespace: this.namespaceOf(pod, record),
      pod_ip: record.ip ?? '',
      environment,
      resolv_conf: resolvConf(this.core.podDns(pod)),
      hosts: hostsFile(pod, podIps(record)),
    });
    if (error === undefined) {
      this.core.event(pod, 'Normal', 'Started', 'Container started', container);
      this.prober.begin(record, container);
      this.postStart(pod, record, container);
      const crash = this.core.faults.crashing.get(`${record.uid}/${container.name}`);
      if (crash !== undefined)
        context.schedule(CRASH_MS, 'crash', [record.uid, container.name, own.runs, crash, true]);
      return;
    }
    this.core.event(pod, 'Warning', 'Failed', `Error: ${error}`, container);
    const exit = {
      pod_uid: record.uid,
      container: container.name,
      run,
      exit_code: 128,
      reason: START_ERROR,
      message: error,
    };
    this.exited(pod, record, container, exit);
  }

  private markRunning(own: ContainerRecord, record: PodRecord, container: Container): void {
    own.state = 'Running';
    own.started_at = this.core.context.now();
    own.runs++;
    own.message = undefined;
    own.spec_image = container.image;
    own.container_id = `containerd://${hex(sha256(`${record.uid}/${container.name}/${own.runs}`))}`;
    own.probes = {};
    own.started = !container.startupProbe;
    own.ready = own.started && !container.readinessProbe;
  }

  /** A hook that fails ends its container. Models pkg/kubelet/lifecycle handlerRunner. */
  private postStart(pod: Pod, record: PodRecord, container: Container): void {
    const command = container.lifecycle?.postStart?.exec?.command;
    if (!command) return;
    const { exit_code } = this.core.options.runtime.exec(record.uid, container.name, command);
    if (exit_code === 0 || exit_code === HOOK_STANDS_STILL) return;
    this.core.event(pod, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', container);
    this.core.event(pod, 'Normal', 'Killing', 'FailedPostStartHook', container);
    this.core.options.runtime.stop(record.uid, container.name, 'SIGKILL');
  }

  private misconfigured(
    pod: Pod,
    record: PodRecord,
    container: Container,
    own: ContainerRecord,
    message: string,
  ): void {
    const isNews = own.reason !== 'CreateContainerConfigError';
    own.reason = 'CreateContainerConfigError';
    own.message = message;
    this.core.event(pod, 'Warning', 'Failed', `Error: ${message}`, container);
    this.core.context.schedule(15_000, 'start', [record.uid, container.name]);
    this.core.report(pod, record);
    if (isNews) this.skipTo(pod, record, container);
  }

  private namespaceOf(pod: Pod, record: PodRecord): string {
    return pod.spec.hostNetwork ? nodeNamespace(record.node) : podNamespace(record.uid);
  }

  /** A container's main process has ended. */
  exited(pod: Pod, record: PodRecord, container: Container, exit: ContainerExit): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.state !== 'Running' || exit.run !== own.runs - 1) return;
    const message = exit.message ?? terminationMessage(this.core.options.runtime, container, exit);
    own.terminated = {
      exit_code: exit.exit_code,
      reason: exit.reason ?? (exit.exit_code === 0 ? 'Completed' : 'Error'),
      ...(message && { message }),
      // Models containerd internal/cri/server container_start.go: what never started has no time of it.
      started_at: exit.reason === START_ERROR ? 0 : own.started_at,
      finished_at: this.core.context.now(),
      container_id: own.container_id,
    };
    own.state = 'Terminated';
    if (own.kill) this.core.context.cancel(own.kill);
    own.kill = undefined;
    own.ready = false;
    own.started = false;
    this.prober.end(own);
    if (record.stage === 'Terminating') return;
    if (record.stage === 'Finished' || isEphemeral(pod, container)) return this.core.report(pod, record);
    if (!this.restarts(pod, container, own, exit.exit_code)) this.finish(pod, record);
    else {
      this.scheduleRestart(record, container, own);
      if (exit.reason === START_ERROR) showStartError(own);
    }
    this.core.report(pod, record);
    this.next(pod, record);
  }

  private restarts(pod: Pod, container: Container, own: ContainerRecord, exitCode: number): boolean {
    const isInit = (pod.spec.initContainers ?? []).includes(container);
    if (isSidecar(container)) return true;
    if (pod.spec.restartPolicy === 'Never') return false;
    if (own.restart_wanted) return true;
    return exitCode !== 0 || (!isInit && (pod.spec.restartPolicy ?? 'Always') === 'Always');
  }

  /** The first restart is at once, the later ones wait. */
  private scheduleRestart(record: PodRecord, container: Container, own: ContainerRecord): void {
    const ranWell = this.core.context.now() - own.started_at >= CRASH_FORGIVEN_MS;
    const delay = ranWell ? 0 : own.backoff_ms;
    own.backoff_ms = ranWell
      ? CRASH_BACKOFF_MS
      : Math.min(own.backoff_ms * 2 || CRASH_BACKOFF_MS, CRASH_BACKOFF_MAX_MS);
    this.core.context.schedule(Math.max(delay, 300), 'restart', [record.uid, container.name]);
    if (delay > 0) this.core.context.schedule(1000, 'crash-back-off', [record.uid, container.name, delay]);
  }

  /** The wait before a restart begins to show. */
  crashBackOff(pod: Pod, record: PodRecord, container: Container, delay: number): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    const waits = own.state === 'Terminated' || (own.state === 'Waiting' && own.reason === START_FAILED);
    if (!waits) return;
    const name = `${container.name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${record.uid})`;
    own.last = own.terminated;
    own.state = 'Waiting';
    own.reason = 'CrashLoopBackOff';
    own.message = `back-off ${goDuration(delay)} restarting failed container=${name.replace(' in pod ', ' pod=')}`;
    this.core.event(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${name}`, container);
    this.core.report(pod, record);
  }

  restart(pod: Pod, record: PodRecord, container: Container): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.state === 'Running' || record.stage === 'Terminating' || record.stage === 'Finished') return;
    own.last = own.terminated ?? own.last;
    own.state = 'Waiting';
    own.restart_wanted = undefined;
    own.restarts++;
    this.bring(pod, record, container);
  }

  private finish(pod: Pod, record: PodRecord): void {
    const phase = podPhase(pod, record);
    if (phase !== 'Succeeded' && phase !== 'Failed') return;
    record.stage = 'Finished';
    for (const container of allContainers(pod)) {
      const own = record.containers.get(container.name);
      if (own?.state === 'Running') this.stopLast(pod, record, container);
    }
    this.detach(record);
  }

  /** A sidecar of a pod that has done its work. */
  private stopLast(pod: Pod, record: PodRecord, container: Container): void {
    this.core.event(pod, 'Normal', 'Killing', `Stopping container ${container.name}`, container);
    this.stopInGrace(record, container, (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
  }

  /** SIGTERM now, SIGKILL when the grace is over and it still runs. */
  stopInGrace(record: PodRecord, container: Container, graceMs: number): void {
    this.killAfter(record, container, graceMs);
    this.core.options.runtime.stop(record.uid, container.name, 'SIGTERM');
  }

  /** Sets the end of a container's grace period; a new one takes the old one's place. */
  killAfter(record: PodRecord, container: Container, graceMs: number): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.kill) this.core.context.cancel(own.kill);
    own.kill = this.core.context.schedule(Math.max(graceMs, 0), 'kill', [
      record.uid,
      container.name,
      own.runs,
    ]);
  }

  /** The grace of a container is over. */
  kill(pod: Pod, record: PodRecord, container: Container, run: number): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.runs !== run || own.state !== 'Running') return;
    own.kill = undefined;
    this.core.options.runtime.stop(record.uid, container.name, 'SIGKILL');
    const exit = {
      pod_uid: record.uid,
      container: container.name,
      run: run - 1,
      exit_code: SIGKILL_EXIT_CODE,
    };
    this.exited(pod, record, container, exit);
  }

  /** The process of a container ends with this status, by nobody's signal. */
  crash(pod: Pod, record: PodRecord, container: Container, run: number, exitCode: number): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    if (own.runs !== run || own.state !== 'Running') return;
    this.core.options.runtime.stop(record.uid, container.name, 'SIGKILL');
    const exit = { pod_uid: record.uid, container: container.name, run: run - 1, exit_code: exitCode };
    this.exited(pod, record, container, exit);
  }

  /** The sandbox goes: its address is free again. */
  detach(record: PodRecord): void {
    this.releaseAddresses(record);
    closeHostPorts(this.core.options.network, record.node, record.uid);
    removePodNamespace(this.core.options.network, record.uid);
  }
}

/** Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses: what the last start met is why it waits. */
function showStartError(own: ContainerRecord): void {
  own.last = own.terminated;
  own.state = 'Waiting';
  own.reason = START_FAILED;
  own.message = own.terminated?.message;
}

/** Whether a container has not begun: neither started, nor waiting for a time of its own after a failure. */
function isFresh(record: PodRecord, name: string): boolean {
  const own = record.containers.get(name);
  return own?.runs === 0 && (own.reason === 'PodInitializing' || own.reason === 'ContainerCreating');
}

function setWaiting(record: PodRecord, containers: readonly Container[], reason: string): void {
  for (const { name } of containers) {
    const own = record.containers.get(name);
    if (own?.state === 'Waiting' && own.reason === 'PodInitializing') own.reason = reason;
  }
}

/** `10s`, `2m40s`, `5m0s`: a duration as Go prints it. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
