import type { AssignedLab, GradeRow } from '@podlab/contracts';
import { nextLab } from './next-lab';

const NOW = Date.parse('2026-03-02T10:00:00Z');
const lab = (name: string, rest: Partial<AssignedLab> = {}): AssignedLab =>
  ({ name, attempt: null, opens_at: null, due_at: null, ...rest }) as AssignedLab;
const grade = (attempt: string, score: number | null): GradeRow => ({ attempt, score, max: 100 }) as GradeRow;

it.each<[string, AssignedLab[], GradeRow[], string | null]>([
  ['nothing is assigned', [], [], null],
  ['none was begun: the first', [lab('a'), lab('b')], [], 'a'],
  ['one was begun: that one', [lab('a'), lab('b', { attempt: 'x' })], [grade('x', 15)], 'b'],
  ['begun and never checked', [lab('a'), lab('b', { attempt: 'x' })], [grade('x', null)], 'b'],
  ['one is finished: the first other', [lab('a', { attempt: 'x' }), lab('b')], [grade('x', 100)], 'b'],
  ['all are finished', [lab('a', { attempt: 'x' })], [grade('x', 100)], null],
  ['not open yet', [lab('a', { opens_at: '2026-03-03T00:00:00Z' }), lab('b')], [], 'b'],
  ['over', [lab('a', { due_at: '2026-03-01T00:00:00Z' }), lab('b')], [], 'b'],
])('%s', (_, labs, rows, next) => expect(nextLab(labs, rows, NOW)?.name ?? null).toBe(next));
