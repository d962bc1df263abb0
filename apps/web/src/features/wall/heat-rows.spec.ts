import type { Heat, WallTile } from '@podlab/contracts';
import { heatRows, isAt } from './heat-rows';

const HEAT: Heat = [
  { where: 'Node', step: 'DestinationNat', code: 'NoReadyEndpoint', count: 8, people: 5 },
  { where: 'Node', step: 'Iptables', code: 'NoReadyEndpoint', count: 2, people: 1 },
  { where: 'Pod', step: 'Socket', code: 'TargetPortNotListening', count: 9, people: 3 },
  { where: null, step: null, code: null, count: 1, people: 1 },
  { where: 'Node', step: 'Iptables', code: null, count: 1, people: 1 },
];

it('a cause is one row, whatever step it showed at, and empty columns are left out', () => {
  const { places, rows } = heatRows(HEAT);
  expect(places).toEqual(['Pod', 'Node', null]);
  expect(rows.map(({ cause, count }) => [cause.code ?? cause.step, count])).toEqual([
    ['NoReadyEndpoint', 10],
    ['TargetPortNotListening', 9],
    ['Iptables', 1],
    [null, 1],
  ]);
  expect(rows[0]?.cells.get('Node')).toMatchObject({ count: 10, people: 5, level: 5 });
  expect(rows[1]?.cells.get('Pod')).toMatchObject({ people: 3, level: 3 });
});

it('no failure is no row', () => expect(heatRows([])).toEqual({ places: [], rows: [] }));

it('who stands at a spot is told by the last failing request', () => {
  const failing = { where: { kind: 'Node', name: 'node-a' }, step: 'Iptables', code: 'NoReadyEndpoint' };
  const tile = { last_failing: failing } as WallTile;
  const spot = { where: 'Node' as const, step: null, code: 'NoReadyEndpoint' };
  expect(isAt(tile, spot)).toBe(true);
  expect(isAt(tile, { ...spot, where: 'Pod' })).toBe(false);
  expect(isAt(tile, { ...spot, code: 'NoEndpoints' })).toBe(false);
  expect(isAt({ last_failing: null } as WallTile, spot)).toBe(false);
});
