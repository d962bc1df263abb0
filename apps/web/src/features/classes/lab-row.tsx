'use client';
import { Button } from '@mantine/core';
import type { AssignedLab, GradeRow } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import styles from './classes.module.css';
import { isFinished } from './next-lab';
import { useStartLab } from './use-start-lab';

interface LabRowProps {
  lab: AssignedLab;
  number: number;
  classId: string;
  grade: GradeRow | undefined;
  archived: boolean;
  /** What to do first: the one button that stands out. */
  isNext: boolean;
}

/** One lab: what it is, how far one has come, and one press into its cluster. */
export function LabRow({ lab, number, classId, grade, archived, isNext }: LabRowProps) {
  const t = useTranslations('classroom');
  const say = useBilingual();
  const format = useFormatter();
  const { start, isSlow } = useStartLab(lab.name, classId);
  const isClosed = lab.opens_at !== null && Date.parse(lab.opens_at) > Date.now();
  const isDone = isFinished(grade);
  const todo = !lab.attempt ? 'start' : isDone ? 'lookBack' : 'continue';
  return (
    <article className={styles.lab} data-next={isNext} aria-label={say(lab.title)}>
      <span className={styles.number} data-done={isDone}>
        {isDone ? <Icon name="check" size={24} /> : number}
      </span>
      <div>
        <h2 className={styles.labTitle}>{say(lab.title)}</h2>
        {lab.summary && <p className={styles.summary}>{say(lab.summary)}</p>}
        <LabFacts lab={lab} />
      </div>
      <div className={styles.action}>
        <span className={styles.score}>
          {grade && grade.score !== null ? (
            <>
              <b>{format.number(grade.score, { maximumFractionDigits: 1 })}</b> / {grade.max}
            </>
          ) : (
            t('points', { points: lab.points })
          )}
        </span>
        <Button
          size="md"
          variant={isNext ? 'filled' : 'outline'}
          loading={start.isPending}
          disabled={isClosed || (archived && !lab.attempt)}
          onClick={() => start.mutate()}
          aria-label={t(`${todo}Named`, { lab: say(lab.title) })}
        >
          {t(todo)}
        </Button>
      </div>
      {grade && <LabSteps lab={lab} grade={grade} />}
      {isSlow && (
        <p className={styles.progress} role="status">
          {t('starting')}
          <span className={styles.progressTrack}>
            <span className={styles.progressBar} />
          </span>
        </p>
      )}
      {start.error && (
        <div className={styles.progress}>
          <ProblemAlert error={start.error} />
        </div>
      )}
    </article>
  );
}

function LabFacts({ lab }: { lab: AssignedLab }) {
  const t = useTranslations('classroom');
  const format = useFormatter();
  const time = (at: string) => format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' });
  const isOver = lab.due_at !== null && Date.parse(lab.due_at) < Date.now();
  return (
    <ul className={styles.facts}>
      <li>
        <Icon name="wait" size={16} />
        {t('minutes', { minutes: lab.minutes })}
      </li>
      <li>{t('stepCount', { count: lab.steps.length })}</li>
      {lab.opens_at && Date.parse(lab.opens_at) > Date.now() && (
        <li>{t('opens', { time: time(lab.opens_at) })}</li>
      )}
      {lab.due_at && <li data-late={isOver}>{t(isOver ? 'over' : 'due', { time: time(lab.due_at) })}</li>}
    </ul>
  );
}

function LabSteps({ lab, grade }: { lab: AssignedLab; grade: GradeRow }) {
  const t = useTranslations('classroom');
  const say = useBilingual();
  const format = useFormatter();
  const scores = new Map(grade.steps.map((step) => [step.name, step]));
  return (
    <ol className={styles.steps} aria-label={t('progress')}>
      {lab.steps.map(({ name, title, max }) => {
        const score = scores.get(name)?.score ?? 0;
        return (
          <li key={name}>
            <span className={styles.track}>
              <span className={styles.bar} style={{ width: `${max > 0 ? (100 * score) / max : 0}%` }} />
            </span>
            <span className={styles.stepName}>{say(title)}</span>
            <span>
              {format.number(score, { maximumFractionDigits: 1 })} /{' '}
              {format.number(max, { maximumFractionDigits: 1 })}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
