import { fnv1a32 } from '@podlab/kernel';
import type { ContainerState, SpentCpu } from './container';
import type { ImageCosts } from './images/costs';

/** Between two looks at what containers use. Models kubernetes-sigs/metrics-server --metric-resolution. */
export const METRIC_RESOLUTION_MS = 15_000;
/** A container has to run that long before a look, to be in it. Models metrics-server freshContainerMinMetricsResolution. */
const YOUNGEST_MS = 10_000;
/** CPU of one shell step that does not stand still, in microseconds. */
export const STEP_US = 10;
/** Fewer steps at one instant are not counted: a script that mostly sleeps has no bill of its own. */
const COUNTED_STEPS = 100;

/** What a container was seen to use at the last look. */
export interface ContainerUsage {
  /** Virtual ms since the Unix epoch. */
  readonly at: number;
  /** What it was seen over. */
  readonly window_ms: number;
  readonly cpu_nanocores: number;
  readonly memory_kib: number;
}

const intervalAt = (ms: number): number => Math.floor(ms / METRIC_RESOLUTION_MS);

/** Writes CPU down to a container. Nothing is kept of one that never spends any. */
export function spendCpu(container: ContainerState, now: number, microseconds: number): void {
  const interval = intervalAt(now);
  const { cpu } = container;
  if (cpu?.interval === interval) {
    cpu.spent_us += microseconds;
    return;
  }
  const before_us = cpu?.interval === interval - 1 ? cpu.spent_us : 0;
  container.cpu = { interval, spent_us: microseconds, before_us };
}

/** The CPU of shell steps taken at one instant. */
export function spendSteps(container: ContainerState, now: number, steps: number): void {
  if (steps >= COUNTED_STEPS) spendCpu(container, now, steps * STEP_US);
}

/** What was seen of a running container at the last look; undefined when it was too young then. */
export function usageOf(
  container: ContainerState,
  costs: ImageCosts,
  now: number,
): ContainerUsage | undefined {
  const interval = intervalAt(now);
  const at = interval * METRIC_RESOLUTION_MS;
  const age_ms = at - container.startedAt;
  if (container.finishedAt !== undefined || age_ms < YOUNGEST_MS) return undefined;
  const window_ms = Math.min(METRIC_RESOLUTION_MS, age_ms);
  // Microseconds in milliseconds are thousandths of a core, and those are a million nanocores.
  const spent = Math.round((spentIn(container.cpu, interval - 1) / window_ms) * 1_000_000);
  return {
    at,
    window_ms,
    cpu_nanocores: costs.idle_microcores * 1_000 + spent,
    memory_kib: jitter(container.start.id, costs.memory_kib),
  };
}

function spentIn(cpu: SpentCpu | undefined, interval: number): number {
  if (cpu?.interval === interval) return cpu.spent_us;
  return cpu?.interval === interval + 1 ? cpu.before_us : 0;
}

/** No two containers use quite the same memory; one that rests always uses the same. */
function jitter(id: string, kib: number): number {
  return kib + Math.floor((kib / 16) * ((fnv1a32(id) % 1_000) / 1_000));
}
