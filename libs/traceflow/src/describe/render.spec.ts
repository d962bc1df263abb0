import { codesOf, renderText } from './render';
import { ENGLISH_DIAGNOSES } from './diagnoses-en';
import { KOREAN_DIAGNOSES } from './diagnoses-ko';
import { ENGLISH_STEPS } from './messages-en';
import { KOREAN_STEPS } from './messages-ko';

const names = (text: string) => [...new Set(text.match(/\{[a-z_]+\}/g) ?? [])].sort();

describe('the catalogues', () => {
  it('have the same codes in every language', () => {
    expect(codesOf('ko').sort()).toEqual(codesOf('en').sort());
  });

  it.each([
    ...Object.keys(ENGLISH_STEPS).map((code) => [code, ENGLISH_STEPS[code], KOREAN_STEPS[code]]),
    ...Object.keys(ENGLISH_DIAGNOSES).map((code) => [code, ENGLISH_DIAGNOSES[code], KOREAN_DIAGNOSES[code]]),
  ])('%s tells the same in both: %s', (_, english, korean) => {
    expect(names(korean)).toEqual(names(english));
  });

  it.each([
    ['Routing.Unicast', { destination: '10.0.0.1', interface: 'eth0' }, '10.0.0.1 lies directly on eth0.'],
    ['Socket.Received', {}, 'The answer reaches the socket that asked.'],
    ['PodTerminating', { object: 'lab06/web' }, 'Pod lab06/web is being terminated.'],
  ])('put parameters where they belong: %s', (code, params, text) => {
    expect(renderText(code, params as Record<string, string>, 'en')).toBe(text);
  });

  it('know every code that is asked for', () => {
    expect(() => renderText('NoSuchCode', {}, 'en')).toThrow('no sentence for NoSuchCode in en');
  });
});
