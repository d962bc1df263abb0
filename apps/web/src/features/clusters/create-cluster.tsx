'use client';
import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import type { ClusterCreateBody } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useRef, useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { podlabApi } from '../../lib/podlab-api';
import { asProblem } from '../../lib/problem';
import styles from './clusters.module.css';

const newKey = (): string => Array.from(crypto.getRandomValues(new Uint32Array(4)), String).join('-');

function useCreateCluster() {
  const router = useRouter();
  const queries = useQueryClient();
  // One key an attempt: pressing again after a break makes no second cluster.
  const attempt = useRef(newKey());
  return useMutation({
    mutationFn: (body: ClusterCreateBody) => podlabApi.createCluster(body, attempt.current),
    onSuccess: (cluster) => {
      queries.setQueryData(['cluster', cluster.id], cluster);
      void queries.invalidateQueries({ queryKey: ['clusters'] });
      router.push(`/cluster?id=${encodeURIComponent(cluster.id)}`);
    },
    onError: (error) => {
      if (asProblem(error).status !== 0) attempt.current = newKey();
    },
  });
}

export function CreateCluster({ first, onCancel }: { first: boolean; onCancel?: () => void }) {
  const t = useTranslations('clusters');
  const common = useTranslations('common');
  const [form, setForm] = useState({ name: 'lab06', nodes: 3, seed: '', cloud: false });
  const create = useCreateCluster();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      name: form.name,
      nodes: form.nodes,
      cloud: { enabled: form.cloud },
      ...(form.seed.trim() && { seed: form.seed.trim() }),
    });
  };
  return (
    <form className={styles.create} onSubmit={submit} aria-label={t('create')}>
      <TextInput
        size="md"
        label={t('name')}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        required
        maxLength={64}
        data-autofocus
      />
      <NumberInput
        size="md"
        label={t('nodes')}
        min={1}
        max={100}
        value={form.nodes}
        onChange={(nodes) => setForm({ ...form, nodes: Number(nodes) || 1 })}
      />
      <TextInput
        size="md"
        label={t('seed')}
        placeholder={t('seedPlaceholder')}
        value={form.seed}
        onChange={(event) => setForm({ ...form, seed: event.currentTarget.value })}
        maxLength={64}
      />
      <Switch
        size="md"
        label={t('cloud')}
        checked={form.cloud}
        onChange={(event) => setForm({ ...form, cloud: event.currentTarget.checked })}
      />
      <div className={styles.createEnd}>
        {onCancel && (
          <Button size="md" variant="default" onClick={onCancel}>
            {common('cancel')}
          </Button>
        )}
        <Button size="md" type="submit" loading={create.isPending}>
          {first ? t('createFirst') : t('create')}
        </Button>
      </div>
      <div className={styles.createProblem}>
        <ProblemAlert error={create.error} />
      </div>
    </form>
  );
}
