import type { Cluster } from '@podlab/cluster';

/** Virtual time that anything of a lab may take to settle, unless it says otherwise. */
export const SETTLE_MS = 300_000;
/** Events of one wait: who keeps a cluster that busy has it graded as it is then. */
const EVENTS_MAXIMUM = 300_000;
/** What comes by itself, a moment after nothing waits any more: rules are written, endpoints told. */
const AFTERGLOW_MS = 2000;

/** Lets virtual time run until nothing but periodic events is left, so long at most. */
export function settle(cluster: Cluster, milliseconds: number): void {
  cluster.runUntilSettled(cluster.now() + milliseconds, EVENTS_MAXIMUM);
  if (cluster.settled()) advance(cluster, Math.min(milliseconds, AFTERGLOW_MS));
}

export function advance(cluster: Cluster, milliseconds: number): void {
  cluster.runUntil(cluster.now() + milliseconds, EVENTS_MAXIMUM);
}
