'use client';
import { NextIntlClientProvider } from 'next-intl';
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type english from '../../messages/en.json';
import { chooseLocale, type Locale } from './choose-locale';

type Messages = typeof english;
interface Catalogue {
  locale: Locale;
  messages: Messages;
}

/** Each language is a file of its own: only the one that is read is fetched. */
const CATALOGUES: Record<Locale, () => Promise<{ default: Messages }>> = {
  ko: () => import('../../messages/ko.json'),
  en: () => import('../../messages/en.json'),
};
const STORAGE_KEY = 'podlab-locale';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

const storedLocale = (): string | null => {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
};

const wantedLocale = (): Locale => chooseLocale(storedLocale(), navigator.languages);

/** Asked for before anything is drawn, so that text does not wait for the first drawing. */
if (typeof window !== 'undefined') void CATALOGUES[wantedLocale()]();

const LocaleContext = createContext<{ locale: Locale; setLocale: (locale: Locale) => void } | null>(null);

export function useLocaleChoice() {
  const context = useContext(LocaleContext);
  if (!context) throw new Error('outside of the LocaleProvider');
  return context;
}

function setLocale(locale: Locale): void {
  localStorage.setItem(STORAGE_KEY, locale);
  for (const listener of listeners) listener();
}

/** The catalogue of a language as soon as it is here; until then the one that was shown before. */
function useCatalogue(wanted: Locale | null): Catalogue | null {
  const [shown, setShown] = useState<Catalogue | null>(null);
  useEffect(() => {
    if (wanted === null) return undefined;
    let isWanted = true;
    void CATALOGUES[wanted]().then(({ default: messages }) => {
      if (isWanted) setShown({ locale: wanted, messages });
    });
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  return shown;
}

/** The exported page has no language; the reader's is known in the browser only, so that is where text begins. */
export function LocaleProvider({ children }: { children: ReactNode }) {
  const wanted = useSyncExternalStore<Locale | null>(subscribe, wantedLocale, () => null);
  const catalogue = useCatalogue(wanted);
  const locale = catalogue?.locale;
  useEffect(() => {
    if (locale) document.documentElement.lang = locale;
  }, [locale]);
  const choice = useMemo(() => locale && { locale, setLocale }, [locale]);
  if (!choice || !catalogue) return null;
  return (
    <LocaleContext.Provider value={choice}>
      <NextIntlClientProvider
        locale={catalogue.locale}
        messages={catalogue.messages}
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        {children}
      </NextIntlClientProvider>
    </LocaleContext.Provider>
  );
}
