import type { Pod } from '@podlab/api';
import { canonicalQuantity } from '@podlab/apimachinery';

type Amounts = Readonly<Record<string, string>>;

/** Who is evicted first. Models pkg/apis/core/helper/qos ComputePodQOS. */
export function qualityOfService({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const amounts = containers.map(({ resources = {} }) => resources);
  if (!amounts.some(({ limits, requests }) => counts(limits) || counts(requests))) return 'BestEffort';
  const guaranteed = amounts.every(({ limits = {}, requests = limits }) =>
    ['cpu', 'memory'].every(
      (name) => positive(limits, name) && same(limits[name], requests[name] ?? limits[name]),
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const counts = (amounts: Amounts | undefined) => positive(amounts, 'cpu') || positive(amounts, 'memory');

function positive(amounts: Amounts | undefined, name: string): boolean {
  return amounts?.[name] !== undefined && canonicalQuantity(amounts[name]) !== '0';
}

const same = (a: string, b: string) => canonicalQuantity(a) === canonicalQuantity(b);
