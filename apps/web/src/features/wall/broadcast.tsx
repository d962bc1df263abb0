'use client';
import { Button, Menu } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { podlabApi } from '../../lib/podlab-api';
import { guidingApi } from '../../lib/teaching-api';
import { useWall, useWallState } from './wall-context';
import styles from './wall.module.css';

export function useBroadcast() {
  const { connection, room } = useWall();
  return useMutation({
    mutationFn: (cluster: string | null) => guidingApi.broadcast(room.id, cluster),
    onSuccess: ({ cluster }) => connection.setBroadcast(cluster),
  });
}

export const watchPath = (cluster: string, room: string): string =>
  `/cluster?id=${encodeURIComponent(cluster)}&watch=${encodeURIComponent(room)}&from=wall`;

/** Chooses one of the teacher's own clusters to be shown to all. */
export function BroadcastMenu() {
  const t = useTranslations('wall.broadcast');
  const broadcast = useBroadcast();
  const [opened, setOpened] = useState(false);
  const clusters = useQuery({
    queryKey: ['clusters', 'mine'],
    queryFn: () => podlabApi.clusters(),
    enabled: opened,
  });
  const own = clusters.data;
  return (
    <>
      <Menu opened={opened} onChange={setOpened} shadow="md" position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            loading={broadcast.isPending}
            leftSection={<Icon name="cast" size={18} />}
          >
            {t('mine')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {own?.map(({ id, name }) => (
            <Menu.Item key={id} onClick={() => broadcast.mutate(id)}>
              {name}
            </Menu.Item>
          ))}
          {own?.length === 0 && (
            <Menu.Item component={Link} href="/">
              {t('none')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ProblemAlert error={broadcast.error ?? clusters.error} />
    </>
  );
}

/** Says that everybody is shown a cluster now. */
export function BroadcastBanner() {
  const t = useTranslations('wall.broadcast');
  const { room } = useWall();
  const cluster = useWallState((state) => state.broadcast);
  const broadcast = useBroadcast();
  if (cluster === null) return null;
  return (
    <div className={styles.onAir} role="status">
      <Icon name="cast" />
      <b>{t('on')}</b>
      <Link href={watchPath(cluster, room.id)}>{t('look')}</Link>
      {room.role !== 'assistant' && (
        <Button loading={broadcast.isPending} onClick={() => broadcast.mutate(null)}>
          {t('stop')}
        </Button>
      )}
      <ProblemAlert error={broadcast.error} />
    </div>
  );
}
