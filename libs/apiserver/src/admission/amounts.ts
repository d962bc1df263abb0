import type { Container, PodSpec } from '@podlab/api';
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  QuantityError,
  type Quantity,
} from '@podlab/apimachinery';

/** Amounts of resources by name. */
export type Amounts = Map<string, Quantity>;

export const ZERO: Quantity = { nano: 0n, format: 'DecimalSI' };

/** Reads texts; one that is no quantity is left to validation. */
export function amountsOf(texts: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, text] of Object.entries(texts ?? {})) {
    try {
      amounts.set(name, parseQuantity(text));
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error;
    }
  }
  return amounts;
}

export function addAmounts(to: Amounts, more: Amounts): void {
  for (const [name, amount] of more) to.set(name, addQuantities(to.get(name) ?? ZERO, amount));
}

function raiseAmounts(to: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor)
    if (compareQuantities(to.get(name) ?? ZERO, amount) < 0) to.set(name, amount);
}

/**
 * What a pod asks for: its containers together with sidecars, or its greediest init container with the sidecars before it.
 * Models component-helpers resource PodRequests and PodLimits.
 */
export function podAmounts(spec: PodSpec, of: 'requests' | 'limits'): Amounts {
  const total: Amounts = new Map();
  const read = (container: Container) => amountsOf(container.resources?.[of]);
  for (const container of spec.containers ?? []) addAmounts(total, read(container));
  const sidecars: Amounts = new Map();
  const initial: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = read(container);
    if (container.restartPolicy === 'Always') {
      addAmounts(total, own);
      addAmounts(sidecars, own);
      raiseAmounts(initial, new Map(sidecars));
    } else {
      const together = new Map(own);
      addAmounts(together, sidecars);
      raiseAmounts(initial, together);
    }
  }
  raiseAmounts(total, initial);
  return total;
}
