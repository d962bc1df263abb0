import type { Heat, WallTile } from '@podlab/contracts';

export type Spot = Pick<Heat[number], 'where' | 'step' | 'code'>;
export type Place = Heat[number]['where'];

export interface HeatCell {
  spot: Spot;
  count: number;
  people: number;
  /** 1 to 5 of the most in the grid. */
  level: number;
}
export interface HeatRow {
  key: string;
  cause: Pick<Spot, 'code' | 'step'>;
  cells: ReadonlyMap<Place, HeatCell>;
  count: number;
}

const PLACES: readonly Place[] = ['Pod', 'Node', 'LoadBalancer', 'External', null];
const LEVELS = 5;

/** A cause is a diagnosis, whatever step it showed at; without one, the step. */
const causeOf = ({ code, step }: Spot): Pick<Spot, 'code' | 'step'> =>
  code === null ? { code, step } : { code, step: null };

/** Causes down, places across; most failures first, and no empty column. */
export function heatRows(heat: Heat): { places: Place[]; rows: HeatRow[] } {
  const rows = new Map<string, HeatRow & { cells: Map<Place, HeatCell> }>();
  for (const { where, count, people, ...spot } of heat) {
    const cause = causeOf({ where, ...spot });
    const key = `${cause.code} ${cause.step}`;
    const row = rows.get(key) ?? { key, cause, cells: new Map<Place, HeatCell>(), count: 0 };
    const known = row.cells.get(where);
    row.cells.set(where, {
      spot: { where, ...cause },
      count: (known?.count ?? 0) + count,
      people: Math.max(known?.people ?? 0, people),
      level: 1,
    });
    row.count += count;
    rows.set(key, row);
  }
  const cells = [...rows.values()].flatMap((row) => [...row.cells.values()]);
  const most = Math.max(1, ...cells.map(({ people }) => people));
  for (const cell of cells) cell.level = Math.max(1, Math.ceil((cell.people / most) * LEVELS));
  return {
    places: PLACES.filter((place) => cells.some(({ spot }) => spot.where === place)),
    rows: [...rows.values()].sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1)),
  };
}

export const sameSpot = (one: Spot | null, other: Spot): boolean =>
  one !== null && one.where === other.where && one.code === other.code && one.step === other.step;

/** Whether somebody's last failing request ended there. */
export function isAt({ last_failing: hop }: WallTile, spot: Spot): boolean {
  if (!hop) return false;
  const { code, step } = causeOf({ where: null, code: hop.code, step: hop.step });
  return sameSpot(spot, { where: hop.where?.kind ?? null, code, step });
}
