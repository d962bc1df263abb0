import type { Container, Node, Pod, PodSpec } from '@podlab/api';
import type { Component, ComponentContext } from '@podlab/client';
import { rfc3339, type QueueEntry } from '@podlab/kernel';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildPod, ComponentHarness, HARNESS_EPOCH } from '@podlab/testkit';
import { Kubelet } from './kubelet';
import type { ContainerExit, ContainerRuntime, ContainerStart, ProbeNetwork, PullAnswer } from './runtime';

/** What a container does, told by its arguments: data, so that a fork runs on alike. */
export interface Script {
  /** Ends by itself after this long, with this status. */
  readonly ends_ms?: number;
  readonly status?: number;
  /** Does not react to SIGTERM. */
  readonly stubborn?: boolean;
  /** The runtime can't execute it. */
  readonly broken?: string;
  /** What it leaves in its termination log, and what it logs. */
  readonly message?: string;
  readonly log?: string;
  /** From when (since its start) probes and commands succeed, and from when they fail. */
  readonly well_from_ms?: number;
  readonly ill_from_ms?: number;
}

/** A container that runs `script`. */
export function container(name: string, script: Script = {}, rest: Partial<Container> = {}): Container {
  const defaults = {
    image: 'app:1',
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
  };
  return { name, ...defaults, args: [JSON.stringify(script)], ...rest };
}

/** A pod bound to node-a. */
export function pod(name: string, spec: Partial<PodSpec> = {}): Pod {
  const defaults = { nodeName: 'node-a', restartPolicy: 'Always', terminationGracePeriodSeconds: 30 };
  return buildPod('default', name, { spec: { ...defaults, containers: [container('main')], ...spec } });
}

interface Running {
  readonly uid: string;
  readonly name: string;
  readonly run: number;
  readonly script: Script;
  readonly at: number;
  readonly entry?: QueueEntry;
}

/** What images run as, where that is not root. */
const USERS: Readonly<Record<string, number | string>> = { 'plain:1': 101, 'named:1': 'curl_user' };

const key = (uid: string, name: string) => `${uid}/${name}`;

/** A container runtime in small: what runs is data, ends come as entries; commands and probes ask the script. */
export class ScriptedRuntime implements ContainerRuntime, ProbeNetwork, Component {
  readonly name: string;
  readonly network: Network;
  private readonly running: Map<string, Running>;
  /** Scripts by pod, container and run. */
  private readonly ended: Map<string, Script>;
  /** What was asked of it, in order. */
  readonly asked: string[];
  private exitListener: (exit: ContainerExit) => void = () => undefined;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    const environment = { now: () => context.now(), random: () => context.random.float() };
    this.network = new Network(context.state('network', createNetworkState), environment);
    if (!this.network.state.wires.has('underlay')) this.network.addWire('underlay');
    this.running = context.state('running', () => ({ map: new Map<string, Running>() })).map;
    this.ended = context.state('ended', () => ({ map: new Map<string, Script>() })).map;
    this.asked = context.state('asked', () => ({ list: [] as string[] })).list;
  }

  handle(kind: string, [uid, name, run, status]: QueueEntry['args']): void {
    if (kind === 'end') this.end(String(uid), String(name), Number(run), Number(status));
    else
      this.exitListener({
        pod_uid: String(uid),
        container: String(name),
        run: Number(run),
        exit_code: Number(status),
      });
  }

  private end(uid: string, name: string, run: number, status: number): void {
    const found = this.running.get(key(uid, name));
    if (found?.run !== run) return;
    this.running.delete(key(uid, name));
    this.context.schedule(0, 'tell', [uid, name, run, status]);
  }

  pull(image: string): PullAnswer {
    if (/[A-Z]/.test(image)) {
      const message = `couldn't parse image name "${image}": invalid reference format: repository name must be lowercase`;
      return { kind: 'Failure', reason: 'InvalidImageName', message };
    }
    if (image.startsWith('gone'))
      return { kind: 'Failure', reason: 'ErrImagePull', message: `${image}: not found` };
    return {
      kind: 'Image',
      reference: `docker.io/library/${image}`,
      id: `${image}@sha256:1`,
      user: USERS[image] ?? 0,
      uid: Number(USERS[image] ?? 0) || 0,
      size_bytes: 1_000,
      pull_ms: 1_000,
    };
  }

  startContainer({ pod: of, container: spec, run }: ContainerStart): { error?: string } {
    const script = JSON.parse(spec.args?.[0] ?? '{}') as Script;
    if (script.broken !== undefined) return { error: script.broken };
    const uid = of.metadata.uid as string;
    this.ended.set(`${key(uid, spec.name)}/${run}`, script);
    const args = [uid, spec.name, run, script.status ?? 0];
    const entry =
      script.ends_ms === undefined ? undefined : this.context.schedule(script.ends_ms, 'end', args);
    this.running.set(key(uid, spec.name), {
      uid,
      name: spec.name,
      run,
      script,
      at: this.context.now(),
      ...(entry && { entry }),
    });
    this.asked.push(`start ${spec.name}`);
    return {};
  }

  refreshVolumes(pod: Pod): void {
    this.asked.push(`refresh ${pod.metadata.name}`);
  }

  stop(uid: string, name: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const found = this.running.get(key(uid, name));
    this.asked.push(`${signal} ${name}`);
    if (!found || (signal === 'SIGTERM' && found.script.stubborn)) return;
    this.end(uid, name, found.run, signal === 'SIGTERM' ? 0 : 137);
  }

  remove(uid: string): void {
    for (const [id, found] of this.running) if (found.uid === uid) this.running.delete(id);
  }

  exec(uid: string, name: string, command: readonly string[]) {
    this.asked.push(`exec ${name}: ${command.join(' ')}`);
    if (command[0] === 'hang') return { exit_code: 124, output: '' };
    const well = this.isWell(this.running.get(key(uid, name)));
    return well ? { exit_code: 0, output: '' } : { exit_code: 1, output: 'it is ill\n' };
  }

  readFile(uid: string, name: string, run: number): string | undefined {
    return this.ended.get(`${key(uid, name)}/${run}`)?.message;
  }

  logTail(uid: string, name: string, run: number): string {
    return this.ended.get(`${key(uid, name)}/${run}`)?.log ?? '';
  }

  onExit(listener: (exit: ContainerExit) => void): void {
    this.exitListener = listener;
  }

  onChange(): void {}

  private isWell(found: Running | undefined): boolean {
    if (!found) return false;
    const age = this.context.now() - found.at;
    return age >= (found.script.well_from_ms ?? 0) && age < (found.script.ill_from_ms ?? Infinity);
  }

  http(
    node: string,
    request: { ip: string; port: number; path: string },
  ): { status: number } | { error: string } {
    this.asked.push(`http ${node} ${request.ip}:${request.port}${request.path}`);
    return { status: this.isWell([...this.running.values()][0]) ? 200 : 503 };
  }

  tcp(_node: string, ip: string, port: number): { error?: string } {
    return this.isWell([...this.running.values()][0])
      ? {}
      : { error: `dial tcp ${ip}:${port}: connect: connection refused` };
  }
}

