import type { Container, ContainerImage, Node, Pod } from '@podlab/api';
import type { Component, ComponentContext, ComponentFactory } from '@podlab/client';
import type { QueueEntry } from '@podlab/kernel';
import { NodeManager } from './node/node-manager';
import { allContainers, createKubeletState, KubeletCore, type KubeletOptions } from './pods/kubelet-core';
import type { PodRecord, ProbeKind } from './pods/pod-record';
import { PodWorker } from './pods/pod-worker';
import { Prober } from './pods/prober';
import { Terminator } from './pods/termination';
import { VolumeSync } from './pods/volume-sync';

/** A pod, its record and (where the entry names one) its container. */
interface Subject {
  pod: Pod;
  record: PodRecord;
  container: Container;
}

/** The kubelets of all nodes of a cluster: one component, so that an idle cluster stays small. */
export class Kubelet implements Component {
  private readonly core: KubeletCore;
  private readonly prober: Prober;
  private readonly worker: PodWorker;
  private readonly terminator: Terminator;
  private readonly nodes: NodeManager;
  private readonly volumes: VolumeSync;
  private readonly silenceListeners: ((node: string) => void)[] = [];

  constructor(
    private readonly context: ComponentContext,
    options: KubeletOptions,
  ) {
    this.core = new KubeletCore(context, options, context.state('kubelet', createKubeletState));
    this.prober = new Prober(this.core, (...args) => this.restartFor(...args));
    this.worker = new PodWorker(this.core, this.prober);
    this.terminator = new Terminator(this.core, this.worker, this.prober);
    this.nodes = new NodeManager(this.core);
    this.volumes = new VolumeSync(this.core);
    this.watchPods();
    this.watchNodes();
    options.runtime.onExit((exit) => {
      const subject = this.subject(exit.pod_uid, exit.container);
      if (!subject) return;
      this.worker.exited(subject.pod, subject.record, subject.container, exit);
      this.terminator.checkEnd(subject.pod, subject.record);
    });
    options.runtime.onChange((uid) => {
      const found = this.core.find(uid);
      if (found) this.prober.wake(found.pod, found.record);
    });
  }

  get name(): string {
    return this.context.name;
  }

  start(): void {
    this.nodes.start();
  }

  /** Since when a node's kubelet is silent, in virtual ms since the Unix epoch; undefined while it reports. */
  silentSince(node: string): number | undefined {
    return this.core.state.silent.get(node);
  }

  /** The images that a node has, the largest first. Models pkg/kubelet/nodestatus Images. */
  imagesOn(node: string): ContainerImage[] {
    const { images, pods } = this.core.state;
    const tags = new Map<string, Set<string>>();
    for (const { containers } of pods.values())
      for (const { image_id: id, image_reference: tag } of containers.values())
        tags.set(id, (tags.get(id) ?? new Set<string>()).add(tag));
    return [...(images.get(node) ?? [])]
      .map((id): ContainerImage => {
        const answer = this.core.options.runtime.pull(id);
        const sizeBytes = answer.kind === 'Image' ? answer.size_bytes : 0;
        return { names: [id, ...(tags.get(id) ?? [])], sizeBytes };
      })
      .sort((one, other) => (other.sizeBytes ?? 0) - (one.sizeBytes ?? 0));
  }

  /** Calls `listener` when a kubelet falls silent or comes back. */
  onSilence(listener: (node: string) => void): void {
    this.silenceListeners.push(listener);
  }

  /** The node is cut off: its kubelet reports nothing and acts on nothing, its link is down. */
  setSilent(node: string, silent: boolean): void {
    const { state, options } = this.core;
    if (silent === state.silent.has(node)) return;
    if (silent) state.silent.set(node, this.context.now());
    else state.silent.delete(node);
    options.network.setLink(`node/${node}`, 'eth0', { up: !silent });
    this.nodes.markLease(node, silent);
    for (const listener of this.silenceListeners) listener(node);
    if (!silent) this.context.schedule(10, 'catch-up', [node]);
  }

  /** A pod's readiness fails whatever its probes say, or is theirs again. */
  setUnready(uid: string, unready: boolean): void {
    const { faults } = this.core;
    if (unready === faults.unready.has(uid)) return;
    if (unready) faults.unready.add(uid);
    else faults.unready.delete(uid);
    const found = this.core.find(uid);
    if (!found) return;
    for (const container of unready ? found.pod.spec.containers : [])
      this.core.event(
        found.pod,
        'Warning',
        'Unhealthy',
        'Readiness probe failed: it is made to fail',
        container,
      );
    this.core.report(found.pod, found.record);
  }

