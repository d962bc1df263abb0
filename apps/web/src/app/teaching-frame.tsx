'use client';
import type { Session } from '@podlab/contracts';
import type { ReactNode } from 'react';
import { AppHeader } from '../components/ui/app-header';
import { AccountMenu } from '../features/session/account-menu';
import { SessionGate } from '../features/session/session-gate';
import { MainNav } from '../features/teaching/main-nav';

/** The bar over the pages of whoever teaches. */
export function TeachingFrame({ children }: { children: (session: Session) => ReactNode }) {
  return (
    <SessionGate>
      {(session) => (
        <>
          <AppHeader account={<AccountMenu session={session} />}>
            <MainNav session={session} />
          </AppHeader>
          {children(session)}
        </>
      )}
    </SessionGate>
  );
}