/** Two nodes that have their pod CIDRs, and nothing else. */
export function lab(): ComponentHarness {
  const parts: { runtime?: ScriptedRuntime } = {};
  const node = (name: string, host: number) => ({
    name,
    labels: {},
    internal_ip: `172.18.0.${host}`,
    internal_prefix_length: 16,
    external_ip: `192.0.2.${host}`,
  });
  const harness = new ComponentHarness({
    runtime: (context) => (parts.runtime = new ScriptedRuntime(context)),
    kubelet: (context) =>
      new Kubelet(context, {
        nodes: [node('node-a', 3), node('node-b', 4)],
        network: (parts.runtime as ScriptedRuntime).network,
        runtime: parts.runtime as ScriptedRuntime,
        probes: parts.runtime as ScriptedRuntime,
        pod_cidr: '10.244.0.0/16',
        dns_ip: '10.96.0.10',
        wire: 'underlay',
        gateways: ['172.18.0.1'],
        kernel_release: '6.12.57',
      }),
  });
  ['node-a', 'node-b'].forEach((name, index) => {
    harness.edit<Node>('nodes', name, (each) => ({
      ...each,
      spec: { ...each.spec, podCIDR: `10.244.${index}.0/24` },
    }));
  });
  harness.advance(1_000);
  return harness;
}

export function runtimeOf(harness: ComponentHarness): ScriptedRuntime {
  return harness.component('runtime') as ScriptedRuntime;
}

export function kubeletOf(harness: ComponentHarness): Kubelet {
  return harness.component('kubelet') as Kubelet;
}

export const stored = (harness: ComponentHarness, name: string) =>
  harness.get<Pod>('pods', `default/${name}`);

/** The pod's events, one line each, without the pod's name and uid. */
export function eventsOf(harness: ComponentHarness, name: string): string[] {
  return harness
    .eventLines()
    .filter((line) => line.includes(` Pod/${name}: `))
    .map((line) => line.replace(` Pod/${name}`, '').replace(/\([0-9a-f-]{36}\)/g, '(uid)'));
}

/** `1200ms Running 10.244.0.2 [Initialized Ready] main=running`: each status that was written. */
export function statusLines(harness: ComponentHarness, name: string, from = harness.now): string[] {
  const revisions = harness.store.revisionsAfter(0) ?? [];
  return revisions
    .filter(
      ({ resource, key: id, type }) => resource === 'pods' && id === `default/${name}` && type === 'MODIFIED',
    )
    .map(({ object, at }) => `${at - from}ms ${statusLine(object as Pod)}`);
}

export function statusLine({ status = {} }: Pod): string {
  const truths = (status.conditions ?? []).filter((each) => each.status === 'True').map((each) => each.type);
  const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
    ({ name, state = {}, ready, restartCount }) => {
      const word = state.running
        ? 'running'
        : (state.waiting?.reason ?? `${state.terminated?.reason}(${state.terminated?.exitCode})`);
      return `${name}=${word}${ready ? '+' : ''}${restartCount ? `x${restartCount}` : ''}`;
    },
  );
  return [status.phase, status.podIP ?? '-', `[${truths.join(' ')}]`, ...states].join(' ');
}

export const timeAfterEpoch = (ms: number) => rfc3339(HARNESS_EPOCH + ms);
