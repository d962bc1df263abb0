'use client';
import { Button } from '@mantine/core';
import type { AttemptStep } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import { LabText } from './lab-text';
import styles from './labs.module.css';
import { useHint } from './use-attempt';

/** Hints, one after another; what the next one costs stands on its button. */
export function StepHints({ attempt, step, own }: { attempt: string; step: AttemptStep; own: boolean }) {
  const t = useTranslations('lab');
  const say = useBilingual();
  const format = useFormatter();
  const open = useHint(attempt);
  if (step.hints.length === 0) return null;
  const next = step.hints.findIndex(({ text }) => text === null);
  const cost = next < 0 ? 0 : step.hints[next]!.cost * step.max;
  const price =
    cost > 0 ? t('hintCost', { points: format.number(cost, { maximumFractionDigits: 2 }) }) : t('hintFree');
  return (
    <section className={styles.hints} aria-label={t('hints')}>
      <ol className={styles.hintList} aria-live="polite">
        {step.hints.map(
          ({ text }, index) =>
            text && (
              <li key={index}>
                <LabText text={say(text)} />
              </li>
            ),
        )}
      </ol>
      {next >= 0 && (
        <Button
          variant="subtle"
          size="compact-md"
          disabled={!own}
          loading={open.isPending}
          onClick={() => open.mutate(step.name)}
        >
          {t('hint', { number: next + 1, count: step.hints.length, price })}
        </Button>
      )}
      <ProblemAlert error={open.error} />
    </section>
  );
}
