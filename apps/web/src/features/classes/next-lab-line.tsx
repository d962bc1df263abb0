'use client';
import { Button } from '@mantine/core';
import type { AssignedLab } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import { learningApi } from '../../lib/learning-api';
import styles from './classes.module.css';
import { nextLab } from './next-lab';
import { useStartLab } from './use-start-lab';

/** What to do next in a class, and the one press that leads into it. */
export function NextLabLine({ classId }: { classId: string }) {
  const t = useTranslations('classroom');
  const labs = useQuery({ queryKey: ['class-labs', classId], queryFn: () => learningApi.labsOf(classId) });
  const grades = useQuery({
    queryKey: ['class-grades', classId],
    queryFn: () => learningApi.gradesOf(classId),
  });
  if (!labs.data || !grades.data) return null;
  const next = nextLab(labs.data.items, grades.data.rows, Date.now());
  if (next) return <Start lab={next} classId={classId} />;
  const isEmpty = labs.data.items.length === 0;
  return (
    <p className={styles.nextDone}>
      <Icon name={isEmpty ? 'wait' : 'check'} size={18} /> {t(isEmpty ? 'noLabsHint' : 'allDone')}
    </p>
  );
}

function Start({ lab, classId }: { lab: AssignedLab; classId: string }) {
  const t = useTranslations('classroom');
  const say = useBilingual();
  const { start, isSlow } = useStartLab(lab.name, classId);
  const title = say(lab.title);
  return (
    <div className={styles.next}>
      <p>
        <small>{t(lab.attempt ? 'goOn' : 'nextUp')}</small>
        <b>{title}</b>
      </p>
      <Button
        size="md"
        loading={start.isPending}
        onClick={() => start.mutate()}
        rightSection={<Icon name="arrow" size={18} />}
        aria-label={t(lab.attempt ? 'continueNamed' : 'startNamed', { lab: title })}
      >
        {t(lab.attempt ? 'continue' : 'start')}
      </Button>
      {isSlow && (
        <p className={styles.wholeRow} role="status">
          {t('starting')}
        </p>
      )}
      {start.error && (
        <div className={styles.wholeRow}>
          <ProblemAlert error={start.error} />
        </div>
      )}
    </div>
  );
}
