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
  [{ raised: true, note: '' }, []],
  [{ shown: false }, []],
  [{ text: 'hello', to: 'class' }, [['text', 'hello']]],
  [{ quiz: { why: ['a', 'b'] }, predictions: {} }, [['quiz', 'why: a, b']]],
  [{ score: 0, late: false }, [['score', '0']]],
  [{ late: true }, [['late', '✓']]],
  [{ score: null, failed: ['one', 'two'] }, [['failed', 'one, two']]],
])('%j', (detail, lines) => expect(detailLines(detail)).toEqual(lines));

it('steps and checks are told by their titles, also where some are gone', () =>
  expect(
    detailLines(
      { step: 'deploy', failed: ['ready', 'gone'], note: 'deploy' },
      new Map([
        ['deploy', 'Deploy it'],
        ['ready', 'All ready'],
      ]),
    ),
  ).toEqual([
    ['step', 'Deploy it'],
    ['failed', 'All ready, gone'],
    ['note', 'deploy'],
  ]));
