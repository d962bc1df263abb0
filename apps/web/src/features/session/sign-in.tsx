'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { usePageTitle } from '../../lib/page-title';
import { podlabApi } from '../../lib/podlab-api';
import styles from './session.module.css';
import { SignInWays } from './sign-in-ways';

/** The code stands in the fragment, which no server or proxy log ever sees. */
const codeOf = (fragment: string): string | null => new URLSearchParams(fragment.slice(1)).get('code');

/** Who came from a class's code goes back to it. */
function placeAfter(query: string): string {
  const join = new URLSearchParams(query).get('join');
  return join === null ? '/' : `/join?code=${encodeURIComponent(join)}`;
}

/** Trades the code of a one-time link for a session, or asks; whoever is in goes on. */
export function SignIn() {
  const t = useTranslations('session');
  usePageTitle(t('signInTitle'));
  const router = useRouter();
  const queries = useQueryClient();
  const [code] = useState(() => codeOf(location.hash));
  const sent = useRef(false);
  const signIn = useMutation({
    mutationFn: (once: string) => podlabApi.signIn({ code: once }),
    onSuccess: (session) => queries.setQueryData(['session'], session),
  });
  const session = useQuery({
    queryKey: ['session'],
    queryFn: podlabApi.session,
    enabled: code === null,
    staleTime: 60_000,
  });
  // A code is traded first, whoever may be signed in already; where it failed, another way may lead in.
  const isIn = session.data !== undefined && (code === null || signIn.isSuccess || signIn.isError);
  const isOut = code === null && session.isError;
  const { mutate } = signIn;
  useEffect(() => {
    if (!code || sent.current) return;
    sent.current = true;
    mutate(code);
  }, [code, mutate]);
  useEffect(() => {
    if (isIn) router.replace(placeAfter(location.search));
  }, [isIn, router]);
  return (
    <main id="main" className={styles.page}>
      {isOut || signIn.error ? (
        <>
          <h1 className={styles.title}>{t('signInTitle')}</h1>
          {signIn.error && (
            <EmptyMessage icon="door" title={t('linkUsed')}>
              {t('linkUsedHint')}
            </EmptyMessage>
          )}
          <ProblemAlert error={signIn.error} />
          <SignInWays />
        </>
      ) : (
        <EmptyMessage icon="door" title={code ? t('entering') : t('checking')} />
      )}
    </main>
  );
}
