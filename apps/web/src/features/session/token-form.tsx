'use client';
import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { podlabApi } from '../../lib/podlab-api';
import styles from './session.module.css';

/** Signing in with a bearer token, where the link is not at hand. */
export function TokenForm() {
  const t = useTranslations('session');
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const signIn = useMutation({
    mutationFn: () => podlabApi.signIn({ token: token.trim() }),
    onSuccess: (session) => queries.setQueryData(['session'], session),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim()) signIn.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <PasswordInput
        label={t('token')}
        description={t('tokenHint')}
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        autoComplete="off"
        size="md"
        visibilityToggleButtonProps={{ 'aria-label': t('showToken'), tabIndex: 0 }}
      />
      <ProblemAlert error={signIn.error} />
      <Button type="submit" size="md" loading={signIn.isPending}>
        {t('signIn')}
      </Button>
    </form>
  );
}
