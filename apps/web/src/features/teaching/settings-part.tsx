'use client';
import { Button, NumberInput, Radio, TextInput } from '@mantine/core';
import type { Class, ClassQuotas } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import { ClassEnd } from './class-end';
import styles from './teaching.module.css';

const BOUNDS: Record<keyof ClassQuotas, readonly [number, number]> = {
  clusters: [1, 100],
  pods: [1, 2000],
  objects: [100, 10_000],
  requests_per_minute: [1, 100_000],
  history: [500, 100_000],
};
const QUOTAS = Object.keys(BOUNDS) as (keyof ClassQuotas)[];

/** Name, bounds of the students' clusters, what assistants may do; and the end of the class. */
export function SettingsPart({ room, open }: { room: Class; open: boolean }) {
  const t = useTranslations('teaching.settings');
  const queries = useQueryClient();
  const [name, setName] = useState(room.name);
  const [quotas, setQuotas] = useState(room.quotas);
  const [assistants, setAssistants] = useState(room.settings.assistants);
  const save = useMutation({
    mutationFn: () => teachingApi.changeClass(room.id, { name, quotas, settings: { assistants } }),
    onSuccess: (changed) => {
      queries.setQueryData(['class', room.id], changed);
      return queries.invalidateQueries({ queryKey: ['classes'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <div className={styles.part}>
      <form className={styles.box} onSubmit={submit} aria-label={t('title')}>
        <h2>{t('title')}</h2>
        <div className={styles.fields}>
          <TextInput
            label={t('name')}
            value={name}
            maxLength={64}
            required
            disabled={!open}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {room.seed !== undefined && (
            <TextInput label={t('seed')} description={t('seedHint')} value={room.seed} readOnly />
          )}
        </div>
        <QuotaFields quotas={quotas} onQuotas={setQuotas} open={open} />
        <Radio.Group
          label={t('assistants')}
          value={assistants}
          onChange={(value) => setAssistants(value as typeof assistants)}
        >
          <div className={styles.choices}>
            <Radio value="read" label={t('read')} disabled={!open} />
            <Radio value="use" label={t('use')} disabled={!open} />
          </div>
        </Radio.Group>
        {open && (
          <div className={styles.boxEnd}>
            {save.isSuccess && (
              <span role="status" className={styles.saved}>
                <Icon name="check" size={18} /> {t('saved')}
              </span>
            )}
            <Button type="submit" loading={save.isPending}>
              {t('save')}
            </Button>
          </div>
        )}
        <ProblemAlert error={save.error} />
      </form>
      <ClassEnd room={room} />
    </div>
  );
}

function QuotaFields({
  quotas,
  onQuotas,
  open,
}: {
  quotas: ClassQuotas;
  onQuotas: (quotas: ClassQuotas) => void;
  open: boolean;
}) {
  const t = useTranslations('teaching.settings');
  return (
    <>
      <h3>{t('quotas')}</h3>
      <div className={styles.fields}>
        {QUOTAS.map((quota) => (
          <NumberInput
            key={quota}
            label={t(`quota.${quota}`)}
            description={t(`per.${quota}`)}
            min={BOUNDS[quota][0]}
            max={BOUNDS[quota][1]}
            disabled={!open}
            value={quotas[quota]}
            onChange={(value) => onQuotas({ ...quotas, [quota]: Number(value) || BOUNDS[quota][0] })}
          />
        ))}
      </div>
    </>
  );
}
