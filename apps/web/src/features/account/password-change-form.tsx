'use client';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { PasswordChange, Person } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { accountApi } from '../../lib/learning-api';
import styles from './account.module.css';

const EMPTY = { login: '', current: '', password: '' };

/** Sets a password, or another one; who has no login chooses one with it. */
export function PasswordChangeForm({ person }: { person: Person }) {
  const t = useTranslations('account');
  const session = useTranslations('session');
  const queries = useQueryClient();
  const [fields, setFields] = useState(EMPTY);
  const change = useMutation({
    mutationFn: () => accountApi.setPassword(bodyOf(fields, person)),
    onSuccess: async () => {
      setFields(EMPTY);
      await queries.invalidateQueries({ queryKey: ['session'] });
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const toggle = { 'aria-label': session('showPassword'), tabIndex: 0 };
  return (
    <section className={styles.section} aria-label={session('password')}>
      <h2>{session('password')}</h2>
      <p className={styles.hint}>{t('passwordLead')}</p>
      <form className={styles.row} onSubmit={submit}>
        {person.login === null ? (
          <TextInput
            label={session('login')}
            value={fields.login}
            onChange={(event) => setFields({ ...fields, login: event.currentTarget.value })}
            autoComplete="username"
            maxLength={64}
            required
          />
        ) : (
          <PasswordInput
            label={t('current')}
            description={t('currentHint')}
            value={fields.current}
            onChange={(event) => setFields({ ...fields, current: event.currentTarget.value })}
            autoComplete="current-password"
            visibilityToggleButtonProps={toggle}
          />
        )}
        <PasswordInput
          label={t('newPassword')}
          description={session('passwordHint')}
          value={fields.password}
          onChange={(event) => setFields({ ...fields, password: event.currentTarget.value })}
          autoComplete="new-password"
          minLength={10}
          required
          visibilityToggleButtonProps={toggle}
        />
        <Button type="submit" loading={change.isPending}>
          {t('setPassword')}
        </Button>
      </form>
      <p role="status" className={styles.done}>
        {change.isSuccess && (
          <>
            <Icon name="check" size={18} /> {t('passwordSet')}
          </>
        )}
      </p>
      <ProblemAlert error={change.error} />
    </section>
  );
}

const bodyOf = ({ login, current, password }: typeof EMPTY, person: Person): PasswordChange => ({
  password,
  ...(person.login === null && { login: login.trim() }),
  ...(current && { current }),
});
