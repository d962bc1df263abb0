'use client';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { TokenScope } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { CodeBlock } from '../../components/ui/code-block';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { accountApi } from '../../lib/learning-api';
import styles from './account.module.css';

const DAY_S = 24 * 3600;
const DAYS = [1, 7, 30, 90, 365];
const SCOPES: readonly TokenScope[] = ['all', 'read', 'grade'];

/** A new token; it is shown once. */
export function TokenCreate() {
  const t = useTranslations('account');
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<TokenScope>('read');
  const [days, setDays] = useState(30);
  const create = useMutation({
    mutationFn: () => accountApi.createToken({ name: name.trim(), scope, expires_in_s: days * DAY_S }),
    onSuccess: () => {
      setName('');
      return queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <>
      <form className={styles.row} onSubmit={submit}>
        <TextInput
          label={t('tokenName')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          autoComplete="off"
          required
        />
        <NativeSelect
          label={t('tokenScope')}
          value={scope}
          onChange={(event) => setScope(event.currentTarget.value as TokenScope)}
          data={SCOPES.map((value) => ({ value, label: t(`scope.${value}`) }))}
        />
        <NativeSelect
          label={t('tokenDays')}
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={DAYS.map((value) => ({ value: String(value), label: t('days', { days: value }) }))}
        />
        <Button type="submit" loading={create.isPending}>
          {t('createToken')}
        </Button>
      </form>
      <ProblemAlert error={create.error} />
      {create.data && (
        <div role="status">
          <p className={styles.hint}>{t('tokenOnce')}</p>
          <CodeBlock text={create.data.token} label={create.data.name} />
        </div>
      )}
    </>
  );
}
