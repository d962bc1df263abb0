import type { Language } from '@podlab/traceflow';

/** The first language of Accept-Language that there are sentences for; English where there is none. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return wanted.find((language): language is Language => language === 'ko' || language === 'en') ?? 'en';
}
