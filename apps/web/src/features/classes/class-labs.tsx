'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { learningApi } from '../../lib/learning-api';
import styles from './classes.module.css';
import { LabRow } from './lab-row';
import { gradeOf, nextLab } from './next-lab';

/** The labs of a class in their order, with where the reader stands in each. */
export function ClassLabs({ classId, archived }: { classId: string; archived: boolean }) {
  const t = useTranslations('classroom');
  const labs = useQuery({ queryKey: ['class-labs', classId], queryFn: () => learningApi.labsOf(classId) });
  const grades = useQuery({
    queryKey: ['class-grades', classId],
    queryFn: () => learningApi.gradesOf(classId),
    staleTime: 0,
  });
  if (labs.error) return <ProblemAlert error={labs.error} />;
  if (!labs.data) return null;
  if (labs.data.items.length === 0) {
    return (
      <EmptyMessage icon="wait" title={t('noLabs')}>
        {t('noLabsHint')}
      </EmptyMessage>
    );
  }
  const rows = grades.data?.rows ?? [];
  const next = archived ? null : nextLab(labs.data.items, rows, Date.now());
  return (
    <section aria-label={t('labs')}>
      <ProblemAlert error={grades.error} />
      <ol className={styles.labs}>
        {labs.data.items.map((lab, index) => (
          <li key={lab.name}>
            <LabRow
              lab={lab}
              number={index + 1}
              classId={classId}
              grade={gradeOf(lab, rows)}
              isNext={grades.isSuccess && lab.name === next?.name}
              archived={archived}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}
