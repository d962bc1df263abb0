'use client';
import { useTranslations } from 'next-intl';
import { EmptyMessage } from '../../components/ui/empty-message';
import { PageFrame } from '../../components/ui/page-frame';
import { PlatformList } from '../../features/platforms/platform-list';
import { TeachingFrame } from '../teaching-frame';

/** `/platforms`: the learning platforms that may launch labs here, for the administrator. */
export function PlatformsPage() {
  const t = useTranslations('platforms');
  return (
    <TeachingFrame>
      {(session) =>
        session.person.role === 'admin' ? (
          <PlatformList />
        ) : (
          <PageFrame title={t('title')}>
            <EmptyMessage icon="blocked" title={t('adminOnly')} />
          </PageFrame>
        )
      }
    </TeachingFrame>
  );
}
