'use client';
import type { Class } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { EmptyMessage } from '../../components/ui/empty-message';
import { PageFrame } from '../../components/ui/page-frame';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { GradeBook } from '../../features/grades/grade-book';
import { Timeline } from '../../features/grades/timeline';
import { ClassGate } from '../../features/teaching/class-gate';
import { ClassNav } from '../../features/teaching/class-nav';
import { usePageQuery } from '../../lib/page-query';
import { teachingApi } from '../../lib/teaching-api';
import { TeachingFrame } from '../teaching-frame';

/** `/grades?class=…&lab=…`: the grade book; with `attempt`: how one attempt came about. */
export function GradesPage() {
  const { query } = usePageQuery();
  const id = query.get('class');
  return (
    <TeachingFrame>
      {() => (
        <ClassGate key={id} id={id}>
          {(room) => <GradesOf room={room} />}
        </ClassGate>
      )}
    </TeachingFrame>
  );
}

function GradesOf({ room }: { room: Class }) {
  const t = useTranslations('grades');
  const { query, setQuery } = usePageQuery();
  const labs = useQuery({ queryKey: ['class-labs', room.id], queryFn: () => teachingApi.labsOf(room.id) });
  const attempt = query.get('attempt');
  return (
    <PageFrame wide title={t('title', { name: room.name })} actions={<ClassNav room={room} />}>
      <ProblemAlert error={labs.error} />
      {attempt !== null ? (
        <Timeline room={room} attempt={attempt} onBack={() => setQuery({ attempt: null })} />
      ) : labs.data?.items.length === 0 ? (
        <EmptyMessage icon="book" title={t('noLab')}>
          <Link href={`/classes?id=${encodeURIComponent(room.id)}`}>{t('giveLab')}</Link>
        </EmptyMessage>
      ) : (
        labs.data && <GradeBook room={room} labs={labs.data.items} />
      )}
    </PageFrame>
  );
}
