'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { AppHeader } from '../../components/ui/app-header';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { ClassLabs } from '../../features/classes/class-labs';
import styles from '../../features/classes/classes.module.css';
import { ClassNews } from '../../features/messages/class-news';
import { BroadcastNotice } from '../../features/messages/news-notices';
import { MessageList } from '../../features/messages/message-list';
import { AccountMenu } from '../../features/session/account-menu';
import { SessionGate } from '../../features/session/session-gate';
import { learningApi } from '../../lib/learning-api';
import { usePageTitle } from '../../lib/page-title';
import { usePageQuery } from '../../lib/page-query';
import { asProblem } from '../../lib/problem';

/** `/class?id=…`: a class as its student sees it. */
export function ClassPage() {
  const { query } = usePageQuery();
  const id = query.get('id');
  return (
    <SessionGate>
      {(session) => (
        <>
          <AppHeader account={<AccountMenu session={session} />} />
          <main id="main" className={styles.page}>
            {id === null ? <Missing /> : <OneClass id={id} />}
          </main>
        </>
      )}
    </SessionGate>
  );
}

function OneClass({ id }: { id: string }): ReactNode {
  const t = useTranslations('classroom');
  const room = useQuery({ queryKey: ['class', id], queryFn: () => learningApi.class(id) });
  usePageTitle(room.data?.name);
  if (room.error)
    return asProblem(room.error).status === 404 ? <Missing /> : <ProblemAlert error={room.error} />;
  if (!room.data) return null;
  return (
    <ClassNews classId={id}>
      <div>
        <h1 className={styles.title}>{room.data.name}</h1>
        <p className={styles.lead}>
          {room.data.archived_at
            ? t('archived')
            : room.data.group
              ? t('inGroup', { group: room.data.group })
              : t('lead')}
        </p>
      </div>
      <BroadcastNotice />
      <ClassLabs classId={id} archived={room.data.archived_at !== null} />
      <MessageList />
    </ClassNews>
  );
}

function Missing() {
  const t = useTranslations('classroom');
  return (
    <EmptyMessage icon="blocked" title={t('missing')} isPage>
      <Link href="/join">{t('joinAnother')}</Link>
    </EmptyMessage>
  );
}
