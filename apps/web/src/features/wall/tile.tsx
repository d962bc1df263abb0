'use client';
import type { WallTile } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import { Ago, Lasting } from '../../components/ui/ago';
import { Icon, type IconName } from '../../components/ui/icon';
import { StepsBar } from './steps-bar';
import { placeName, useFailureWords } from './use-words';
import { useTile, useWall } from './wall-context';
import { needOf, type Need } from './wall-state';
import styles from './wall.module.css';

export const SIGNS: Record<Need, IconName> = {
  hand: 'hand',
  stuck: 'warning',
  working: 'play',
  idle: 'dots',
  done: 'check',
};

interface TileProps {
  person: string;
  /** What it is called here where names are not shown. */
  number: number | null;
  /** The one tile that the Tab key stops at. */
  stop: boolean;
  onOpen: (person: string) => void;
}

/** A student, or a group, on the wall; drawn again only when this tile changes. */
export const Tile = memo(function Tile({ person, number, stop, onOpen }: TileProps) {
  const t = useTranslations('wall');
  const tile = useTile(person);
  if (!tile) return null;
  const need = needOf(tile);
  return (
    <button
      type="button"
      className={styles.tile}
      data-need={need}
      data-person={person}
      tabIndex={stop ? 0 : -1}
      onClick={() => onOpen(person)}
    >
      <span className={styles.tileHead}>
        <b className={styles.name} title={number === null ? placeName(tile) : undefined}>
          {number === null ? placeName(tile) : t('student', { number })}
        </b>
        <span className={styles.need}>
          <Icon name={SIGNS[need]} size={16} />
          {t(`need.${need}`)}
          {need === 'hand' && tile.hand && <Lasting since={tile.hand.raised_at} />}
          {need === 'stuck' && tile.stuck_since && <Lasting since={tile.stuck_since} />}
        </span>
      </span>
      <TileSteps tile={tile} />
      <TileFailing tile={tile} />
      <span className={styles.foot}>
        <span data-online={tile.online} className={styles.online}>
          {tile.online ? t('online') : t('away')}
        </span>
        {tile.last_activity_at && (
          <span>
            <span className={styles.hidden}>{t('active')} </span>
            <Ago at={tile.last_activity_at} />
          </span>
        )}
        {tile.score !== null && (
          <span className={styles.score}>{t('score', { score: Math.round(tile.score), max: tile.max })}</span>
        )}
      </span>
    </button>
  );
});

function TileSteps({ tile: { steps, step, attempt } }: { tile: WallTile }) {
  const t = useTranslations('wall');
  const { titles } = useWall();
  const done = steps.filter((each) => each.done).length;
  return (
    <>
      <StepsBar steps={steps} />
      <span className={styles.step}>
        <b>{t('steps', { done, all: steps.length })}</b>{' '}
        {attempt === null ? t('notBegun') : step === null ? t('allDone') : (titles.get(step) ?? step)}
      </span>
    </>
  );
}

function TileFailing({ tile: { last_failing: hop } }: { tile: WallTile }) {
  const t = useTranslations('wall');
  const disposition = useTranslations('disposition');
  const words = useFailureWords();
  if (!hop) return <span className={styles.failing}>{t('noFailure')}</span>;
  return (
    <span className={styles.failing} data-failing>
      <b>{disposition(hop.disposition)}</b> {words.cause(hop)} {t('at', { place: words.where(hop) })}
    </span>
  );
}
