'use client';
import { Button } from '@mantine/core';
import type { Cluster } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { Icon } from '../../components/ui/icon';
import { useNews } from '../../features/messages/class-news';
import { useClusterConnection } from '../../lib/cluster-context';
import { usePageQuery } from '../../lib/page-query';
import styles from './cluster-screen.module.css';
import { Stage } from './stage';
import { useClusterScreen } from './use-cluster-screen';

/** A cluster only to look at: its picture, and the journey of whatever is sent in it. */
export function WatchScreen({ cluster, classId }: { cluster: Cluster; classId: string }) {
  const t = useTranslations('news');
  const { query } = usePageQuery();
  const connection = useClusterConnection();
  const screen = useClusterScreen(cluster);
  const { openRequest } = screen;
  useEffect(() => connection.onTrace((trace) => openRequest(trace.id)));
  const isOn = useNews()?.broadcast === cluster.id;
  const wasOn = useRef(false);
  wasOn.current ||= isOn;
  const back = query.get('back');
  const fromWall = query.get('from') === 'wall';
  const ofClass = fromWall
    ? `/wall?class=${encodeURIComponent(classId)}`
    : `/class?id=${encodeURIComponent(classId)}`;
  const home = back ? `/cluster?id=${encodeURIComponent(back)}` : ofClass;
  return (
    <main id="main" className={styles.watchScreen}>
      <p className={styles.watching} role="status">
        <Icon name="cast" />
        <span>
          {t(isOn ? 'watching' : wasOn.current ? 'watchingOver' : 'lookingAt', { owner: cluster.owner.name })}
        </span>
        <Button component={Link} href={home} leftSection={<Icon name="previous" size={18} />}>
          {t(back ? 'backToMine' : fromWall ? 'backToWall' : 'backToClass')}
        </Button>
      </p>
      <Stage screen={screen} readOnly />
    </main>
  );
}
