'use client';
import { ActionIcon } from '@mantine/core';
import type { HopLocation } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { Icon, type IconName } from '../../components/ui/icon';
import { type Frame, shortName } from './frames';
import { HopCloseUp } from './hop-close-up';
import styles from './player.module.css';
import type { Journey } from './use-journey';
import { useHopName } from './use-step-text';

export const PLACE_ICONS: Record<HopLocation['kind'], IconName> = {
  Pod: 'pod',
  Node: 'node',
  LoadBalancer: 'cloud',
  External: 'person',
};

/** Hop by hop: buttons, a rail of all hops, and the present one in large type. Arrow keys move, Space plays. */
export function Player({ journey }: { journey: Journey }) {
  const t = useTranslations('journey');
  const { frames, index, playing, go, toggle } = journey;
  const frame = frames[index];
  const keys: Record<string, () => void> = {
    ArrowRight: () => go(index + 1),
    ArrowLeft: () => go(index - 1),
    Home: () => go(0),
    End: () => go(frames.length - 1),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.key === ' ' && event.target === event.currentTarget ? toggle : keys[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };
  if (!frame) return <p className={styles.untraced}>{t('untraced')}</p>;
  return (
    <section
      className={styles.player}
      aria-label={t('player')}
      aria-describedby="player-keys"
      role="group"
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={styles.controls}>
        <div className={styles.buttons}>
          <Control icon="first" label={t('first')} onClick={() => go(0)} disabled={index === 0} />
          <Control
            icon="previous"
            label={t('previous')}
            onClick={() => go(index - 1)}
            disabled={index === 0}
          />
          <ActionIcon
            size={46}
            radius="xl"
            className={styles.play}
            onClick={toggle}
            aria-label={playing ? t('pause') : t('play')}
          >
            <Icon name={playing ? 'pause' : 'play'} size={24} />
          </ActionIcon>
          <Control
            icon="next"
            label={t('next')}
            onClick={() => go(index + 1)}
            disabled={index === frames.length - 1}
          />
          <Control
            icon="last"
            label={t('last')}
            onClick={() => go(frames.length - 1)}
            disabled={index === frames.length - 1}
          />
        </div>
        <HopRail frames={frames} index={index} go={go} />
      </div>
      <p id="player-keys" className={styles.keys}>
        {t('keys')}
      </p>
      <HopCloseUp frame={frame} count={frames.length} />
    </section>
  );
}

function Control({
  icon,
  label,
  onClick,
  disabled,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  disabled: boolean;
}) {
  return (
    <ActionIcon
      variant="default"
      size={38}
      radius="xl"
      onClick={disabled ? undefined : onClick}
      aria-disabled={disabled}
      aria-label={label}
    >
      <Icon name={icon} />
    </ActionIcon>
  );
}

function HopRail({ frames, index, go }: { frames: Frame[]; index: number; go: (index: number) => void }) {
  const t = useTranslations('journey');
  const hopName = useHopName();
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const button = current.current;
    const rail = button?.closest('ol');
    if (button && rail)
      rail.scrollTo({ left: button.offsetLeft - rail.clientWidth / 2 + button.offsetWidth / 2 });
  }, [index]);
  return (
    <ol className={styles.rail} aria-label={t('hops')} tabIndex={-1}>
      {frames.map((frame) => (
        <li key={frame.index}>
          <button
            ref={frame.index === index ? current : undefined}
            type="button"
            className={styles.hop}
            data-direction={frame.direction}
            data-passed={frame.index <= index}
            data-failed={frame.failure !== null}
            aria-current={frame.index === index ? 'step' : undefined}
            onClick={() => go(frame.index)}
          >
            <span className={styles.hopNumber}>{frame.index + 1}</span>
            <Icon name={frame.failure ? 'blocked' : PLACE_ICONS[frame.where.kind]} size={17} />
            <span className={styles.hopName}>{shortName(hopName(frame.where))}</span>
            {frame.translations.length > 0 && <span className={styles.nat}>NAT</span>}
          </button>
        </li>
      ))}
    </ol>
  );
}
