'use client';
import { ClassGate } from '../../features/teaching/class-gate';
import { ClassList } from '../../features/teaching/class-list';
import { OneClass } from '../../features/teaching/one-class';
import { usePageQuery } from '../../lib/page-query';
import { TeachingFrame } from '../teaching-frame';

/** `/classes`: all that one teaches; `/classes?id=…&part=…`: one of them. */
export function ClassesPage() {
  const { query } = usePageQuery();
  const id = query.get('id');
  return (
    <TeachingFrame>
      {(session) =>
        id === null ? (
          <ClassList session={session} />
        ) : (
          <ClassGate key={id} id={id}>
            {(room) => <OneClass room={room} />}
          </ClassGate>
        )
      }
    </TeachingFrame>
  );
}
