import type { Container, EphemeralContainer, Pod, Volume, VolumeMount } from '@podlab/api';
import type { Component, ComponentContext } from '@podlab/client';
import { rfc3339Micro, type QueueEntry } from '@podlab/kernel';
import type { ContainerLogs, LogOptions, LogSink } from '@podlab/apiserver';
import {
  kernelHostname,
  type ContainerExit,
  type ContainerRuntime,
  type ContainerStart,
  type PullAnswer,
} from '@podlab/kubelet';
import { configuredUserOf, userOf } from '@podlab/workloads';
import type { ContainerStart as WorkloadStart, ContainerUsage, LogEntry, Workloads } from '@podlab/workloads';
import { hasToken, type ContainerVolumes } from './container-volumes';
import { isHostContainer } from './execs';

/** Runs of containers by the id that the workloads know them under. */
interface RuntimeState {
  /** `podUid/container` → the number of its newest run. */
  runs: Map<string, number>;
  /** Pods whose change has not been told yet. */
  changed: Set<string>;
}

const containerId = (podUid: string, container: string, run: number) => `${podUid}/${container}/${run}`;

/** The kubelet's container runtime over the simulated workloads: pulls, runs, signals, and says later what ended. */
export class SimulatedRuntime implements ContainerRuntime, ContainerLogs, Component {
  readonly name: string;
  private readonly state: RuntimeState;
  private exitListener: (exit: ContainerExit) => void = () => undefined;
  private changeListener: (podUid: string) => void = () => undefined;

  constructor(
    private readonly context: ComponentContext,
    private readonly workloads: Workloads,
    private readonly volumes: ContainerVolumes,
  ) {
    this.name = context.name;
    this.state = context.state('runs', () => ({ runs: new Map(), changed: new Set() }));
    workloads.listener = {
      exited: (id) => {
        if (!isHostContainer(id)) context.schedule(0, 'exited', [id]);
      },
      changed: (id) => this.noteChange(id),
    };
    workloads.volumeFiles = volumes;
  }

  handle(kind: string, [subject]: QueueEntry['args']): void {
    const id = subject as string;
    if (kind === 'exited') return this.tellExit(id);
    this.state.changed.delete(id);
    this.changeListener(id);
  }

  onExit(listener: (exit: ContainerExit) => void): void {
    this.exitListener = listener;
  }

  onChange(listener: (podUid: string) => void): void {
    this.changeListener = listener;
  }

  pull(image: string): PullAnswer {
    const answer = this.workloads.resolveImage(image);
    if (answer.kind === 'Failure') {
      const reason = answer.failure === 'InvalidName' ? 'InvalidImageName' : 'ErrImagePull';
      return { kind: 'Failure', reason, message: answer.message };
    }
    const { reference, id, definition } = answer.image;
    const { sizeBytes, pullMs } = definition;
    const [user, uid] = [configuredUserOf(answer.image), userOf(answer.image)];
    return { kind: 'Image', reference, id, user, uid, size_bytes: sizeBytes, pull_ms: pullMs };
  }

  startContainer(start: ContainerStart): { readonly error?: string } {
    const { pod, container, run, namespace, environment } = start;
    const { uid = '', name, namespace: podNamespace = 'default' } = pod.metadata;
    this.state.runs.set(`${uid}/${container.name}`, run);
    if (run > 1) this.workloads.removeContainer(containerId(uid, container.name, run - 2));
    const volumes = pod.spec.volumes ?? [];
    for (const volume of volumes) this.fillVolume(pod, volume);
    this.copyParts(pod, container);
    const ofApi = new Set(volumes.filter(isOfApi).map((volume) => volume.name));
    return this.workloads.startContainer({
      id: containerId(uid, container.name, run),
      podUid: uid,
      podName: name,
      namespace: podNamespace,
      name: container.name,
      node: pod.spec.nodeName ?? '',
      podIp: start.pod_ip,
      networkNamespace: namespace,
      hostname: kernelHostname(pod),
      image: container.image ?? '',
      ...(container.command && { command: container.command }),
      ...(container.args && { args: container.args }),
      ...processesOf(pod, container),
      ...(isNetAdmin(container) && { netAdmin: true }),
      ...(askedUser(pod, container) !== undefined && { user: askedUser(pod, container) as number }),
      ...(container.stdin && { stdin: container.tty ? ('terminal' as const) : ('pipe' as const) }),
      ...(container.workingDir && { workingDirectory: container.workingDir }),
      environment: environment.own,
      serviceEnvironment: environment.services,
      files: {
        '/etc/hosts': start.hosts,
        '/etc/resolv.conf': start.resolv_conf,
        '/etc/hostname': `${kernelHostname(pod)}\n`,
        ...(container.terminationMessagePath && { [container.terminationMessagePath]: '' }),
      },
      mounts: (container.volumeMounts ?? []).map((mount) => ({
        path: mount.mountPath,
        volume: isCopied(volumes, mount) ? copyName(container, mount) : mount.name,
        ...(mount.subPath && { subPath: mount.subPath }),
        ...hostPathOf(volumes, mount.name),
        readOnly: mount.readOnly === true || ofApi.has(mount.name),
      })),
      ports: (container.ports ?? []).map(({ containerPort, protocol = 'TCP' }) => ({
        port: containerPort,
        protocol: protocol as 'TCP' | 'UDP' | 'SCTP',
      })),
    });
  }

