import type { GradeRow } from '@podlab/contracts';
import { sorted, summaryOf, type Sorting } from './grade-rows';

const row = (name: string, score: number | null, change: Partial<GradeRow> = {}): GradeRow => ({
  person: { id: name, login: null, name },
  group: null,
  lab: 'cluster-ip',
  attempt: score === null ? null : name,
  score,
  max: 100,
  runs: 1,
  steps: [{ name: 'deploy', score, max: 100 }],
  started_at: null,
  last_run_at: null,
  late: false,
  ...change,
});
const ROWS = [row('b', 40), row('a', 90, { group: 'x', runs: 7 }), row('d', null), row('c', 40)];

it.each<[Sorting['by'], boolean, string]>([
  ['name', false, 'abcd'],
  ['name', true, 'dcba'],
  ['score', false, 'bcad'],
  ['score', true, 'abcd'],
  ['group', false, 'abcd'],
  ['runs', true, 'abcd'],
  ['step:deploy', true, 'abcd'],
  ['step:nothing', true, 'abcd'],
])('by %s, downwards %p: %s', (by, down, names) =>
  expect(
    sorted(ROWS, { by, down })
      .map(({ person }) => person.name)
      .join(''),
  ).toBe(names),
);

it('the summary counts who has a score, and tells the middle of them', () => {
  expect(summaryOf(ROWS)).toEqual({ people: 4, graded: 3, late: 0, median: 40 });
  expect(summaryOf([row('a', 10), row('b', 20, { late: true })])).toMatchObject({ median: 15, late: 1 });
  expect(summaryOf([row('a', 47.15), row('b', 100)])).toMatchObject({ median: 73.6 });
  expect(summaryOf([])).toEqual({ people: 0, graded: 0, late: 0, median: null });
});
