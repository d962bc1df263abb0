'use client';
import { ActionIcon, Button, Menu, NativeSelect } from '@mantine/core';
import type { ClockChange } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/ui/icon';
import { useProblemTitle } from '../../components/ui/use-problem-title';
import { useClusterConnection, useClusterId, useClusterState } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import styles from './clock.module.css';
import { clockText, virtualNow } from '../../lib/virtual-time';

const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 60];
const ADVANCES = [1_000, 10_000, 60_000, 600_000];

/** The cluster's own time: what it is, running or paused, how fast, and by hand. */
export function ClockControls() {
  const t = useTranslations('clock');
  const cluster = useClusterId();
  const connection = useClusterConnection();
  const clock = useClusterState((state) => state.clock);
  const change = useMutation({
    mutationFn: (body: ClockChange) => podlabApi.setClock(cluster, body),
    onSuccess: (answer) => connection.setClock(answer),
  });
  const move = useMutation({
    mutationFn: (ms: number) =>
      ms === 0 ? podlabApi.stepClock(cluster) : podlabApi.advanceClock(cluster, ms),
    onSuccess: ({ now }) => connection.setClock({ now }),
  });
  const title = useProblemTitle();
  if (!clock) return null;
  const paused = clock.mode === 'paused';
  const problem = change.error ?? move.error;
  return (
    <div className={styles.clock} role="group" aria-label={t('title')}>
      <Now />
      <ActionIcon
        size={36}
        variant={paused ? 'filled' : 'default'}
        onClick={() => change.mutate({ mode: paused ? 'live' : 'paused' })}
        aria-label={paused ? t('run') : t('pause')}
        title={paused ? t('run') : t('pause')}
      >
        <Icon name={paused ? 'play' : 'pause'} />
      </ActionIcon>
      <ActionIcon
        size={36}
        variant="default"
        disabled={!paused}
        onClick={() => move.mutate(0)}
        aria-label={t('step')}
        title={t('step')}
      >
        <Icon name="step" />
      </ActionIcon>
      <Menu shadow="md">
        <Menu.Target>
          <Button variant="default" size="sm" px={10} loading={move.isPending && move.variables !== 0}>
            {t('advance')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ADVANCES.map((ms) => (
            <Menu.Item key={ms} onClick={() => move.mutate(ms)}>
              {t('advanceBy', { seconds: ms / 1000 })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Speed speed={clock.speed} onSpeed={(speed) => change.mutate({ speed })} />
      {problem && (
        <span role="alert" className={styles.problem}>
          {title(problem)}
        </span>
      )}
    </div>
  );
}

function Speed({ speed, onSpeed }: { speed: number; onSpeed: (speed: number) => void }) {
  const t = useTranslations('clock');
  const speeds = [...new Set([...SPEEDS, speed])].sort((a, b) => a - b);
  return (
    <NativeSelect
      size="sm"
      className={styles.speed}
      aria-label={t('speed')}
      value={String(speed)}
      onChange={(event) => onSpeed(Number(event.currentTarget.value))}
      data={speeds.map((each) => ({ value: String(each), label: `× ${each}` }))}
    />
  );
}

function Now() {
  const t = useTranslations('clock');
  const clock = useClusterState((state) => state.clock);
  const [, tick] = useState(0);
  const isHeard = useClusterState((state) => state.connection === 'live');
  const running = clock?.mode === 'live' && isHeard;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => tick((count) => count + 1), 250);
    return () => clearInterval(timer);
  }, [running]);
  // Nobody knows how far time goes on while the server is not heard.
  const lastHeard = useRef(0);
  if (isHeard) lastHeard.current = performance.now();
  if (!clock) return null;
  return (
    <span className={styles.now} data-paused={!running}>
      <time aria-label={t('now')}>
        {clockText(virtualNow(clock, isHeard ? performance.now() : lastHeard.current))}
      </time>
      <small>{t(!isHeard ? 'unheard' : running ? 'live' : 'paused')}</small>
    </span>
  );
}
