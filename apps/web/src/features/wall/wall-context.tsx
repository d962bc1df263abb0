'use client';
import type { AssignedLab, Class, WallTile } from '@podlab/contracts';
import { useLocale } from 'next-intl';
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type { Locale } from '../../lib/choose-locale';
import { WallConnection } from './wall-connection';
import { EMPTY_WALL, type WallState } from './wall-state';

interface WallValue {
  connection: WallConnection;
  room: Class;
  lab: AssignedLab;
  /** Titles of the lab's steps, by their names. */
  titles: ReadonlyMap<string, string>;
  /** Without names, and large. */
  projector: boolean;
}

const WallContext = createContext<WallValue | null>(null);

export function WallProvider({
  room,
  lab,
  projector,
  children,
}: {
  room: Class;
  lab: AssignedLab;
  projector: boolean;
  children: ReactNode;
}) {
  const locale = useLocale() as Locale;
  const [connection, setConnection] = useState<WallConnection | null>(null);
  useEffect(() => {
    const opened = new WallConnection(room.id, lab.name);
    opened.open();
    setConnection(opened);
    return () => opened.close();
  }, [room.id, lab.name]);
  const value = useMemo(
    () =>
      connection && {
        connection,
        room,
        lab,
        titles: new Map(lab.steps.map(({ name, title }) => [name, title[locale]])),
        projector,
      },
    [connection, room, lab, locale, projector],
  );
  return value && <WallContext.Provider value={value}>{children}</WallContext.Provider>;
}

export function useWall(): WallValue {
  const value = useContext(WallContext);
  if (!value) throw new Error('outside of a WallProvider');
  return value;
}

/** A part of the wall; who reads it is drawn again only when that part changes. */
export function useWallState<Result>(select: (state: WallState) => Result): Result {
  const { connection } = useWall();
  return useSyncExternalStore(
    connection.subscribe,
    () => select(connection.getState()),
    () => select(EMPTY_WALL),
  );
}

export const useTile = (person: string | null): WallTile | undefined =>
  useWallState(({ tiles }) => (person === null ? undefined : tiles.get(person)));
