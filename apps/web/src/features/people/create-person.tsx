'use client';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { Role } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { CodeBlock } from '../../components/ui/code-block';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import styles from './people.module.css';

const EMPTY = { login: '', name: '', role: 'teacher' as Role };

/** A new person, a teacher unless told otherwise: students come in by their classes. */
export function CreatePerson() {
  const t = useTranslations('people');
  const link = useTranslations('teaching.link');
  const format = useFormatter();
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const create = useMutation({
    mutationFn: () =>
      teachingApi.createPerson({
        login: form.login,
        role: form.role,
        ...(form.name.trim() && { name: form.name.trim() }),
      }),
    onSuccess: () => {
      setForm(EMPTY);
      return queries.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={t('add')}>
      <TextInput
        label={t('login')}
        value={form.login}
        onChange={(event) => setForm({ ...form, login: event.currentTarget.value })}
        required
        maxLength={64}
        autoComplete="off"
      />
      <TextInput
        label={t('name')}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        maxLength={64}
        autoComplete="off"
      />
      <NativeSelect
        label={t('role')}
        value={form.role}
        onChange={(event) => setForm({ ...form, role: event.currentTarget.value as Role })}
        data={(['teacher', 'student', 'admin'] as const).map((value) => ({
          value,
          label: t(`roles.${value}`),
        }))}
      />
      <Button type="submit" loading={create.isPending} disabled={!form.login.trim()}>
        {t('add')}
      </Button>
      <ProblemAlert error={create.error} />
      {create.data && (
        <div className={styles.created} role="status">
          <p>
            <b>{t('added', { name: create.data.name })}</b>{' '}
            {link('once', {
              date: format.dateTime(new Date(create.data.link.expires_at), {
                dateStyle: 'medium',
                timeStyle: 'short',
              }),
            })}
          </p>
          <CodeBlock text={create.data.link.url} label={link('link')} />
        </div>
      )}
    </form>
  );
}
