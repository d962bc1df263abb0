'use client';
import type { FailingHop, Heat, WallTile } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useWall, useWallState } from './wall-context';
import { numbersOf } from './wall-state';

/** What a place and a cause are called: the diagnosis where there is one, else the step where it ended. */
export function useFailureWords() {
  const wall = useTranslations('wall');
  const type = useTranslations('journey.type');
  return useMemo(
    () => ({
      cause: ({ code, step }: Pick<Heat[number], 'code' | 'step'>): string => {
        if (code !== null) return wall.has(`cause.${code}`) ? wall(`cause.${code}` as never) : code;
        return step === null ? wall('noCause') : wall('stoppedIn', { step: type(step) });
      },
      place: (kind: Heat[number]['where']): string => wall(`place.${kind ?? 'none'}`),
      where: ({ where }: FailingHop): string =>
        where === null ? wall('place.none') : where.kind === 'External' ? wall('place.External') : where.name,
    }),
    [wall, type],
  );
}

/** A group is called with all who are in it. */
export const placeName = ({ group, person, people }: WallTile): string =>
  group === null ? person.name : `${group} · ${people.map(({ name }) => name).join(', ')}`;

/** What somebody is called on this wall: by name, or before a room by a number. */
export function useNameOf(): (tile: WallTile) => string {
  const t = useTranslations('wall');
  const { projector } = useWall();
  const tiles = useWallState((state) => state.tiles);
  const numbers = useMemo(() => (projector ? numbersOf(tiles.keys()) : null), [projector, tiles]);
  return (tile) => (numbers ? t('student', { number: numbers.get(tile.person.id) ?? 0 }) : placeName(tile));
}
