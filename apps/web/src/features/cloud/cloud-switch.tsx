'use client';
import { Switch } from '@mantine/core';
import type { Cluster } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useProblemTitle } from '../../components/ui/use-problem-title';
import { podlabApi } from '../../lib/podlab-api';

/** The cloud provider: without one, a LoadBalancer Service waits for its address for ever. */
export function CloudSwitch({ cluster }: { cluster: Cluster }) {
  const t = useTranslations('cloud');
  const title = useProblemTitle();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (enabled: boolean) => podlabApi.setCloud(cluster.id, { ...cluster.cloud, enabled }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['cluster', cluster.id] }),
  });
  const enabled = change.isPending ? change.variables : cluster.cloud.enabled;
  return (
    <Switch
      size="md"
      label={enabled ? t('on') : t('off')}
      aria-label={t('label')}
      checked={enabled}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
      error={change.error && title(change.error)}
    />
  );
}
