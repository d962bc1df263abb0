import type { Endpoint, EndpointSlice, EndpointSlicePort } from '@podlab/api';
import { equalJson } from '@podlab/kernel';
import { endpointKey } from './desired-endpoints';
import type { PortGroup } from './desired-endpoints';

/** Most endpoints in one slice. Upstream's --max-endpoints-per-slice. */
export const MAX_ENDPOINTS_PER_SLICE = 100;

/** The writes that bring the slices of one set of ports to what is desired. */
export interface SlicePlan {
  create: { ports: EndpointSlicePort[]; endpoints: Endpoint[] }[];
  update: { slice: EndpointSlice; endpoints: Endpoint[] }[];
  remove: EndpointSlice[];
}

/**
 * Changes as few slices as possible: what is there stays where it is, slices that change anyway are filled first, then one
 * that has room for all the rest, then new ones. Models k8s.io/endpointslice reconciler.go reconcileByPortMapping.
 */
export function planSlices(existing: readonly EndpointSlice[], desired: PortGroup): SlicePlan {
  const waiting = new Map(desired.endpoints);
  const plan: SlicePlan = { create: [], update: [], remove: [] };
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const before = slice.endpoints ?? [];
    const kept = takeKept(before, waiting);
    const same = kept.length === before.length && kept.every((endpoint, index) => endpoint === before[index]);
    if (same && kept.length > 0) unchanged.push(slice);
    else if (kept.length > 0) plan.update.push({ slice, endpoints: kept });
    else plan.remove.push(slice);
  }
  const rest = [...waiting.values()];
  fillChanged(plan, rest);
  fillEmptied(plan, rest);
  fillOneUnchanged(plan, unchanged, rest);
  while (rest.length > 0)
    plan.create.push({ ports: desired.ports, endpoints: rest.splice(0, MAX_ENDPOINTS_PER_SLICE) });
  return plan;
}

/** The endpoints of a slice that are still desired, in their new state; they no longer wait for a place. */
function takeKept(before: readonly Endpoint[], waiting: Map<string, Endpoint>): Endpoint[] {
  const kept: Endpoint[] = [];
  for (const endpoint of before) {
    const key = endpointKey(endpoint);
    const wanted = waiting.get(key);
    if (!wanted) continue;
    waiting.delete(key);
    kept.push(equalJson(endpoint, wanted) ? endpoint : wanted);
  }
  return kept;
}

function fillChanged(plan: SlicePlan, rest: Endpoint[]): void {
  const fullest = [...plan.update].sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const update of fullest)
    update.endpoints.push(...rest.splice(0, MAX_ENDPOINTS_PER_SLICE - update.endpoints.length));
}

/** A slice that lost all its endpoints takes new ones before it would be deleted. */
function fillEmptied(plan: SlicePlan, rest: Endpoint[]): void {
  while (rest.length > 0 && plan.remove.length > 0) {
    const slice = plan.remove.shift() as EndpointSlice;
    plan.update.push({ slice, endpoints: rest.splice(0, MAX_ENDPOINTS_PER_SLICE) });
  }
}

/** Models getSliceToFill: the one that is nearest to full with all the rest in it. */
function fillOneUnchanged(plan: SlicePlan, unchanged: readonly EndpointSlice[], rest: Endpoint[]): void {
  if (rest.length === 0 || rest.length >= MAX_ENDPOINTS_PER_SLICE) return;
  let best: EndpointSlice | undefined;
  for (const slice of unchanged) {
    const size = slice.endpoints?.length ?? 0;
    if (size + rest.length <= MAX_ENDPOINTS_PER_SLICE && size > (best?.endpoints?.length ?? -1)) best = slice;
  }
  if (best) plan.update.push({ slice: best, endpoints: [...(best.endpoints ?? []), ...rest.splice(0)] });
}
