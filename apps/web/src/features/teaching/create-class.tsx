'use client';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import styles from './teaching.module.css';

export function CreateClass({ onCancel }: { onCancel?: () => void }) {
  const t = useTranslations('teaching.list');
  const common = useTranslations('common');
  const router = useRouter();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [seed, setSeed] = useState('');
  const create = useMutation({
    mutationFn: () => teachingApi.createClass({ name, ...(seed.trim() && { seed: seed.trim() }) }),
    onSuccess: (room) => {
      queries.setQueryData(['class', room.id], room);
      void queries.invalidateQueries({ queryKey: ['classes'] });
      router.push(`/classes?id=${encodeURIComponent(room.id)}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={t('create')}>
      <TextInput
        size="md"
        label={t('name')}
        placeholder={t('namePlaceholder')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        maxLength={64}
        data-autofocus
      />
      <TextInput
        size="md"
        label={t('seed')}
        placeholder={t('seedPlaceholder')}
        value={seed}
        onChange={(event) => setSeed(event.currentTarget.value)}
        maxLength={64}
      />
      <div className={styles.formEnd}>
        {onCancel && (
          <Button size="md" variant="default" onClick={onCancel}>
            {common('cancel')}
          </Button>
        )}
        <Button size="md" type="submit" loading={create.isPending} disabled={!name.trim()}>
          {t('create')}
        </Button>
      </div>
      <ProblemAlert error={create.error} />
    </form>
  );
}