  /** Whether a process of the container runs. */
  runs(uid: string, container: string): boolean {
    return this.core.find(uid)?.record.containers.get(container)?.state === 'Running';
  }

  /** The running process of a container ends with `exit_code`. */
  crash(uid: string, container: string, exit_code: number): void {
    const runs = this.core.find(uid)?.record.containers.get(container)?.runs;
    if (runs !== undefined) this.context.schedule(0, 'crash', [uid, container, runs, exit_code, false]);
  }

  /** A container ends with `exit_code` soon after each of its starts; with undefined no longer. */
  setCrashing(uid: string, container: string, exit_code: number | undefined): void {
    const { crashing } = this.core.faults;
    if (exit_code === undefined) crashing.delete(`${uid}/${container}`);
    else crashing.set(`${uid}/${container}`, exit_code);
  }

  /** Which images no registry gives, and which nodes reach none; all others are as they should be. */
  setPullsBroken(images: readonly string[], nodes: readonly string[]): void {
    this.core.faults.images = new Set(images);
    this.core.faults.cut_off = new Set(nodes);
  }

  /** The network has changed: probes that rest are asked again, and none rests while it works by chance. */
  noticeNetwork(unsteady = this.core.faults.unsteady): void {
    this.core.faults.unsteady = unsteady;
    for (const { uid } of this.core.state.pods.values()) {
      const found = this.core.find(uid);
      if (found) this.prober.wake(found.pod, found.record);
    }
  }

  handle(kind: string, args: QueueEntry['args']): void {
    if (kind === 'node') return this.nodes.sync(args[0] as string);
    if (kind === 'catch-up') return this.catchUp(args[0] as string);
    if (kind === 'finalize') return this.terminator.finalize(args[0] as string);
    const subject = this.subject(args[0] as string, args[1] as string | undefined);
    if (!subject) return;
    const { node } = subject.record;
    if (!this.core.state.silent.has(node)) return this.handlePod(kind, subject, args);
    const { missed } = this.core.state;
    const own = subject.record.containers.get(subject.container.name);
    if (own && kind === 'kill') own.kill = undefined;
    missed.set(node, [...(missed.get(node) ?? []), { kind, args }]);
  }

  private handlePod(kind: string, { pod, record, container }: Subject, args: QueueEntry['args']): void {
    const over = record.stage === 'Terminating' || record.stage === 'Finished';
    switch (kind) {
      case 'deleted':
        return this.terminator.begin(pod, record);
      case 'kill':
        return this.terminator.kill(pod, record, container, args[2] as number);
      case 'terminate':
        return this.terminator.terminate(record, container);
      case 'remove':
        return this.terminator.remove(record);
      case 'rejected':
        return this.worker.tellRejected(pod, record);
      case 'crash':
        return this.crashed({ pod, record, container }, args);
      case 'probe':
        return this.prober.run(pod, record, container, args[2] as number, args[3] as ProbeKind);
    }
    if (!over) this.advance(kind, { pod, record, container }, args);
  }

  private advance(kind: string, { pod, record, container }: Subject, args: QueueEntry['args']): void {
    switch (kind) {
      case 'sync':
        return this.worker.sync(pod, record);
      case 'sandbox':
        return this.worker.sandbox(pod, record);
      case 'pulled':
        return this.worker.pulled(pod, record, container, args[2] as number, args[3] as number);
      case 'pull-back-off':
        return this.worker.pullBackOff(pod, record, container);
      case 'retry-pull':
        return this.worker.retryPull(pod, record, container);
      case 'start':
        return this.worker.start(pod, record, container);
      case 'relist':
        return this.core.report(pod, record);
      case 'crash-back-off':
        return this.worker.crashBackOff(pod, record, container, args[2] as number);
      case 'changed':
        this.restartChanged(pod, record);
        return this.worker.startEphemeral(pod, record);
      case 'volumes':
        return this.volumes.sync(pod, record);
      case 'restart':
        return this.worker.restart(pod, record, container);
    }
  }

