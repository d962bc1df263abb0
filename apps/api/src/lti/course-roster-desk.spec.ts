import { nextOf } from './course-roster-desk';

const HERE = 'https://campus.example/members?page=1';

it.each<[string, string | null, string | null]>([
  ['no header', null, null],
  [
    'a next page',
    '<https://campus.example/members?page=2>; rel="next"',
    'https://campus.example/members?page=2',
  ],
  ['without quotes', '<https://campus.example/2>;rel=next', 'https://campus.example/2'],
  ['a relative one', '</members?page=2>; rel="next"', 'https://campus.example/members?page=2'],
  [
    'among others',
    '<https://campus.example/1,2>; rel="first", <https://campus.example/3>; rel="last next"; title="x"',
    'https://campus.example/3',
  ],
  [
    'only other relations',
    '<https://campus.example/1>; rel="prev", <https://campus.example/9>; rel="nextish"',
    null,
  ],
  ['another server, for the token goes along', '<https://elsewhere.example/2>; rel="next"', null],
  ['without encryption', '<http://campus.example/2>; rel="next"', null],
  ['what is no header', 'next', null],
])('%s', (_, header, next) => expect(nextOf(header, HERE)).toBe(next));
