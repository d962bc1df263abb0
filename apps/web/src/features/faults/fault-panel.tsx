'use client';
import { Button } from '@mantine/core';
import type { Fault } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { clockText } from '../../lib/virtual-time';
import { FaultForm } from './fault-form';
import styles from './faults.module.css';
import { useFaults, useHeal } from '../../lib/use-faults';

/** What is broken on purpose, and the way to break more. */
export function FaultPanel() {
  const t = useTranslations('faults');
  const faults = useFaults();
  const items = faults.data?.items ?? [];
  const active = items.filter(({ state }) => state === 'Active');
  const ended = items.filter(({ state }) => state === 'Ended').slice(0, 10);
  return (
    <div className={styles.panel}>
      <p className={styles.hint}>{t('lead')}</p>
      <FaultForm />
      <ProblemAlert error={faults.error} />
      <h2 className={styles.heading}>{t('active')}</h2>
      {active.length === 0 ? (
        <EmptyMessage icon="check" title={t('none')} />
      ) : (
        <FaultList label={t('active')} faults={active} />
      )}
      {ended.length > 0 && (
        <>
          <h2 className={styles.heading}>{t('ended')}</h2>
          <FaultList label={t('ended')} faults={ended} />
        </>
      )}
    </div>
  );
}

function FaultList({ label, faults }: { label: string; faults: readonly Fault[] }) {
  const t = useTranslations('faults');
  const heal = useHeal();
  return (
    <>
      <ProblemAlert error={heal.error} />
      <ul className={styles.list} aria-label={label}>
        {faults.map((fault) => (
          <li key={fault.id} data-active={fault.state === 'Active'}>
            <Icon name={fault.state === 'Active' ? 'warning' : 'check'} />
            <div>
              <b>{t(`name.${fault.kind}`)}</b>
              <span>{targetText(fault)}</span>
              <small>
                {fault.ended_because
                  ? t(`end.${fault.ended_because}`)
                  : fault.ends_at
                    ? t('until', { time: clockText(Date.parse(fault.ends_at)) })
                    : t('untilHealed')}
              </small>
            </div>
            {fault.state === 'Active' && (
              <Button
                size="sm"
                variant="default"
                onClick={() => heal.mutate(fault.id)}
                loading={heal.isPending && heal.variables === fault.id}
                aria-label={t('healNamed', { fault: `${t(`name.${fault.kind}`)} ${targetText(fault)}` })}
              >
                {t('heal')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const targetText = ({ target }: Fault): string =>
  target.kind === 'Pod' ? `${target.namespace}/${target.name}` : target.name;
