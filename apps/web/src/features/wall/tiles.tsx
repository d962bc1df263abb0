'use client';
import { useTranslations } from 'next-intl';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { movedTo } from './move-focus';
import { Tile } from './tile';
import { useWall, useWallState } from './wall-context';
import { numbersOf, type WallState } from './wall-state';
import styles from './wall.module.css';

/** The tiles, those in need first; arrows go from one to the next. */
export function Tiles({
  shown,
  onOpen,
}: {
  shown: (state: WallState, person: string) => boolean;
  onOpen: (person: string) => void;
}) {
  const t = useTranslations('wall');
  const { projector } = useWall();
  const state = useWallState((wall) => wall);
  const [focused, setFocused] = useState<string | null>(null);
  const people = state.order.filter((person) => shown(state, person));
  const { tiles } = state;
  // Numbers change with who is there, not with what they do.
  const ids = [...tiles.keys()].join();
  const numbers = useMemo(() => numbersOf(ids.split(',')), [ids]);
  if (state.connection === 'live' && state.order.length === 0)
    return (
      <EmptyMessage icon="people" title={t('empty')}>
        {t('emptyHint')}
      </EmptyMessage>
    );
  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-person]')];
    const from = buttons.indexOf(document.activeElement as HTMLElement);
    const boxes = buttons.map((button) => button.getBoundingClientRect());
    const to = from < 0 ? null : movedTo(boxes, from, event.key);
    if (to === null) return;
    event.preventDefault();
    buttons[to]?.focus();
  };
  const stop = focused !== null && people.includes(focused) ? focused : people[0];
  return (
    <ul
      className={styles.tiles}
      aria-label={t('tiles')}
      onKeyDown={move}
      onFocus={(event) => setFocused((event.target as HTMLElement).dataset['person'] ?? null)}
    >
      {people.map((person) => (
        <li key={person}>
          <Tile
            person={person}
            number={projector ? (numbers.get(person) ?? 0) : null}
            stop={person === stop}
            onOpen={onOpen}
          />
        </li>
      ))}
    </ul>
  );
}
