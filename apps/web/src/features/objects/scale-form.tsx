'use client';
import { ActionIcon } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useClusterId } from '../../lib/cluster-context';
import { scaleObject } from '../../lib/kube-api';
import type { KubeObject } from '../../lib/kube-object';
import styles from './objects.module.css';

type Scaled = KubeObject & { spec?: { replicas?: number }; status?: { readyReplicas?: number } };

/** More or fewer of the same pods. */
export function ScaleForm({ object }: { object: KubeObject }) {
  const t = useTranslations('objects');
  const cluster = useClusterId();
  const scale = useMutation({ mutationFn: (replicas: number) => scaleObject(cluster, object, replicas) });
  const { spec, status } = object as Scaled;
  const replicas = spec?.replicas ?? 1;
  return (
    <div className={styles.scale} role="group" aria-label={t('scale')}>
      <span>{t('replicas')}</span>
      <ActionIcon
        variant="default"
        size={40}
        disabled={replicas === 0 || scale.isPending}
        onClick={() => scale.mutate(replicas - 1)}
        aria-label={t('fewer')}
      >
        <Icon name="minus" />
      </ActionIcon>
      <output className={styles.replicas}>{replicas}</output>
      <ActionIcon
        variant="default"
        size={40}
        disabled={scale.isPending}
        onClick={() => scale.mutate(replicas + 1)}
        aria-label={t('moreReplicas')}
      >
        <Icon name="plus" />
      </ActionIcon>
      <span>{t('readyOf', { ready: status?.readyReplicas ?? 0, all: replicas })}</span>
      <ProblemAlert error={scale.error} />
    </div>
  );
}
