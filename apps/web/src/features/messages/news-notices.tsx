'use client';
import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { Icon } from '../../components/ui/icon';
import { podlabApi } from '../../lib/podlab-api';
import { type News, useNews } from './class-news';
import styles from './messages.module.css';
import { unreadOf } from './unread';
import { useReadUntil } from './use-read-until';

/** What the teacher says and shows, quietly: it waits in its place until it is put aside. */
export function NewsNotices({ cluster }: { cluster?: string }) {
  const news = useNews();
  return news && <Notices key={news.classId} news={news} cluster={cluster} />;
}

function Notices({ news, cluster }: { news: News; cluster: string | undefined }) {
  const t = useTranslations('news');
  const format = useFormatter();
  const session = useQuery({ queryKey: ['session'], queryFn: podlabApi.session, staleTime: 60_000 });
  const { readUntil, read } = useReadUntil(news.classId);
  const unread = session.data ? unreadOf(news.messages, readUntil, session.data.person.id) : [];
  return (
    <div className={styles.notices} aria-live="polite" aria-label={t('notices')} role="region">
      <BroadcastNotice cluster={cluster} />
      {unread.map(({ id, from, text, sent_at: at }) => (
        <div key={id} className={styles.notice}>
          <Icon name="message" />
          <p>
            <b>{from.name}</b> <small>{format.dateTime(new Date(at), { timeStyle: 'short' })}</small>
            <span>{text}</span>
          </p>
          <ActionIcon variant="subtle" color="gray" onClick={() => read(at)} aria-label={t('putAside')}>
            <Icon name="cross" size={16} />
          </ActionIcon>
        </div>
      ))}
    </div>
  );
}

/** A way to what the class is shown at the moment. */
export function BroadcastNotice({ cluster }: { cluster?: string }) {
  const t = useTranslations('news');
  const news = useNews();
  if (!news || news.broadcast === null || news.broadcast === cluster) return null;
  return (
    <div className={styles.notice} data-broadcast>
      <Icon name="cast" />
      <p>{t('broadcast')}</p>
      <Button component={Link} size="compact-md" href={watchPath(news, cluster)}>
        {t('watch')}
      </Button>
    </div>
  );
}

function watchPath({ classId, broadcast }: News, cluster: string | undefined): string {
  const query = new URLSearchParams({ id: broadcast ?? '', watch: classId });
  if (cluster !== undefined) query.set('back', cluster);
  return `/cluster?${query.toString()}`;
}
