'use client';
import { AppHeader } from '../components/ui/app-header';
import { MyClasses } from '../features/classes/my-classes';
import { ClusterList } from '../features/clusters/cluster-list';
import { AccountMenu } from '../features/session/account-menu';
import { SessionGate } from '../features/session/session-gate';
import { MainNav } from '../features/teaching/main-nav';

export function ClustersScreen() {
  return (
    <SessionGate>
      {(session) => (
        <>
          <AppHeader account={<AccountMenu session={session} />}>
            {session.person.role !== 'student' && <MainNav session={session} />}
          </AppHeader>
          <ClusterList before={<MyClasses />} everybody={session.person.role === 'admin'} />
        </>
      )}
    </SessionGate>
  );
}
