/** The dashboard's own words, so that tests ask for what a reader sees in either language. */
import english from '../../../web/messages/en.json';
import korean from '../../../web/messages/ko.json';

export type Words = typeof english;

export const wordsOf = (locale: 'ko' | 'en'): Words => (locale === 'ko' ? korean : english);

/** `Download {file}` filled in; only plain values. */
export const filled = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
