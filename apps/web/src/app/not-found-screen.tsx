'use client';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { AppHeader } from '../components/ui/app-header';
import { EmptyMessage } from '../components/ui/empty-message';
import { usePageTitle } from '../lib/page-title';

export function NotFoundScreen() {
  const t = useTranslations('notFound');
  usePageTitle(t('title'));
  return (
    <>
      <AppHeader />
      <main id="main" style={{ maxWidth: 560, margin: '12vh auto', padding: '0 16px' }}>
        <EmptyMessage icon="blocked" title={t('title')} isPage>
          <Link href="/">{t('home')}</Link>
        </EmptyMessage>
      </main>
    </>
  );
}
