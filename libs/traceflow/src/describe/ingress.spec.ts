import { ENGLISH_INGRESS } from './ingress-en';
import { KOREAN_INGRESS } from './ingress-ko';

const names = (text: string) => [...new Set(text.match(/\{[a-z_]+\}/g) ?? [])].sort();

it.each(Object.keys(ENGLISH_INGRESS).map((code) => [code, ENGLISH_INGRESS[code], KOREAN_INGRESS[code]]))(
  '%s tells the same in both languages: %s',
  (_, english, korean) => {
    expect(names(korean)).toEqual(names(english));
  },
);
