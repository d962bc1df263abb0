import { useLocale } from 'next-intl';

export interface Bilingual {
  en: string;
  ko: string;
}

/** Says a text of a lab in the reader's language. */
export function useBilingual(): (text: Bilingual) => string {
  const locale = useLocale() === 'ko' ? 'ko' : 'en';
  return (text) => text[locale];
}
