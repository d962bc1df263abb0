import type { Cluster } from '../cluster-host/core';

/** More than what any manifests bring about at one instant. */
const DUE_EVENTS = 20_000;

/** What waits for the present moment happens: a namespace gets its service account before pods ask for it. */
export function runDue(core: Cluster): void {
  core.runUntil(core.now(), DUE_EVENTS);
}
