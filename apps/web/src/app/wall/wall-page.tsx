'use client';
import type { Class } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { EmptyMessage } from '../../components/ui/empty-message';
import { PageFrame } from '../../components/ui/page-frame';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { ClassGate } from '../../features/teaching/class-gate';
import { ClassNav } from '../../features/teaching/class-nav';
import { WallBoard } from '../../features/wall/wall-board';
import { WallProvider } from '../../features/wall/wall-context';
import { usePageQuery } from '../../lib/page-query';
import { teachingApi } from '../../lib/teaching-api';
import { TeachingFrame } from '../teaching-frame';

/** `/wall?class=…&lab=…&view=heat&projector=1`: everybody's work on a lab, live. */
export function WallPage() {
  const { query } = usePageQuery();
  const id = query.get('class');
  return (
    <TeachingFrame>
      {() => (
        <ClassGate key={id} id={id}>
          {(room) => <WallOf room={room} />}
        </ClassGate>
      )}
    </TeachingFrame>
  );
}

function WallOf({ room }: { room: Class }) {
  const t = useTranslations('wall');
  const { query } = usePageQuery();
  const labs = useQuery({ queryKey: ['class-labs', room.id], queryFn: () => teachingApi.labsOf(room.id) });
  const items = labs.data?.items ?? [];
  const lab = items.find(({ name }) => name === query.get('lab')) ?? items[0];
  return (
    <PageFrame wide title={t('title', { name: room.name })} actions={<ClassNav room={room} />}>
      <ProblemAlert error={labs.error} />
      {labs.isSuccess && !lab && (
        <EmptyMessage icon="book" title={t('noLab')}>
          <Link href={`/classes?id=${encodeURIComponent(room.id)}`}>{t('giveLab')}</Link>
        </EmptyMessage>
      )}
      {lab && (
        <WallProvider key={lab.name} room={room} lab={lab} projector={query.get('projector') === '1'}>
          <WallBoard labs={items} />
        </WallProvider>
      )}
    </PageFrame>
  );
}
