'use client';
import type { Class } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { PageFrame } from '../../components/ui/page-frame';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { asProblem } from '../../lib/problem';
import { useClass } from './use-class';

/** Shows its page for a class that one teaches or assists in, and says so where there is none. */
export function ClassGate({ id, children }: { id: string | null; children: (room: Class) => ReactNode }) {
  const t = useTranslations('teaching.list');
  const room = useClass(id);
  const missing = id === null || (room.error && asProblem(room.error).status === 404);
  if (room.data && room.data.role !== 'student') return children(room.data);
  return (
    <PageFrame title={t('title')}>
      {(missing || room.data) && (
        <EmptyMessage icon="blocked" title={t('missing')}>
          <Link href="/classes">{t('all')}</Link>
        </EmptyMessage>
      )}
      {room.error && !missing ? <ProblemAlert error={room.error} /> : null}
    </PageFrame>
  );
}
