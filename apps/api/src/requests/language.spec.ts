import { languageOf } from './language';

it.each([
  [undefined, 'en'],
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  ['en-US,ko;q=0.5', 'en'],
  ['de, KO', 'ko'],
  ['*', 'en'],
])('Accept-Language %s is answered in %s', (header, language) => expect(languageOf(header)).toBe(language));
