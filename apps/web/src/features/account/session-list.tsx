'use client';
import type { SessionInformation } from '@podlab/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { accountApi } from '../../lib/learning-api';
import styles from './account.module.css';

/** Where one is signed in; each can be ended, or all. */
export function SessionList() {
  const t = useTranslations('account');
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: accountApi.sessions });
  const endAll = async () => {
    await accountApi.endSessions();
    await queries.resetQueries();
  };
  return (
    <section className={styles.section} aria-label={t('sessions')}>
      <div className={styles.head}>
        <h2>{t('sessions')}</h2>
        <ConfirmButton
          variant="default"
          size="compact-md"
          title={t('endAll')}
          question={t('endAllQuestion')}
          confirm={t('endAll')}
          onConfirm={endAll}
        >
          {t('endAll')}
        </ConfirmButton>
      </div>
      <ProblemAlert error={sessions.error} />
      <ul className={styles.list}>
        {sessions.data?.items.map((session) => (
          <li key={session.id}>
            <OneSession session={session} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneSession({ session }: { session: SessionInformation }) {
  const t = useTranslations('account');
  const format = useFormatter();
  const queries = useQueryClient();
  const since = format.dateTime(new Date(session.created_at), { dateStyle: 'medium', timeStyle: 'short' });
  const until = format.dateTime(new Date(session.expires_at), { dateStyle: 'medium' });
  const end = async () => {
    await accountApi.endSession(session.id);
    await queries.invalidateQueries({ queryKey: ['sessions'] });
  };
  return (
    <>
      <p>
        <b>{session.current ? t('thisSession') : t(`method.${session.method}`)}</b>
        <small>{t('sinceUntil', { since, until })}</small>
      </p>
      {!session.current && (
        <ConfirmButton
          variant="subtle"
          size="compact-md"
          title={t('end')}
          question={t('endQuestion', { since })}
          confirm={t('end')}
          onConfirm={end}
          aria-label={t('endNamed', { since })}
        >
          {t('end')}
        </ConfirmButton>
      )}
    </>
  );
}
