'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { podlabApi } from '../../lib/podlab-api';
import styles from './session.module.css';
import { TokenForm } from './token-form';

/** The code stands in the fragment, which no server or proxy log ever sees. */
const codeOf = (fragment: string): string | null => new URLSearchParams(fragment.slice(1)).get('code');

/** The page that a one-time link opens: trades the code for a session, once, and goes on to the clusters. */
export function SignIn() {
  const t = useTranslations('session');
  const router = useRouter();
  const queries = useQueryClient();
  const [code] = useState(() => codeOf(location.hash));
  const sent = useRef(false);
  const signIn = useMutation({
    mutationFn: (once: string) => podlabApi.signIn({ code: once }),
    onSuccess: (session) => {
      queries.setQueryData(['session'], session);
      router.replace('/');
    },
  });
  const { mutate } = signIn;
  useEffect(() => {
    if (!code || sent.current) return;
    sent.current = true;
    mutate(code);
  }, [code, mutate]);
  return (
    <main id="main" className={styles.page}>
      <EmptyMessage icon="door" title={code && !signIn.error ? t('entering') : t('linkUsed')}>
        {code && !signIn.error ? null : t('linkUsedHint')}
      </EmptyMessage>
      <ProblemAlert error={signIn.error} />
      {(!code || signIn.error) && <TokenForm />}
    </main>
  );
}
