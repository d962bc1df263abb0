'use client';
import { Button } from '@mantine/core';
import type { WallTile } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Lasting } from '../../components/ui/ago';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { guidingApi } from '../../lib/teaching-api';
import { useNameOf } from './use-words';
import { useWall, useWallState } from './wall-context';
import styles from './wall.module.css';

/** Raised hands as a queue: who waits longest stands first. */
export function Hands({ onOpen }: { onOpen: (person: string) => void }) {
  const t = useTranslations('wall');
  const tiles = useWallState((state) => state.tiles);
  const order = useWallState((state) => state.order);
  const raised = order.map((person) => tiles.get(person)).filter((tile) => tile?.hand) as WallTile[];
  if (raised.length === 0) return null;
  return (
    <section className={styles.hands} aria-label={t('hands')}>
      <h2>
        <Icon name="hand" /> {t('handsCount', { count: raised.length })}
      </h2>
      <ol>
        {raised.map((tile) => (
          <li key={tile.person.id}>
            <Waiting tile={tile} onOpen={onOpen} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Waiting({ tile, onOpen }: { tile: WallTile; onOpen: (person: string) => void }) {
  const t = useTranslations('wall');
  const { projector } = useWall();
  const nameOf = useNameOf();
  const lower = useMutation({ mutationFn: () => guidingApi.lowerHand(tile.attempt!) });
  const name = nameOf(tile);
  return (
    <>
      <button type="button" className={styles.waiting} onClick={() => onOpen(tile.person.id)}>
        <b>{name}</b> <Lasting since={tile.hand!.raised_at} />
        {tile.hand!.note && !projector && <span className={styles.note}>{tile.hand!.note}</span>}
      </button>
      {tile.attempt !== null && (
        <Button
          variant="subtle"
          size="compact-md"
          loading={lower.isPending}
          onClick={() => lower.mutate()}
          aria-label={t('helpedNamed', { name })}
        >
          {t('helped')}
        </Button>
      )}
      <ProblemAlert error={lower.error} />
    </>
  );
}
