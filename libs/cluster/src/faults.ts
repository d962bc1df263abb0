import type { Node, Pod } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import { newNotFound } from '@podlab/apimachinery';
import type { Component, ComponentContext } from '@podlab/client';
import { CONTRACT_LIMITS, type Fault, type FaultCreate, type FaultEnd } from '@podlab/contracts';
import { Refusal, rfc3339Micro, withinLimit, type QueueEntry } from '@podlab/kernel';
import { nodeNamespace, podNamespace, type Kubelet } from '@podlab/kubelet';
import type { Network } from '@podlab/netstack';

/** A fault as the cluster keeps it; times are virtual ms since the Unix epoch. */
interface FaultRecord {
  readonly id: string;
  readonly create: FaultCreate;
  /** Of the object that it is about: another one of the same name is another target. */
  readonly uid: string;
  readonly started_at: number;
  ends_at?: number;
  ended_at?: number;
  ended_because?: FaultEnd;
  /** Of the last change. */
  rv: number;
  /** What ends it by its duration. */
  end?: QueueEntry;
}

interface FaultsState {
  /** Of the next fault's id. */
  next: number;
  /** By id, in the order they began. */
  faults: Map<string, FaultRecord>;
}

/** What faults act on. */
export interface FaultTargets {
  readonly network: Network;
  readonly kubelet: Kubelet;
  /** Takes the next number of the cluster's revision counter. */
  takeRevision(): number;
  /** Links are other than they were: who keeps probing is told. */
  networkChanged(): void;
}

