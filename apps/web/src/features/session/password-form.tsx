'use client';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { accountApi } from '../../lib/learning-api';
import styles from './session.module.css';

/** Signing in with a login and its password. */
export function PasswordForm() {
  const t = useTranslations('session');
  const queries = useQueryClient();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => accountApi.signIn(login.trim(), password),
    onSuccess: (session) => queries.setQueryData(['session'], session),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextInput
        label={t('login')}
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        size="md"
        required
      />
      <PasswordInput
        label={t('password')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        size="md"
        required
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
      />
      <ProblemAlert error={signIn.error} />
      <Button type="submit" size="md" loading={signIn.isPending}>
        {t('signIn')}
      </Button>
    </form>
  );
}
