'use client';
import { ActionIcon, SegmentedControl, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Locale } from '../../lib/choose-locale';
import { useLocaleChoice } from '../../lib/locale';
import { usePageTitle } from '../../lib/page-title';
import { Icon } from './icon';
import styles from './app-header.module.css';

function LanguageSwitch() {
  const t = useTranslations('header');
  const { locale, setLocale } = useLocaleChoice();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('language')}
      value={locale}
      onChange={(value) => setLocale(value as Locale)}
      data={[
        { value: 'ko', label: t('korean') },
        { value: 'en', label: t('english') },
      ]}
    />
  );
}

function SchemeSwitch() {
  const t = useTranslations('header');
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="default"
      size={34}
      onClick={() => setColorScheme(other)}
      aria-label={other === 'dark' ? t('dark') : t('light')}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} size={18} />
    </ActionIcon>
  );
}

/** The bar over every page, with the page's title where it has one; `children` is what the page itself puts there. */
export function AppHeader({
  title,
  children,
  account,
}: {
  title?: string;
  children?: ReactNode;
  account?: ReactNode;
}) {
  const t = useTranslations('header');
  usePageTitle(title);
  return (
    <header className={styles.header}>
      <a href="#main" className={styles.skip}>
        {t('skip')}
      </a>
      <Link href="/" className={styles.brand} aria-label={t('home')}>
        <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden focusable="false">
          <rect width="32" height="32" rx="9" className={styles.mark} />
          <path d="M7 21h6v-9h6v9h6" className={styles.trace} />
          <circle cx="7" cy="21" r="3" fill="#f2a65a" />
          <circle cx="25" cy="21" r="3" fill="#7fd1c2" />
        </svg>
        <span className={styles.word}>Podlab</span>
      </Link>
      {title && <h1 className={styles.title}>{title}</h1>}
      <div className={styles.tools}>{children}</div>
      <div className={styles.preferences}>
        <LanguageSwitch />
        <SchemeSwitch />
        {account}
      </div>
    </header>
  );
}
