'use client';
import { Button, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
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

const EMPTY_FORM = {
  name: 'lab06',
  nodes: 3,
  seed: '',
  cloud: false,
  mode: 'iptables' as NonNullable<NonNullable<ClusterCreateBody['kube_proxy']>['mode']>,
  families: 'IPv4',
  ingress: false,
};
type Form = typeof EMPTY_FORM;
const FAMILIES = ['IPv4', 'IPv6', 'IPv4,IPv6', 'IPv6,IPv4'];

function bodyOf({ name, nodes, seed, cloud, mode, families, ingress }: Form): ClusterCreateBody {
  return {
    name,
    nodes,
    cloud: { enabled: cloud },
    kube_proxy: { mode },
    ip_families: families.split(',') as ClusterCreateBody['ip_families'],
    ...(ingress && { ingress_controller: { enabled: true } }),
    ...(seed.trim() && { seed: seed.trim() }),
  };
}

export function CreateCluster({ first, onCancel }: { first: boolean; onCancel?: () => void }) {
  const t = useTranslations('clusters');
  const common = useTranslations('common');
  const [form, setForm] = useState(EMPTY_FORM);
  const create = useCreateCluster();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(bodyOf(form));
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
      <MoreSettings form={form} onForm={setForm} />
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

function MoreSettings({ form, onForm }: { form: Form; onForm: (form: Form) => void }) {
  const t = useTranslations('clusters');
  return (
    <details className={styles.more}>
      <summary>{t('more')}</summary>
      <div className={styles.moreFields}>
        <NativeSelect
          size="md"
          label={t('proxyMode')}
          value={form.mode}
          onChange={(event) => onForm({ ...form, mode: event.currentTarget.value as Form['mode'] })}
          data={['iptables', 'nftables']}
        />
        <NativeSelect
          size="md"
          label={t('families')}
          value={form.families}
          onChange={(event) => onForm({ ...form, families: event.currentTarget.value })}
          data={FAMILIES.map((value) => ({ value, label: value.replace(',', ' + ') }))}
        />
        <Switch
          size="md"
          label={t('ingress')}
          checked={form.ingress}
          onChange={(event) => onForm({ ...form, ingress: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
