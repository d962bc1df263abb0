'use client';
import { Button, TextInput } from '@mantine/core';
import type { Person } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { accountApi } from '../../lib/learning-api';
import styles from './account.module.css';

/** The name that the class sees. */
export function NameForm({ person }: { person: Person }) {
  const t = useTranslations('account');
  const session = useTranslations('session');
  const queries = useQueryClient();
  const [name, setName] = useState(person.name);
  const rename = useMutation({
    mutationFn: () => accountApi.rename(person.id, name.trim()),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <section className={styles.section} aria-label={t('person')}>
      <h2>{t('person')}</h2>
      <p className={styles.hint}>
        {session(`role.${person.role}`)} ·{' '}
        {person.login ? t('signsInAs', { login: person.login }) : t('noLogin')}
      </p>
      <form className={styles.row} onSubmit={submit}>
        <TextInput
          label={t('name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          autoComplete="name"
          required
        />
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === person.name}>
          {t('save')}
        </Button>
      </form>
      <ProblemAlert error={rename.error} />
    </section>
  );
}
