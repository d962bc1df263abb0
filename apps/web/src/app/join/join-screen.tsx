'use client';
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { AppHeader } from '../../components/ui/app-header';
import { JoinForm } from '../../features/classes/join-form';
import { AccountMenu } from '../../features/session/account-menu';
import { usePageQuery } from '../../lib/page-query';
import { podlabApi } from '../../lib/podlab-api';

/** A link's code stands in the fragment, which no server or proxy log ever sees. */
const codeInFragment = (): string | null => new URLSearchParams(location.hash.slice(1)).get('code');

function onFragment(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** `/join#code=…` or `/join?code=…`: into a class, signed in or not. */
export function JoinScreen() {
  const { query } = usePageQuery();
  const inFragment = useSyncExternalStore(onFragment, codeInFragment, () => null);
  const code = inFragment ?? query.get('code') ?? '';
  const session = useQuery({ queryKey: ['session'], queryFn: podlabApi.session, staleTime: 60_000 });
  if (session.isPending) return <AppHeader />;
  return (
    <>
      <AppHeader account={session.data && <AccountMenu session={session.data} />} />
      <JoinForm key={code} code={code} person={session.data?.person ?? null} />
    </>
  );
}
