'use client';
import { Button, NativeSelect, NumberInput, Switch } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useObjects } from '../../lib/cluster-context';
import {
  EMPTY_FAULT,
  FAULT_KINDS,
  FAULT_TARGETS,
  faultBody,
  type FaultDraft,
  type TargetKind,
  withKind,
} from './fault-plan';
import styles from './faults.module.css';
import { useInject } from '../../lib/use-faults';

const DURATIONS = [0, 10_000, 60_000, 600_000];

function useTargets(kind: TargetKind): string[] {
  const nodes = useObjects('Node');
  const pods = useObjects('Pod');
  if (kind === 'Node') return [...nodes.keys()].sort();
  if (kind === 'Pod') return [...pods.keys()].sort();
  const images = [...pods.values()].flatMap(({ spec }) => spec.containers.map(({ image }) => image ?? ''));
  return [...new Set(images)].sort();
}

/** Breaks one thing of the cluster, for a time or until it is healed. */
export function FaultForm() {
  const t = useTranslations('faults');
  const [draft, setDraft] = useState<FaultDraft>(EMPTY_FAULT);
  const inject = useInject();
  const targets = useTargets(draft.targetKind);
  const target = targets.includes(draft.target) ? draft.target : (targets[0] ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    inject.mutate(faultBody({ ...draft, target }));
  };
  const kinds = FAULT_TARGETS[draft.kind];
  return (
    <form className={styles.form} onSubmit={submit} aria-label={t('break')}>
      <NativeSelect
        className={styles.wide}
        label={t('kind')}
        description={t(`about.${draft.kind}`)}
        value={draft.kind}
        onChange={(event) => setDraft(withKind(draft, event.currentTarget.value as FaultDraft['kind']))}
        data={FAULT_KINDS.map((value) => ({ value, label: t(`name.${value}`) }))}
      />
      {kinds.length > 1 && (
        <NativeSelect
          label={t('targetKind')}
          value={draft.targetKind}
          onChange={(event) =>
            setDraft({ ...draft, targetKind: event.currentTarget.value as TargetKind, target: '' })
          }
          data={kinds.map((value) => ({ value, label: t(`target.${value}`) }))}
        />
      )}
      <NativeSelect
        label={t(`target.${draft.targetKind}`)}
        value={target}
        onChange={(event) => setDraft({ ...draft, target: event.currentTarget.value })}
        data={targets}
      />
      <Params draft={draft} onDraft={setDraft} />
      <NativeSelect
        label={t('duration')}
        value={String(draft.durationMs)}
        onChange={(event) => setDraft({ ...draft, durationMs: Number(event.currentTarget.value) })}
        data={DURATIONS.map((ms) => ({
          value: String(ms),
          label: ms === 0 ? t('untilHealed') : t('seconds', { seconds: ms / 1000 }),
        }))}
      />
      <div className={styles.wide}>
        <Button type="submit" className="danger" disabled={target === ''} loading={inject.isPending}>
          {t('break')}
        </Button>
        <ProblemAlert error={inject.error} />
      </div>
    </form>
  );
}

function Params({ draft, onDraft }: { draft: FaultDraft; onDraft: (draft: FaultDraft) => void }) {
  const t = useTranslations('faults');
  switch (draft.kind) {
    case 'LinkLatency':
      return (
        <NumberInput
          label={t('latency')}
          min={1}
          max={60_000}
          value={draft.latencyMs}
          onChange={(value) => onDraft({ ...draft, latencyMs: Number(value) || 1 })}
        />
      );
    case 'PacketLoss':
      return (
        <NumberInput
          label={t('loss')}
          min={1}
          max={100}
          value={draft.lossPercent}
          onChange={(value) => onDraft({ ...draft, lossPercent: Number(value) || 1 })}
        />
      );
    case 'ContainerCrash':
      return (
        <Switch
          label={t('once')}
          checked={draft.once}
          onChange={(event) => onDraft({ ...draft, once: event.currentTarget.checked })}
        />
      );
    default:
      return null;
  }
}
