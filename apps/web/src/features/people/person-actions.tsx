'use client';
import { Button } from '@mantine/core';
import type { Person } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { saveFile } from '../../lib/save-file';
import { teachingApi } from '../../lib/teaching-api';
import styles from './people.module.css';

export function PersonActions({
  person: { id, name },
  own,
  children,
}: {
  person: Person;
  own: boolean;
  children: ReactNode;
}) {
  const t = useTranslations('people');
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async () =>
      saveFile(
        `${name}.json`,
        `${JSON.stringify(await teachingApi.exportPerson(id), null, 2)}\n`,
        'application/json',
      ),
  });
  const remove = async () => {
    await teachingApi.removePerson(id);
    await queries.invalidateQueries({ queryKey: ['people'] });
  };
  return (
    <span className={styles.actions}>
      {children}
      <Button
        variant="subtle"
        loading={save.isPending}
        onClick={() => save.mutate()}
        aria-label={t('exportNamed', { name })}
      >
        {t('export')}
      </Button>
      {!own && (
        <ConfirmButton
          variant="subtle"
          className={styles.danger}
          title={t('removeNamed', { name })}
          question={t('removeQuestion', { name })}
          confirm={t('removeForever')}
          onConfirm={remove}
          aria-label={t('removeNamed', { name })}
        >
          {t('remove')}
        </ConfirmButton>
      )}
      <ProblemAlert error={save.error} />
    </span>
  );
}
