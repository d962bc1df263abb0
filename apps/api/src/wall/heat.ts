import type { Heat, HopLocation, StepType } from '@podlab/contracts';
import type { FailingHopRecord } from '@podlab/persistence';

type Spot = Pick<Heat[number], 'where' | 'step' | 'code'>;

/** How often requests failed at a kind of place and by a cause, and those of how many people; most first. */
export function heatOf(hops: readonly FailingHopRecord[]): Heat {
  const spots = new Map<string, Spot & { count: number; people: Set<string> }>();
  for (const hop of hops) {
    const spot = spotOf(hop);
    const key = JSON.stringify(spot);
    const known = spots.get(key) ?? { ...spot, count: 0, people: new Set<string>() };
    known.count++;
    known.people.add(hop.person_id);
    spots.set(key, known);
  }
  const heat = [...spots.entries()].map(([key, spot]) => ({ key, ...spot, people: spot.people.size }));
  heat.sort(
    (one, other) => other.count - one.count || other.people - one.people || (one.key < other.key ? -1 : 1),
  );
  return heat.map(({ key: _, ...spot }) => spot);
}

function spotOf({ location, step, code }: FailingHopRecord): Spot {
  const where = location === null ? null : (JSON.parse(location) as HopLocation).kind;
  return { where, step: step as StepType | null, code };
}