/** A fault that makes no sense: no such target, or one that this kind cannot act on. */
export class FaultRefused extends Refusal {
  override readonly name = 'FaultRefused';
  constructor(
    override readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

type CrashParams = Extract<FaultCreate, { kind: 'ContainerCrash' }>['params'];
type LinkTarget = Extract<FaultCreate, { kind: 'LinkDown' }>['target'];

const INTERFACE = 'eth0';
const LINK_KINDS: ReadonlySet<string> = new Set(['LinkLatency', 'PacketLoss', 'LinkDown']);
/** A node whose cable is out is as silent as one that is off. */
const SILENCING_KINDS: ReadonlySet<string> = new Set(['NodeDown', 'LinkDown']);

/**
 * What is broken on purpose. A fault's effect is a function of all faults that are active, set anew whenever one begins
 * or ends, so that two on one target neither hide nor heal each other.
 */
export class Faults implements Component {
  readonly name: string;
  /** Is told of each fault that began or ended. */
  onChange: (fault: Fault) => void = () => undefined;
  private readonly state: FaultsState;

  constructor(
    private readonly context: ComponentContext,
    private readonly targets: FaultTargets,
  ) {
    this.name = context.name;
    this.state = context.state('faults', () => ({ next: 1, faults: new Map() }));
    const gone = ({ metadata }: KubeObject) => {
      if (this.active().some(({ uid }) => uid === metadata.uid))
        context.schedule(0, 'gone', [metadata.uid as string]);
    };
    context.informers.for<Pod>('pods').addHandlers({ onDelete: gone });
    context.informers.for<Node>('nodes').addHandlers({ onDelete: gone });
  }

  /** All that are active and the newest that ended, in the order they began. */
  list(): Fault[] {
    return [...this.state.faults.values()].map(faultOf);
  }

  /** Begins a fault. Throws {@link FaultRefused} and LimitExceeded. */
  begin(create: FaultCreate): Fault {
    withinLimit('clusterFaults', this.active().length + 1, CONTRACT_LIMITS.clusterFaults);
    const uid = this.check(create);
    const now = this.context.now();
    const { duration_ms } = create;
    const id = `f${this.state.next++}`;
    const record: FaultRecord = { id, create, uid, started_at: now, rv: this.targets.takeRevision() };
    this.state.faults.set(record.id, record);
    if (duration_ms !== undefined) {
      record.ends_at = now + duration_ms;
      // A fault that only waits for its end keeps nobody from calling the cluster settled.
      record.end = this.context.schedule(duration_ms, 'end', [record.id], { periodic: true });
    }
    if (create.kind === 'ContainerCrash') this.crash(create.params, uid);
    if (create.kind === 'ContainerCrash' && create.params.once) return this.close(record, 'Done');
    return this.take(record);
  }

  /** Deletes a fault; one that has ended stays as it is. Throws StatusError NotFound. */
  heal(id: string): Fault {
    const record = this.state.faults.get(id);
    if (!record) throw newNotFound('faults', id);
    return record.ended_at === undefined ? this.close(record, 'Deleted') : faultOf(record);
  }

  /** The active faults of a kind on a node are deleted. */
  healNode(kind: FaultCreate['kind'], node: string): void {
    for (const { id, create } of this.active())
      if (create.kind === kind && create.target.kind === 'Node' && create.target.name === node) this.heal(id);
  }

  handle(kind: string, [subject]: QueueEntry['args']): void {
    if (kind === 'gone') {
      for (const record of this.active()) if (record.uid === subject) this.close(record, 'TargetGone');
      return;
    }
    const record = this.state.faults.get(subject as string);
    if (!record) return;
    record.end = undefined;
    this.close(record, 'Expired');
  }

  /** The cluster leaves this moment for another one: nothing is broken any more. Gives what {@link resume} goes on from. */
  endAll(): number {
    for (const { id } of this.active()) this.heal(id);
    return this.state.next;
  }

  /** The cluster is back at a moment when something was broken: that is told; no id is given twice. */
  resume(next: number): void {
    this.state.next = Math.max(this.state.next, next);
    for (const record of this.active()) {
      record.rv = this.targets.takeRevision();
      this.take(record);
    }
  }

  /** A gap that nobody lived through moves what is to come. */
  shift(ms: number): void {
    for (const record of this.active()) if (record.ends_at !== undefined) record.ends_at += ms;
  }

  private active(): FaultRecord[] {
    return [...this.state.faults.values()].filter(({ ended_at }) => ended_at === undefined);
  }

  private close(record: FaultRecord, because: FaultEnd): Fault {
    if (record.end) this.context.cancel(record.end);
    record.end = undefined;
    record.ended_at = this.context.now();
    record.ended_because = because;
    if (because !== 'Done') record.rv = this.targets.takeRevision();
    const { faults } = this.state;
    const ended = [...faults.values()].filter(({ ended_at }) => ended_at !== undefined);
    for (const { id } of ended.slice(0, -CONTRACT_LIMITS.faultsKept)) faults.delete(id);
    return this.take(record);
  }

  /** Tells of the fault, then lets it have its effect. */
  private take(record: FaultRecord): Fault {
    const fault = faultOf(record);
    this.onChange(fault);
    this.apply(record);
    return fault;
  }

  /** Sets what the active faults amount to for the target of `record`. */
  private apply({ create, uid }: FaultRecord): void {
    const { kubelet } = this.targets;
    switch (create.kind) {
      case 'PodUnready':
        return kubelet.setUnready(uid, this.on(uid, 'PodUnready').length > 0);
      case 'ContainerCrash':
        return this.applyCrash(create.params, uid);
      case 'ImagePullFailure':
        return this.applyPulls();
      case 'NodeDown':
      case 'LinkDown':
      case 'LinkLatency':
      case 'PacketLoss':
        return this.applyLink(create.target, uid);
    }
  }

  private on(uid: string, kind: FaultCreate['kind']): FaultRecord[] {
    return this.active().filter((record) => record.uid === uid && record.create.kind === kind);
  }

  private applyCrash({ container }: CrashParams, uid: string): void {
    const name = this.containerOf(uid, container);
    if (name === undefined) return;
    const last = this.on(uid, 'ContainerCrash')
      .map(({ create }) => create.params as CrashParams)
      .filter((params) => this.containerOf(uid, params.container) === name)
      .at(-1);
    this.targets.kubelet.setCrashing(uid, name, last?.exit_code);
  }

  private applyPulls(): void {
    const of = (kind: 'Image' | 'Node') =>
      this.active()
        .filter(({ create }) => create.kind === 'ImagePullFailure' && create.target.kind === kind)
        .map(({ create }) => create.target.name);
    this.targets.kubelet.setPullsBroken(of('Image'), of('Node'));
  }

  private applyLink(target: LinkTarget, uid: string): void {
    const { network, kubelet } = this.targets;
    const faults = this.active().filter((record) => record.uid === uid);
    const silenced = faults.some(({ create }) => SILENCING_KINDS.has(create.kind));
    if (target.kind === 'Node') kubelet.setSilent(target.name, silenced);
    const namespace = target.kind === 'Node' ? nodeNamespace(target.name) : podNamespace(uid);
    if (!network.interface(namespace, INTERFACE)) return;
    const link = { up: !silenced, latency_ms: 0, jitter_ms: 0, loss: 0 };
    for (const { create } of faults) {
      if (create.kind === 'LinkLatency') {
        link.latency_ms += create.params.latency_ms;
        link.jitter_ms += create.params.jitter_ms;
      } else if (create.kind === 'PacketLoss') {
        link.loss = 1 - (1 - link.loss) * (1 - create.params.loss);
      }
    }
    network.setLink(namespace, INTERFACE, link);
    const unsteady = this.active().some(({ create: { kind } }) => kind === 'PacketLoss');
    kubelet.noticeNetwork(unsteady);
    this.targets.networkChanged();
  }

  private crash({ container, exit_code }: CrashParams, uid: string): void {
    const name = this.containerOf(uid, container);
    if (name !== undefined) this.targets.kubelet.crash(uid, name, exit_code);
  }

  private containerOf(uid: string, name: string | undefined): string | undefined {
    return name ?? this.podOf(uid)?.spec.containers[0].name;
  }

  private podOf(uid: string): Pod | undefined {
    const pods = this.context.informers.for<Pod>('pods');
    return pods.list().find(({ metadata }) => metadata.uid === uid);
  }

  /** The uid of the target. Throws {@link FaultRefused} when the fault makes no sense. */
  private check(create: FaultCreate): string {
    const { target } = create;
    if (target.kind === 'Image') return '';
    if (target.kind === 'Node') return this.checkNode(target.name);
    const pod = this.context.informers.for<Pod>('pods').get(`${target.namespace}/${target.name}`);
    if (!pod) throw new FaultRefused('target', `pod ${target.namespace}/${target.name} is not there`);
    if (LINK_KINDS.has(create.kind)) this.checkPodLink(pod);
    if (create.kind === 'ContainerCrash') this.checkContainer(pod, create);
    return pod.metadata.uid as string;
  }

  private checkNode(name: string): string {
    const node = this.context.informers.for<Node>('nodes').get(name);
    if (!node) throw new FaultRefused('target', `node ${name} is not there`);
    return node.metadata.uid as string;
  }

  private checkPodLink(pod: Pod): void {
    const { namespace, name, uid = '' } = pod.metadata;
    const refused = (why: string) => new FaultRefused('target', `pod ${namespace}/${name} ${why}`);
    if (pod.spec.hostNetwork)
      throw refused(`has no link of its own: it uses that of its node ${pod.spec.nodeName}`);
    if (!this.targets.network.hasNamespace(podNamespace(uid))) throw refused('has no network interface now');
  }

  private checkContainer(pod: Pod, create: Extract<FaultCreate, { kind: 'ContainerCrash' }>): void {
    const { container, once } = create.params;
    const { namespace, name, uid = '' } = pod.metadata;
    const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const wanted = container ?? pod.spec.containers[0].name;
    if (!all.some((each) => each.name === wanted))
      throw new FaultRefused('params.container', `pod ${namespace}/${name} has no container ${wanted}`);
    if (!once) return;
    if (create.duration_ms !== undefined)
      throw new FaultRefused('duration_ms', 'a crash that happens once has no duration');
    if (!this.targets.kubelet.runs(uid, wanted))
      throw new FaultRefused('target', `container ${wanted} of pod ${namespace}/${name} does not run`);
  }
}

function faultOf(record: FaultRecord): Fault {
  const { id, create, started_at, ends_at, ended_at, ended_because, rv } = record;
  const { kind, target, params } = create;
  return {
    id,
    kind,
    target,
    params: { ...params },
    state: ended_at === undefined ? 'Active' : 'Ended',
    started_at: rfc3339Micro(started_at),
    ...(ends_at !== undefined && { ends_at: rfc3339Micro(ends_at) }),
    ...(ended_at !== undefined && { ended_at: rfc3339Micro(ended_at) }),
    ...(ended_because && { ended_because }),
    resourceVersion: String(rv),
  };
}
