'use client';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { useClusterState } from '../../lib/cluster-context';
import styles from './cluster-screen.module.css';

/** Says so when the picture no longer follows the cluster. */
export function ConnectionBanner() {
  const t = useTranslations('connection');
  const connection = useClusterState((state) => state.connection);
  const reason = useClusterState((state) => state.goneReason);
  if (connection === 'live') return null;
  return (
    <p className={styles.banner} role="status" data-state={connection}>
      <Icon name={connection === 'gone' ? 'blocked' : 'wait'} />
      {connection === 'gone' && reason && t.has(`reason.${reason}`) ? t(`reason.${reason}`) : t(connection)}
    </p>
  );
}