  private crashed({ pod, record, container }: Subject, args: QueueEntry['args']): void {
    const [, , run, exitCode, again] = args;
    if (again && !this.core.faults.crashing.has(`${record.uid}/${container.name}`)) return;
    this.worker.crash(pod, record, container, run as number, exitCode as number);
    this.terminator.checkEnd(pod, record);
  }

  private watchPods(): void {
    this.core.pods.addHandlers({
      onAdd: (pod) => this.see(pod),
      onUpdate: (pod, previous) => {
        const { deletionTimestamp, deletionGracePeriodSeconds } = previous.metadata;
        const known = pod.metadata.deletionTimestamp === deletionTimestamp;
        const same = known && pod.metadata.deletionGracePeriodSeconds === deletionGracePeriodSeconds;
        if (!same || pod.spec.nodeName !== previous.spec.nodeName) this.see(pod);
        else if (pod.spec !== previous.spec)
          this.context.schedule(20, 'changed', [pod.metadata.uid as string]);
        this.volumes.notePod(pod, previous);
      },
      onDelete: (pod) => {
        const record = this.core.state.pods.get(pod.metadata.uid as string);
        if (record) this.terminator.forget(record);
      },
    });
  }

  private see(pod: Pod): void {
    const node = pod.spec.nodeName;
    if (!node || !this.core.nodes.has(node) || this.core.state.silent.has(node)) return;
    const uid = pod.metadata.uid as string;
    const record = this.core.state.pods.get(uid);
    if (!record) {
      if (pod.metadata.deletionTimestamp)
        this.context.schedule(20, 'finalize', [`${pod.metadata.namespace}/${pod.metadata.name}`]);
      else if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') this.worker.admit(pod);
    } else if (pod.metadata.deletionTimestamp) this.context.schedule(20, 'deleted', [uid]);
  }

  private watchNodes(): void {
    const sync = (node: Node) => this.context.schedule(30, 'node', [node.metadata.name]);
    const nodes = this.context.informers.for<Node>('nodes');
    nodes.addHandlers({
      onAdd: sync,
      onUpdate: (node, previous) => {
        if (node.spec.podCIDR !== previous.spec.podCIDR) sync(node);
      },
      onDelete: (node) => this.nodes.forget(node.metadata.name),
    });
  }

  /** What came due while the kubelet was silent is done now, then what changed meanwhile is seen. */
  private catchUp(node: string): void {
    const missed = this.core.state.missed.get(node) ?? [];
    this.core.state.missed.delete(node);
    for (const { kind, args } of missed) this.context.schedule(0, kind, args);
    this.nodes.sync(node);
    for (const pod of this.core.pods.list()) if (pod.spec.nodeName === node) this.see(pod);
    for (const record of this.core.state.pods.values()) {
      if (record.node !== node) continue;
      const pod = this.core.pods.get(record.key);
      if (pod?.metadata.uid === record.uid) this.core.report(pod, record);
      else this.terminator.forget(record);
    }
  }

  /** Another image in the spec: the container starts anew with it. Models containerChanged of computePodActions. */
  private restartChanged(pod: Pod, record: PodRecord): void {
    for (const container of pod.spec.containers) {
      const own = record.containers.get(container.name);
      if (own?.state !== 'Running' || own.kill || own.spec_image === container.image) continue;
      this.restartFor(
        pod,
        record,
        container,
        `Container ${container.name} definition changed, will be restarted`,
      );
    }
  }

  private restartFor(pod: Pod, record: PodRecord, container: Container, why: string): void {
    const own = record.containers.get(container.name);
    if (!own || own.kill) return;
    own.restart_wanted = true;
    const probe = container.livenessProbe?.terminationGracePeriodSeconds;
    this.core.event(pod, 'Normal', 'Killing', why, container);
    const seconds = probe ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    this.worker.stopInGrace(record, container, seconds * 1000);
  }

  private subject(uid: string, name: string | undefined): Subject | undefined {
    const found = this.core.find(uid);
    if (!found) return undefined;
    const container =
      allContainers(found.pod).find((each) => each.name === name) ?? found.pod.spec.containers[0];
    return { ...found, container };
  }
}

/** Makes the kubelets; `onCreated` hands the component to the composition, which wires node lifecycle and faults to it. */
export function kubelet(options: KubeletOptions, onCreated?: (kubelet: Kubelet) => void): ComponentFactory {
  return (context) => {
    const component = new Kubelet(context, options);
    onCreated?.(component);
    return component;
  };
}
