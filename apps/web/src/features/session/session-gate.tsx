'use client';
import type { Session } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { AppHeader } from '../../components/ui/app-header';
import { asProblem } from '../../lib/problem';
import { usePageTitle } from '../../lib/page-title';
import { podlabApi } from '../../lib/podlab-api';
import { ProblemAlert } from '../../components/ui/problem-alert';
import styles from './session.module.css';
import { SignInWays } from './sign-in-ways';

/** Shows its page to who is signed in, and to others how to sign in. */
export function SessionGate({ children }: { children: (session: Session) => ReactNode }) {
  const t = useTranslations('session');
  const session = useQuery({ queryKey: ['session'], queryFn: podlabApi.session, staleTime: 60_000 });
  const signedOut = session.error !== null && asProblem(session.error).status === 401;
  usePageTitle(signedOut ? t('signInTitle') : null);
  if (session.isPending) return <p className={styles.wait}>{t('checking')}</p>;
  if (session.data) return children(session.data);
  return (
    <>
      <AppHeader />
      <main id="main" className={styles.page}>
        {signedOut ? (
          <>
            <h1 className={styles.title}>{t('signInTitle')}</h1>
            <p className={styles.lead}>{t('signedOutHint')}</p>
            <SignInWays />
          </>
        ) : (
          <ProblemAlert error={session.error} />
        )}
      </main>
    </>
  );
}
