import type { Container, Pod } from '@podlab/api';
import { milliValue, parseQuantity, wholeValue } from '@podlab/apimachinery';

/** Amounts by resource name: CPU in thousandths of a core, all else in whole units. */
export type Resources = Map<string, number>;

/** What a container without requests counts for when nodes are compared. Models DefaultMilliCPURequest, DefaultMemoryRequest. */
export const DEFAULT_MILLI_CPU = 100;
export const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

export function readResources(amounts: Readonly<Record<string, string>> = {}): Resources {
  const resources: Resources = new Map();
  for (const [name, amount] of Object.entries(amounts)) {
    const quantity = parseQuantity(amount);
    resources.set(name, name === 'cpu' ? milliValue(quantity) : wholeValue(quantity));
  }
  return resources;
}

/**
 * What a pod asks of its node: its containers together, or one init container alone if that is more; sidecars run beside
 * all of them. Models k8s.io/component-helpers resource PodRequests.
 */
export function podRequests(pod: Pod): Resources {
  return sumOfPod(pod, (container) => readResources(container.resources?.requests));
}

/** As {@link podRequests}, with the defaults for CPU and memory that nobody named. */
export function nonZeroRequests(pod: Pod): { cpu: number; memory: number } {
  const sum = sumOfPod(pod, (container) => {
    const requests = readResources(container.resources?.requests);
    return new Map([
      ['cpu', requests.get('cpu') ?? DEFAULT_MILLI_CPU],
      ['memory', requests.get('memory') ?? DEFAULT_MEMORY_BYTES],
    ]);
  });
  return { cpu: sum.get('cpu') ?? 0, memory: sum.get('memory') ?? 0 };
}

function sumOfPod({ spec }: Pod, requestsOf: (container: Container) => Resources): Resources {
  const total: Resources = new Map();
  for (const container of spec.containers) addTo(total, requestsOf(container));
  const sidecars: Resources = new Map();
  const highest: Resources = new Map();
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      addTo(sidecars, requests);
      addTo(total, requests);
      raiseTo(highest, sidecars);
    } else {
      addTo(requests, sidecars);
      raiseTo(highest, requests);
    }
  }
  raiseTo(total, highest);
  if (spec.overhead) addTo(total, readResources(spec.overhead));
  return total;
}

export function addTo(total: Resources, added: Resources, sign: 1 | -1 = 1): void {
  for (const [name, amount] of added) total.set(name, (total.get(name) ?? 0) + sign * amount);
}

function raiseTo(total: Resources, least: Resources): void {
  for (const [name, amount] of least) total.set(name, Math.max(total.get(name) ?? 0, amount));
}