  stop(podUid: string, container: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const id = this.newest(podUid, container);
    if (id === undefined) return;
    if (signal === 'SIGTERM') this.workloads.terminateContainer(id);
    else this.workloads.killContainer(id);
  }

  remove(podUid: string): void {
    for (const [key, run] of this.state.runs) {
      if (!key.startsWith(`${podUid}/`)) continue;
      if (run > 0) this.workloads.removeContainer(`${key}/${run - 1}`);
      this.workloads.removeContainer(`${key}/${run}`);
      this.state.runs.delete(key);
    }
    this.workloads.removeVolumes(podUid);
  }

  exec(podUid: string, container: string, command: readonly string[]): { exit_code: number; output: string } {
    const id = this.newest(podUid, container);
    const exec = id === undefined ? { error: 'container not found' } : this.workloads.exec(id, command);
    if (typeof exec !== 'number') return { exit_code: 126, output: exec.error };
    const result = this.workloads.execState(exec);
    this.workloads.endExec(exec);
    const output = `${result?.stdout ?? ''}${result?.stderr ?? ''}`;
    return { exit_code: result?.exitCode ?? 124, output };
  }

  readFile(podUid: string, container: string, run: number, path: string): string | undefined {
    return this.workloads.readFile(containerId(podUid, container, run), path);
  }

  logTail(podUid: string, container: string, run: number, lines: number): string {
    const tail = this.workloads.logs(containerId(podUid, container, run), { tailLines: lines });
    return tail.map(({ text }) => `${text}\n`).join('');
  }

  /** The log of a container's newest run, or of the one before. */
  read(pod: Pod, container: string, options: LogOptions): string | undefined {
    const id = this.loggedRun(pod, container, options);
    if (id === undefined) return undefined;
    const lines = this.workloads.logs(id, {
      ...(options.tailLines !== undefined && { tailLines: options.tailLines }),
      ...(options.since !== undefined && { since: options.since }),
    });
    return lines.map((line) => logLine(line, options)).join('');
  }

  /** Tells lines as they are written, until the container has ended; the answer stops that. */
  follow(pod: Pod, container: string, options: LogOptions, sink: LogSink): () => void {
    const id = this.loggedRun(pod, container, options);
    if (id === undefined || !this.isRunning(id)) {
      sink.end();
      return () => undefined;
    }
    const stopText = this.workloads.listenOutput(id, (_stream, _text, lines) => {
      if (lines.length > 0) sink.text(lines.map((line) => logLine(line, options)).join(''));
    });
    const stopEnd = this.workloads.listenEnd(id, () => sink.end());
    return () => {
      stopText();
      stopEnd();
    };
  }

  private loggedRun(pod: Pod, container: string, { previous }: LogOptions): string | undefined {
    const key = `${pod.metadata.uid}/${container}`;
    const run = this.state.runs.get(key);
    const wanted = run === undefined ? -1 : previous ? run - 1 : run;
    return wanted < 0 ? undefined : `${key}/${wanted}`;
  }

  private noteChange(id: string): void {
    if (isHostContainer(id)) return;
    const podUid = id.slice(0, id.indexOf('/'));
    if (this.state.changed.has(podUid)) return;
    this.state.changed.add(podUid);
    this.context.schedule(0, 'changed', [podUid]);
  }

