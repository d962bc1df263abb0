export const LOCALES = ['ko', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The one that was chosen before, else the first of the browser's languages that there is a catalogue for. */
export function chooseLocale(stored: string | null, languages: readonly string[]): Locale {
  const wanted = [stored ?? '', ...languages].map((language) => language.slice(0, 2).toLowerCase());
  return (wanted.find((language) => LOCALES.includes(language as Locale)) as Locale | undefined) ?? 'en';
}
