'use client';
import { Button, NativeSelect } from '@mantine/core';
import type { SendRequestBody } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useClusterId, useObjects } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import type { PresetGroup } from './presets';
import { MOST_SENDERS, MOST_TARGETS, reached, sendersOf, targetKinds } from './reach';
import { ReachTable } from './reach-table';
import styles from './requests.module.css';

function useEnds() {
  const services = [...useObjects('Service').values()];
  const nodes = [...useObjects('Node').values()];
  const pods = [...useObjects('Pod').values()];
  const senders = sendersOf({ pods, nodes });
  const all = sendersOf({ pods, nodes }, Infinity).length;
  return { senders, all, kinds: targetKinds({ services, nodes, pods }) };
}

/** Everybody tries everything at one moment: a picture of what is open and what is closed. Each cell can be walked. */
export function ReachPanel({
  onSend,
  sending,
}: {
  onSend: (body: SendRequestBody) => void;
  sending: boolean;
}) {
  const t = useTranslations('requests');
  const cluster = useClusterId();
  const { senders, all, kinds } = useEnds();
  const [chosen, setChosen] = useState<PresetGroup['kind']>('name');
  const group = kinds.find(({ kind }) => kind === chosen) ?? kinds[0];
  const from = senders.slice(0, MOST_SENDERS);
  const to = (group?.urls ?? []).slice(0, MOST_TARGETS);
  const attempt = useMutation({
    mutationFn: async () => ({ from, to, ...(await podlabApi.connectivity(cluster, { from, to })) }),
  });
  if (!group) return <EmptyMessage icon="service" title={t('reach.nothing')} />;
  const leftOut = all - from.length + group.urls.length - to.length;
  return (
    <div className={styles.panel}>
      <p className={styles.note}>{t('reach.lead')}</p>
      <div className={styles.reachForm}>
        <NativeSelect
          label={t('reach.targets')}
          value={group.kind}
          onChange={(event) => setChosen(event.currentTarget.value as PresetGroup['kind'])}
          data={kinds.map(({ kind }) => ({ value: kind, label: t(`preset.${kind}`) }))}
        />
        <Button
          loading={attempt.isPending}
          onClick={() => attempt.mutate()}
          leftSection={<Icon name="table" size={18} />}
        >
          {t(attempt.data ? 'reach.again' : 'reach.try')}
        </Button>
      </div>
      {leftOut > 0 && <p className={styles.note}>{t('reach.leftOut', { count: leftOut })}</p>}
      <ProblemAlert error={attempt.error} />
      {attempt.data && (
        <>
          <p className={styles.note} role="status">
            {t('reach.summary', {
              reached: reached(attempt.data.matrix),
              all: attempt.data.matrix.flat().length,
              time: attempt.data.at.slice(11, 19),
            })}
          </p>
          <ReachTable {...attempt.data} onSend={onSend} sending={sending} />
        </>
      )}
    </div>
  );
}
