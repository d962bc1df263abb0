import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import english from '../../messages/en.json';
import korean from '../../messages/ko.json';
import { PROBLEMS } from '@podlab/contracts';
import { chooseLocale } from './choose-locale';

type Catalogue = { [key: string]: string | Catalogue };

const keysOf = (catalogue: Catalogue, before = ''): string[] =>
  Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : keysOf(value, `${before}${key}.`),
  );

const source = join(__dirname, '..');
const componentFiles = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.tsx'),
);

it('both catalogues say the same things', () =>
  expect(keysOf(korean).sort()).toEqual(keysOf(english).sort()));

it('both catalogues fill in the same values', () => {
  const values = (text: string) =>
    [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();
  const flat = (catalogue: Catalogue): [string, string][] =>
    Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string'
        ? [[key, value]]
        : flat(value).map(([inner, text]): [string, string] => [`${key}.${inner}`, text]),
    );
  const inner = /\{(\w+), plural, ((?:[^{}]|\{[^{}]*\})*)\}/g;
  const plain = (text: string) => text.replace(inner, '{$1}');
  const inKorean = Object.fromEntries(flat(korean));
  for (const [key, text] of flat(english))
    expect([key, values(plain(inKorean[key]!))]).toEqual([key, values(plain(text))]);
});

it.each(Object.keys(PROBLEMS))('the problem %s is told in both languages', (code) => {
  const { problem: inEnglish }: { problem: Record<string, string> } = english;
  const { problem: inKorean }: { problem: Record<string, string> } = korean;
  expect(inEnglish[code]).toMatch(/^[A-Z].+/);
  expect(inKorean[code]).toMatch(/[\uac00-\ud7a3]/);
});

it.each(componentFiles)('%s holds no Korean text of its own', (name) => {
  expect(readFileSync(join(source, name), 'utf8')).not.toMatch(/[\uac00-\ud7a3]/);
});

it.each<[string | null, string[], string]>([
  [null, ['ko-KR', 'en'], 'ko'],
  [null, ['de', 'ko'], 'ko'],
  [null, ['de'], 'en'],
  ['en', ['ko-KR'], 'en'],
  ['xx', ['ko-KR'], 'ko'],
])('with %p chosen before and a browser that reads %p the page is in %p', (stored, languages, locale) => {
  expect(chooseLocale(stored, languages)).toBe(locale);
});
