import type { Container, Pod, Probe } from '@podlab/api';
import type { KubeletCore } from './kubelet-core';
import { allContainers } from './kubelet-core';
import type { ContainerRecord, PodRecord, ProbeKind, ProbeRecord } from './pod-record';

/** What the runtime answers for a command that did not end at once. */
const EXEC_STANDS_STILL = 124;

const KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];

interface ProbeResult {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Runs probes and takes their consequences. A network probe whose result stands and can't change by itself is not asked
 * again until something of its pod changes. Models pkg/kubelet/prober worker.
 */
export class Prober {
  constructor(
    private readonly core: KubeletCore,
    private readonly restart: (pod: Pod, record: PodRecord, container: Container, why: string) => void,
  ) {}

  /** The container has started: its probes begin (liveness and readiness after startup). */
  begin(record: PodRecord, container: Container): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    for (const kind of container.startupProbe ? (['startup'] as const) : KINDS)
      this.first(record, container, own, kind);
  }

  private first(record: PodRecord, container: Container, own: ContainerRecord, kind: ProbeKind): void {
    const probe = probeOf(container, kind);
    if (!probe) return;
    own.probes[kind] = { streak: 0 };
    const sinceStart = this.core.context.now() - own.started_at;
    const initial = Math.max((probe.initialDelaySeconds ?? 0) * 1000 - sinceStart, 50);
    this.schedule(record, container, own, kind, initial, kind === 'liveness');
  }

  private schedule(
    record: PodRecord,
    container: Container,
    own: ContainerRecord,
    kind: ProbeKind,
    delay: number,
    periodic: boolean,
  ): void {
    this.core.context.schedule(delay, 'probe', [record.uid, container.name, own.runs, kind], { periodic });
  }

  end(own: ContainerRecord): void {
    own.probes = {};
  }

  /** A pod that ends is still asked whether it is ready, not whether it lives. */
  endLiveness(own: ContainerRecord): void {
    delete own.probes.liveness;
    delete own.probes.startup;
  }

  /** Something of the pod changed: its resting probes are asked again. */
  wake(pod: Pod, record: PodRecord): void {
    for (const container of allContainers(pod)) {
      const own = record.containers.get(container.name);
      for (const kind of KINDS) {
        const standing = own?.probes[kind];
        const probe = probeOf(container, kind);
        if (!own || !standing?.resting || !probe) continue;
        standing.resting = false;
        this.schedule(record, container, own, kind, periodMs(probe), false);
      }
    }
  }

  /** A probe is due. */
  run(pod: Pod, record: PodRecord, container: Container, run: number, kind: ProbeKind): void {
    const own = record.containers.get(container.name) as ContainerRecord;
    const standing = own.probes[kind];
    const probe = probeOf(container, kind);
    if (!standing || !probe || own.runs !== run || own.state !== 'Running') return;
    const result = this.ask(record, container, probe);
    standing.streak = standing.last === result.ok ? standing.streak + 1 : 1;
    standing.last = result.ok;
    const threshold = result.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    const decided = standing.streak >= threshold;
    // Upstream tells every failure; here those that change nothing any more make no revision.
    if (!result.ok && standing.streak <= threshold) this.tellUnhealthy(pod, container, kind, result.output);
    if (decided && this.consequence(pod, record, container, own, kind, result)) return;
    this.goOn(record, container, own, kind, probe, standing, decided);
  }

  private goOn(
    record: PodRecord,
    container: Container,
    own: ContainerRecord,
    kind: ProbeKind,
    probe: Probe,
    standing: ProbeRecord,
    decided: boolean,
  ): void {
    if (decided && standing.last && !probe.exec && !this.core.faults.unsteady) {
      standing.resting = true;
      return;
    }
    this.schedule(record, container, own, kind, periodMs(probe), decided);
  }

  /** True when this probe is over for this run of the container. */
  private consequence(
    pod: Pod,
    record: PodRecord,
    container: Container,
    own: ContainerRecord,
    kind: ProbeKind,
    result: ProbeResult,
  ): boolean {
    if (kind === 'readiness') {
      if (own.ready !== result.ok) {
        own.ready = result.ok;
        this.core.report(pod, record);
      }
      return false;
    }
    if (result.ok) return kind === 'startup' && this.startedUp(pod, record, container, own);
    this.restart(
      pod,
      record,
      container,
      `Container ${container.name} failed ${kind} probe, will be restarted`,
    );
    return true;
  }

  private startedUp(pod: Pod, record: PodRecord, container: Container, own: ContainerRecord): boolean {
    own.started = true;
    own.ready = !container.readinessProbe;
    delete own.probes.startup;
    this.first(record, container, own, 'liveness');
    this.first(record, container, own, 'readiness');
    this.core.report(pod, record);
    return true;
  }

  private tellUnhealthy(pod: Pod, container: Container, kind: ProbeKind, output: string): void {
    const name = kind[0].toUpperCase() + kind.slice(1);
    this.core.event(pod, 'Warning', 'Unhealthy', `${name} probe failed: ${output}`, container);
  }

  private ask(record: PodRecord, container: Container, probe: Probe): ProbeResult {
    const timeout_ms = (probe.timeoutSeconds ?? 1) * 1000;
    if (probe.exec) {
      const command = probe.exec.command ?? [];
      const { exit_code, output } = this.core.options.runtime.exec(record.uid, container.name, command);
      const late = `command timed out: "${command.join(' ')}" timed out after ${timeout_ms / 1000}s`;
      return { ok: exit_code === 0, output: exit_code === EXEC_STANDS_STILL ? late : output };
    }
    if (probe.httpGet) return this.askHttp(record, container, probe.httpGet, timeout_ms);
    if (probe.grpc)
      return { ok: false, output: 'grpc probes are not simulated: use httpGet, tcpSocket or exec' };
    const port = portOf(container, probe.tcpSocket?.port ?? 0);
    const ip = probe.tcpSocket?.host || (record.ip ?? '');
    const { error } = this.core.options.probes.tcp(record.node, ip, port, timeout_ms);
    return { ok: error === undefined, output: error ?? '' };
  }

  private askHttp(
    record: PodRecord,
    container: Container,
    get: NonNullable<Probe['httpGet']>,
    timeout_ms: number,
  ): ProbeResult {
    const path = get.path?.startsWith('/') ? get.path : `/${get.path ?? ''}`;
    const answer = this.core.options.probes.http(record.node, {
      ip: get.host || (record.ip ?? ''),
      port: portOf(container, get.port),
      path,
      scheme: get.scheme ?? 'HTTP',
      headers: get.httpHeaders ?? [],
      timeout_ms,
    });
    if ('error' in answer) return { ok: false, output: answer.error };
    const ok = answer.status >= 200 && answer.status < 400;
    return { ok, output: ok ? '' : `HTTP probe failed with statuscode: ${answer.status}` };
  }
}

function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  return {
    startup: container.startupProbe,
    liveness: container.livenessProbe,
    readiness: container.readinessProbe,
  }[kind];
}

const periodMs = (probe: Probe) => (probe.periodSeconds ?? 10) * 1000;

/** The number of a port given by number or by name. */
export function portOf(container: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
}
