import { detailLines } from './detail-lines';

it.each<[Record<string, unknown>, [string, string][]]>([
  [{}, []],
  [
    { step: 'deploy', hint: 2 },
    [
      ['step', 'deploy'],
      ['hint', '2'],
    ],
  ],
  [{ raised: true, note: '' }, [['raised', '✓']]],
  [{ quiz: { why: ['a', 'b'] }, predictions: {} }, [['quiz', 'why: a, b']]],
  [{ score: null, failed: ['one', 'two'] }, [['failed', 'one, two']]],
])('%j', (detail, lines) => expect(detailLines(detail)).toEqual(lines));