  private tellExit(id: string): void {
    const [pod_uid, container, run] = id.split('/');
    const status = this.workloads.containerStatus(id);
    if (status?.exitCode === undefined) return;
    this.exitListener({ pod_uid, container, run: Number(run), exit_code: status.exitCode });
  }

  /** The newest run of a container, as the workloads call it. */
  containerId(podUid: string, container: string): string | undefined {
    return this.newest(podUid, container);
  }

  /** What a container's newest run was seen to use at the last look; undefined when it was too young then. */
  usage(podUid: string, container: string): ContainerUsage | undefined {
    const id = this.newest(podUid, container);
    return id === undefined ? undefined : this.workloads.usage(id);
  }

  isRunning(id: string): boolean {
    const status = this.workloads.containerStatus(id);
    return status !== undefined && status.exitCode === undefined;
  }

  private newest(podUid: string, container: string): string | undefined {
    const run = this.state.runs.get(`${podUid}/${container}`);
    return run === undefined ? undefined : containerId(podUid, container, run);
  }

  refreshVolumes(pod: Pod): void {
    const refreshed = (pod.spec.volumes ?? []).filter(isOfApi).map((volume) => this.fillVolume(pod, volume));
    if (refreshed.includes(true)) this.noteChange(containerId(pod.metadata.uid as string, '', 0));
  }

  /** The answer says whether the API gave a volume other files than it had. */
  private fillVolume(pod: Pod, volume: Volume): boolean {
    const uid = pod.metadata.uid as string;
    if (volume.emptyDir || volume.persistentVolumeClaim) this.workloads.addVolume(uid, volume.name);
    const files = isOfApi(volume) ? this.volumes.filesOf(pod, volume) : undefined;
    return files !== undefined && this.workloads.projectVolume(uid, volume.name, files);
  }

  /** What a subPath of the API's volumes leads to is mounted once and for all. Models pkg/volume/util/subpath doBindSubPath. */
  private copyParts(pod: Pod, container: Container): void {
    const { volumes = [] } = pod.spec;
    for (const mount of container.volumeMounts ?? []) {
      const volume = isCopied(volumes, mount) && volumes.find(({ name }) => name === mount.name);
      const files = volume && this.volumes.filesOf(pod, volume);
      if (files) this.workloads.projectVolume(pod.metadata.uid as string, copyName(container, mount), files);
    }
  }
}

function hostPathOf(volumes: readonly Volume[], name: string): { hostPath?: string } {
  const hostPath = volumes.find((volume) => volume.name === name)?.hostPath?.path;
  return hostPath === undefined ? {} : { hostPath };
}

/** Whether a volume is the API's, which no container writes to. */
const isOfApi = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  [configMap, secret, downwardAPI, projected].some((source) => source !== undefined);

/** Whether a mount shows a part of such a volume, less those with a token, which are made when somebody reads them. */
const isCopied = (volumes: readonly Volume[], mount: VolumeMount): boolean =>
  mount.subPath !== undefined &&
  volumes.some((volume) => volume.name === mount.name && isOfApi(volume) && !hasToken(volume));

/** No volume has such a name. */
const copyName = (container: Container, mount: VolumeMount): string => `${mount.name} of ${container.name}`;

/** Whether a container may change the network: privileged, or with the capability. */
function isNetAdmin({ securityContext }: Container): boolean {
  const added = securityContext?.capabilities?.add ?? [];
  return securityContext?.privileged === true || added.some((name) => /^(CAP_)?NET_ADMIN$|^ALL$/.test(name));
}

/** Whose processes a container sees beside its own. Models pkg/kubelet/util.go PodPIDNamespaceMode and targetContainerName. */
function processesOf({ spec }: Pod, container: Container): Pick<WorkloadStart, 'processesOf'> {
  const { targetContainerName: target } = container as EphemeralContainer;
  if (spec.shareProcessNamespace) return { processesOf: 'pod' };
  return target ? { processesOf: { container: target } } : {};
}

function askedUser(pod: Pod, { securityContext }: Container): number | undefined {
  return securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
}

/** Models k8s.io/cri-client pkg/logs timeFormatOut: nine digits, always. */
function logLine({ at, text }: LogEntry, { timestamps }: LogOptions): string {
  return `${timestamps ? `${rfc3339Micro(at).replace('Z', '000Z')} ` : ''}${text}\n`;
}
