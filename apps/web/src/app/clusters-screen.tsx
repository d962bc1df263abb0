'use client';
import type { Session } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { AppHeader } from '../components/ui/app-header';
import { MyClasses } from '../features/classes/my-classes';
import { ClusterList } from '../features/clusters/cluster-list';
import { AccountMenu } from '../features/session/account-menu';
import { SessionGate } from '../features/session/session-gate';
import { MainNav } from '../features/teaching/main-nav';
import { learningApi } from '../lib/learning-api';

export function ClustersScreen() {
  return (
    <SessionGate>
      {(session) => (
        <>
          <AppHeader account={<AccountMenu session={session} />}>
            {session.person.role !== 'student' && <MainNav session={session} />}
          </AppHeader>
          <Clusters session={session} />
        </>
      )}
    </SessionGate>
  );
}

function Clusters({ session }: { session: Session }) {
  const classes = useQuery({ queryKey: ['classes'], queryFn: learningApi.classes });
  const learns = classes.data?.items.some(({ role }) => role === 'student');
  return (
    <ClusterList
      before={<MyClasses />}
      everybody={session.person.role === 'admin'}
      eager={!classes.isPending && !learns}
    />
  );
}
