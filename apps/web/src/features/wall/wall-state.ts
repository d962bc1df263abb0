import type { AttemptEvent, HandEvent, Heat, SubscribedClass, WallEvent, WallTile } from '@podlab/contracts';

export interface WallState {
  connection: 'connecting' | 'live' | 'broken' | 'gone';
  /** Why nothing comes any more. */
  problem: unknown;
  broadcast: string | null;
  tiles: ReadonlyMap<string, WallTile>;
  /** Persons of the tiles, those in need first; the same array as long as nobody changes place. */
  order: readonly string[];
  heat: Heat;
}

export const EMPTY_WALL: WallState = {
  connection: 'connecting',
  problem: null,
  broadcast: null,
  tiles: new Map(),
  order: [],
  heat: [],
};

export type Need = 'hand' | 'stuck' | 'working' | 'idle' | 'done';
export const NEEDS: readonly Need[] = ['hand', 'stuck', 'working', 'idle', 'done'];

export function needOf({ hand, stuck_since, steps, attempt }: WallTile): Need {
  if (hand) return 'hand';
  if (attempt !== null && steps.length > 0 && steps.every(({ done }) => done)) return 'done';
  if (stuck_since !== null) return 'stuck';
  return attempt === null ? 'idle' : 'working';
}

/** Hands in the order of raising, then those longest stuck; the others by name, so that they keep their places. */
export function byNeed(one: WallTile, other: WallTile): number {
  const [need, otherNeed] = [needOf(one), needOf(other)];
  if (need !== otherNeed) return NEEDS.indexOf(need) - NEEDS.indexOf(otherNeed);
  const [since, otherSince] =
    need === 'hand'
      ? [one.hand!.raised_at, other.hand!.raised_at]
      : need === 'stuck'
        ? [one.stuck_since!, other.stuck_since!]
        : ['', ''];
  return (
    Date.parse(since || '0') - Date.parse(otherSince || '0') ||
    one.person.name.localeCompare(other.person.name) ||
    (one.person.id < other.person.id ? -1 : 1)
  );
}

function ordered(tiles: ReadonlyMap<string, WallTile>, before: readonly string[]): readonly string[] {
  const order = [...tiles.values()].sort(byNeed).map(({ person }) => person.id);
  return order.length === before.length && order.every((id, index) => id === before[index]) ? before : order;
}

export function withWall(state: WallState, wall: SubscribedClass): WallState {
  const tiles = new Map((wall.tiles ?? []).map((tile) => [tile.person.id, tile]));
  return {
    ...state,
    connection: 'live',
    problem: null,
    broadcast: wall.broadcast,
    tiles,
    order: ordered(tiles, state.order),
    heat: wall.heat ?? [],
  };
}

export type WallNews =
  | { kind: 'wall'; event: Pick<WallEvent, 'tile' | 'removed'> }
  | { kind: 'hand'; event: Pick<HandEvent, 'attempt' | 'hand'> }
  | { kind: 'attempt'; event: Pick<AttemptEvent, 'attempt' | 'score' | 'max' | 'steps'> };

/** Many events at once; tiles that none of them is about stay the same objects. */
export function withNews(state: WallState, news: readonly WallNews[]): WallState {
  const tiles = new Map(state.tiles);
  const ofAttempt = (attempt: string) => [...tiles.values()].find((tile) => tile.attempt === attempt);
  for (const { kind, event } of news) {
    if (kind === 'wall') {
      if (event.removed) tiles.delete(event.tile.person.id);
      else tiles.set(event.tile.person.id, event.tile);
      continue;
    }
    const tile = ofAttempt(event.attempt);
    if (!tile) continue;
    if (kind === 'hand') tiles.set(tile.person.id, { ...tile, hand: event.hand });
    else {
      const { score, max, steps } = event;
      tiles.set(tile.person.id, { ...tile, score, max, steps });
    }
  }
  return { ...state, tiles, order: ordered(tiles, state.order) };
}

/** A number for each person that does not tell the name: by the identifier, which is random. */
export function numbersOf(people: Iterable<string>): ReadonlyMap<string, number> {
  return new Map([...people].sort().map((id, index) => [id, index + 1]));
}
