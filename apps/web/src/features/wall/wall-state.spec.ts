import type { WallTile } from '@podlab/contracts';
import { EMPTY_WALL, needOf, numbersOf, withNews, withWall } from './wall-state';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();

const tile = (name: string, change: Partial<WallTile> = {}): WallTile => ({
  person: { id: name, name },
  group: null,
  attempt: `attempt-${name}`,
  people: [{ id: name, name }],
  cluster: `cluster-${name}`,
  steps: [
    { name: 'deploy', done: true },
    { name: 'expose', done: false },
  ],
  step: 'expose',
  score: 50,
  max: 100,
  last_activity_at: at(0),
  last_failing: null,
  stuck_since: null,
  hand: null,
  online: true,
  ...change,
});
const hand = (minute: number) => ({ raised_at: at(minute), note: '' });
const all = [{ name: 'deploy', done: true }];
const wallOf = (...tiles: WallTile[]) =>
  withWall(EMPTY_WALL, { class: 'c', lab: 'l', broadcast: null, tiles, heat: [] });

it.each<[string, WallTile, string]>([
  ['a raised hand', tile('a', { hand: hand(1), stuck_since: at(0) }), 'hand'],
  ['a raised hand of who is done', tile('a', { hand: hand(1), steps: all }), 'hand'],
  ['stuck', tile('a', { stuck_since: at(0) }), 'stuck'],
  ['everything done', tile('a', { steps: all, stuck_since: at(0) }), 'done'],
  ['not begun', tile('a', { attempt: null, cluster: null }), 'idle'],
  ['at work', tile('a'), 'working'],
])('%s is seen as such', (_, one, need) => expect(needOf(one)).toBe(need));

it('hands come first by when they were raised, then the stuck by how long, then names; the done come last', () => {
  const { order } = wallOf(
    tile('done', { steps: all }),
    tile('b-works'),
    tile('a-works'),
    tile('idle', { attempt: null }),
    tile('stuck-late', { stuck_since: at(9) }),
    tile('stuck-early', { stuck_since: at(2) }),
    tile('hand-late', { hand: hand(8) }),
    tile('hand-early', { hand: hand(3) }),
  );
  expect(order).toEqual([
    'hand-early',
    'hand-late',
    'stuck-early',
    'stuck-late',
    'a-works',
    'b-works',
    'idle',
    'done',
  ]);
});

it('news of one tile leave the other tiles and the order as they are', () => {
  const before = wallOf(tile('a'), tile('b'));
  const after = withNews(before, [{ kind: 'wall', event: { tile: tile('a', { score: 70 }) } }]);
  expect(after.tiles.get('a')?.score).toBe(70);
  expect(after.tiles.get('b')).toBe(before.tiles.get('b'));
  expect(after.order).toBe(before.order);
});

it('a hand and a check find their tile by the attempt; who left is gone', () => {
  const before = wallOf(tile('a'), tile('b'), tile('c'));
  const after = withNews(before, [
    { kind: 'hand', event: { attempt: 'attempt-b', hand: hand(4) } },
    { kind: 'attempt', event: { attempt: 'attempt-a', score: 100, max: 100, steps: all } },
    { kind: 'wall', event: { tile: tile('c'), removed: true } },
    { kind: 'hand', event: { attempt: 'of-nobody', hand: hand(1) } },
  ]);
  expect(after.order).toEqual(['b', 'a']);
  expect(after.tiles.get('a')).toMatchObject({ score: 100, steps: all });
});

it('numbers stay with their people and follow no name', () => {
  const first = { ...tile('Zoe'), person: { id: 'p1', name: 'Zoe' } };
  const second = { ...tile('Ann'), person: { id: 'p2', name: 'Ann' } };
  expect([...numbersOf(wallOf(second, first).tiles.keys())]).toEqual([
    ['p1', 1],
    ['p2', 2],
  ]);
});
