'use client';
import { Button } from '@mantine/core';
import type { Attempt, AttemptStep } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import { CheckList } from './check-list';
import { LabText } from './lab-text';
import type { LabTools } from './lab-tools';
import styles from './labs.module.css';
import { PredictionItem } from './prediction-item';
import { QuizItem } from './quiz-item';
import { StepHints } from './step-hints';
import type { useChecks } from './use-attempt';

interface LabStepProps {
  attempt: Attempt;
  step: AttemptStep;
  number: number;
  open: boolean;
  onOpen: () => void;
  onNext: (() => void) | undefined;
  checks: ReturnType<typeof useChecks>;
  tools: LabTools;
  own: boolean;
}

/** A step: its heading that opens it, what to do, what is asked, and the checks. */
export function LabStep(props: LabStepProps) {
  const { step, number, open, onOpen } = props;
  const t = useTranslations('lab');
  const say = useBilingual();
  const format = useFormatter();
  const short = (value: number) => format.number(value, { maximumFractionDigits: 1 });
  return (
    <>
      <h2 className={styles.stepHead}>
        <button type="button" aria-expanded={open} onClick={onOpen}>
          <span className={styles.stepSign} data-done={step.done}>
            {step.done ? <Icon name="check" size={18} /> : number}
          </span>
          <span className={styles.stepTitle}>
            {say(step.title)}
            {step.done && <span className={styles.hidden}>{t('done')}</span>}
          </span>
          <small>
            {step.score === null
              ? t('points', { points: short(step.max) })
              : `${short(step.score)} / ${short(step.max)}`}
          </small>
        </button>
      </h2>
      {open && <StepBody {...props} />}
    </>
  );
}

function StepBody({ attempt, step, onNext, checks, tools, own }: LabStepProps) {
  const t = useTranslations('lab');
  const say = useBilingual();
  const { run, results } = checks;
  const isMine = run.variables === step.name;
  return (
    <div className={styles.stepBody}>
      <LabText text={say(step.text)} make={own ? tools.make : null} />
      {step.predictions.map((item) => (
        <PredictionItem key={item.name} attempt={attempt.id} item={item} tools={tools} own={own} />
      ))}
      {step.quiz.map((item) => (
        <QuizItem key={item.name} attempt={attempt.id} item={item} own={own} />
      ))}
      {step.checks.length > 0 && <CheckList checks={step.checks} results={results} tools={tools} />}
      <div role="status" className={styles.verdict}>
        {isMine && run.isPending && <span>{t('checking')}</span>}
        {isMine && run.isSuccess && <Verdict step={step} />}
      </div>
      {isMine && <ProblemAlert error={run.error} />}
      <div className={styles.buttons}>
        <Button
          loading={isMine && run.isPending}
          disabled={!own || (run.isPending && !isMine)}
          onClick={() => run.mutate(step.name)}
          leftSection={<Icon name="check" size={18} />}
          variant={step.done ? 'default' : 'filled'}
        >
          {t('check')}
        </Button>
        {onNext && (
          <Button
            variant={step.done ? 'filled' : 'default'}
            onClick={onNext}
            rightSection={<Icon name="next" size={18} />}
          >
            {t('next')}
          </Button>
        )}
      </div>
      <StepHints attempt={attempt.id} step={step} own={own} />
    </div>
  );
}

function Verdict({ step }: { step: AttemptStep }) {
  const t = useTranslations('lab');
  const passed = step.checks.filter(({ state }) => state === 'passed').length;
  const open =
    step.quiz.filter(({ answer }) => answer === null).length +
    step.predictions.filter(({ answer }) => answer === null).length;
  if (step.done) return <b data-good>{t('stepDone')}</b>;
  return (
    <>
      <b>{t('passedOf', { passed, count: step.checks.length })}</b>
      {open > 0 && <span>{t('questionsOpen', { count: open })}</span>}
    </>
  );
}
