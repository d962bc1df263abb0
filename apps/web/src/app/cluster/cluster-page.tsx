'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { AppHeader } from '../../components/ui/app-header';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { ClockControls } from '../../features/clock/clock-controls';
import { CloudSwitch } from '../../features/cloud/cloud-switch';
import { ClassNews } from '../../features/messages/class-news';
import { PresenceNote } from '../../features/presence/presence-note';
import { AccountMenu } from '../../features/session/account-menu';
import { SessionGate } from '../../features/session/session-gate';
import { ClusterProvider } from '../../lib/cluster-context';
import { usePageQuery } from '../../lib/page-query';
import { podlabApi } from '../../lib/podlab-api';
import { asProblem } from '../../lib/problem';
import { ClusterScreen } from './cluster-screen';
import { WatchScreen } from './watch-screen';

/**
 * `/cluster?id=…&request=…&object=…`: one cluster, and what of it is looked at; with `attempt` beside the lab that it is
 * for, with `watch` (a class) only to look at.
 */
export function ClusterPage() {
  const { query } = usePageQuery();
  const id = query.get('id');
  return (
    <SessionGate>
      {(session) => (
        <OneCluster key={id} id={id} watch={query.get('watch')} account={<AccountMenu session={session} />} />
      )}
    </SessionGate>
  );
}

function OneCluster({
  id,
  watch,
  account,
}: {
  id: string | null;
  watch: string | null;
  account: React.ReactNode;
}) {
  const t = useTranslations('cluster');
  const cluster = useQuery({
    queryKey: ['cluster', id],
    queryFn: () => podlabApi.cluster(id!),
    enabled: id !== null,
  });
  if (id === null || cluster.error) {
    const missing = id === null || asProblem(cluster.error).status === 404;
    return (
      <>
        <AppHeader account={account} />
        <main id="main" style={{ maxWidth: 560, margin: '12vh auto', padding: '0 16px' }}>
          {missing ? (
            <EmptyMessage icon="blocked" title={t('missing')} isPage>
              <Link href="/">{t('toClusters')}</Link>
            </EmptyMessage>
          ) : (
            <ProblemAlert error={cluster.error} />
          )}
        </main>
      </>
    );
  }
  if (!cluster.data) return <AppHeader account={account} />;
  if (watch !== null) {
    return (
      <ClusterProvider id={id}>
        <AppHeader title={cluster.data.name} account={account}>
          <PresenceNote />
        </AppHeader>
        <ClassNews classId={watch}>
          <WatchScreen cluster={cluster.data} classId={watch} />
        </ClassNews>
      </ClusterProvider>
    );
  }
  const screen = <ClusterScreen cluster={cluster.data} />;
  const room = cluster.data.class;
  return (
    <ClusterProvider id={id}>
      <AppHeader title={cluster.data.name} account={account}>
        <PresenceNote />
        <ClockControls />
        <CloudSwitch cluster={cluster.data} />
      </AppHeader>
      {room ? <ClassNews classId={room.id}>{screen}</ClassNews> : screen}
    </ClusterProvider>
  );
}
