'use client';
import { NextIntlClientProvider } from 'next-intl';
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import english from '../../messages/en.json';
import korean from '../../messages/ko.json';
import { chooseLocale, type Locale } from './choose-locale';

const CATALOGUES: Record<Locale, typeof english> = { ko: korean, en: english };
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

/** The exported page has no language; the reader's is known in the browser only, so that is where text begins. */
export function LocaleProvider({ children }: { children: ReactNode }) {
  const locale = useSyncExternalStore<Locale | null>(
    subscribe,
    () => chooseLocale(storedLocale(), navigator.languages),
    () => null,
  );
  useEffect(() => {
    if (locale) document.documentElement.lang = locale;
  }, [locale]);
  const choice = useMemo(() => locale && { locale, setLocale }, [locale]);
  if (!choice) return null;
  return (
    <LocaleContext.Provider value={choice}>
      <NextIntlClientProvider
        locale={choice.locale}
        messages={CATALOGUES[choice.locale]}
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        {children}
      </NextIntlClientProvider>
    </LocaleContext.Provider>
  );
}
