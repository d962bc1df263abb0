'use client';
import { Button } from '@mantine/core';
import type { Attempt } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import { LabStep } from './lab-step';
import type { LabTools } from './lab-tools';
import styles from './labs.module.css';
import { QuotaList } from './quota-list';
import { RaisedHand } from './raised-hand';
import { useChecks, useIsOwn } from './use-attempt';

interface LabPanelProps {
  attempt: Attempt;
  tools: LabTools;
  open: boolean;
  onOpen: (open: boolean) => void;
}

const firstToDo = ({ steps }: Attempt): string =>
  (steps.find(({ done }) => !done) ?? steps.at(-1))?.name ?? '';

/** The lab beside its cluster: one line that is always there, and under it the steps, one of them open. */
export function LabPanel({ attempt, tools, open, onOpen }: LabPanelProps) {
  const t = useTranslations('lab');
  const [current, setCurrent] = useState(() => firstToDo(attempt));
  const checks = useChecks(attempt.id);
  const own = useIsOwn(attempt);
  const list = useRef<HTMLOListElement>(null);
  const goTo = (position: number) => {
    flushSync(() => setCurrent(attempt.steps[position]?.name ?? ''));
    const head = list.current?.children[position]?.querySelector('button');
    head?.focus();
    head?.scrollIntoView({ block: 'start' });
  };
  const index = attempt.steps.findIndex(({ name }) => name === current);
  return (
    <section className={styles.panel} aria-label={t('title')} data-open={open} data-lab-panel>
      <LabBar attempt={attempt} index={index} open={open} onOpen={onOpen} />
      {open && (
        <div className={styles.body}>
          {!own && <p className={styles.note}>{t('notYours', { name: attempt.person.name })}</p>}
          <ol className={styles.steps} ref={list}>
            {attempt.steps.map((step, position) => (
              <li key={step.name} data-current={step.name === current}>
                <LabStep
                  attempt={attempt}
                  step={step}
                  number={position + 1}
                  open={step.name === current}
                  onOpen={() => (step.name === current ? setCurrent('') : goTo(position))}
                  onNext={position + 1 < attempt.steps.length ? () => goTo(position + 1) : undefined}
                  checks={checks}
                  tools={tools}
                  own={own}
                />
              </li>
            ))}
          </ol>
          <LabEnd attempt={attempt} checks={checks} own={own} />
        </div>
      )}
    </section>
  );
}

/** Where one stands, in one line. */
function LabBar({
  attempt,
  index,
  open,
  onOpen,
}: Pick<LabPanelProps, 'attempt' | 'open' | 'onOpen'> & { index: number }) {
  const t = useTranslations('lab');
  const say = useBilingual();
  const step = attempt.steps[index];
  return (
    <button type="button" className={styles.bar} aria-expanded={open} onClick={() => onOpen(!open)}>
      <span className={styles.dots} aria-hidden>
        {attempt.steps.map(({ name, done }, position) => (
          <i key={name} data-done={done} data-current={position === index} />
        ))}
      </span>
      <span className={styles.barText}>
        <b>{say(attempt.title)}</b>
        <small>
          {step
            ? t('stepOf', { index: index + 1, count: attempt.steps.length, title: say(step.title) })
            : t('steps')}
        </small>
      </span>
      <Score score={attempt.score} max={attempt.max} />
      <span className={styles.chevron} data-open={open}>
        <Icon name="next" />
      </span>
    </button>
  );
}

function Score({ score, max }: { score: number | null; max: number }) {
  const t = useTranslations('lab');
  const format = useFormatter();
  const text = score === null ? '–' : format.number(score, { maximumFractionDigits: 1 });
  return (
    <span className={styles.score} aria-label={t('scoreOf', { score: text, max })}>
      <b>{text}</b> / {max}
    </span>
  );
}

function LabEnd({
  attempt,
  checks,
  own,
}: {
  attempt: Attempt;
  checks: ReturnType<typeof useChecks>;
  own: boolean;
}) {
  const t = useTranslations('lab');
  const format = useFormatter();
  const { run } = checks;
  const allBusy = run.isPending && run.variables === undefined;
  const isOver = attempt.due_at !== null && Date.parse(attempt.due_at) < Date.now();
  return (
    <div className={styles.end}>
      {attempt.steps.every(({ done }) => done) && (
        <p className={styles.allDone}>
          <Icon name="check" /> {t('labDone')}
        </p>
      )}
      {attempt.due_at && (
        <p className={styles.note} data-late={isOver}>
          {t(isOver ? 'over' : 'due', {
            time: format.dateTime(new Date(attempt.due_at), { dateStyle: 'medium', timeStyle: 'short' }),
          })}
        </p>
      )}
      <div className={styles.buttons}>
        <Button variant="default" disabled={!own} loading={allBusy} onClick={() => run.mutate(undefined)}>
          {t('checkAll')}
        </Button>
        {attempt.class && (
          <Button
            component={Link}
            variant="subtle"
            href={`/class?id=${encodeURIComponent(attempt.class)}`}
            leftSection={<Icon name="previous" size={18} />}
          >
            {t('toClass')}
          </Button>
        )}
      </div>
      <p role="status" className={styles.verdict}>
        {allBusy && t('checking')}
        {run.isSuccess && run.variables === undefined && (
          <b>
            {t('passedOf', {
              passed: run.data.results.filter(({ state }) => state === 'passed').length,
              count: run.data.results.length,
            })}
          </b>
        )}
      </p>
      {run.variables === undefined && <ProblemAlert error={run.error} />}
      {own && <RaisedHand attempt={attempt} />}
      <QuotaList cluster={attempt.cluster} />
    </div>
  );
}
