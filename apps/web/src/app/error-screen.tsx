'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { AppHeader } from '../components/ui/app-header';
import { EmptyMessage } from '../components/ui/empty-message';
import { usePageTitle } from '../lib/page-title';

/** The page itself failed, or a part of it could not be loaded, as after the server was renewed: loading anew helps. */
export function ErrorScreen({ error }: { error: Error }) {
  const t = useTranslations('pageError');
  usePageTitle(t('title'));
  return (
    <>
      <AppHeader />
      <main id="main" style={{ maxWidth: 560, margin: '12vh auto', padding: '0 16px' }}>
        <div role="alert">
          <EmptyMessage icon="warning" title={t('title')} isPage>
            <p>{t('hint')}</p>
            <Button size="md" onClick={() => location.reload()}>
              {t('reload')}
            </Button>
            <p>
              <small lang="en">{error.message.slice(0, 300)}</small>
            </p>
          </EmptyMessage>
        </div>
      </main>
    </>
  );
}
