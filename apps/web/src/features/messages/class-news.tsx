'use client';
import type { ClassMessage, Page } from '@podlab/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { learningApi } from '../../lib/learning-api';
import { hearClass } from './class-ear';

export interface News {
  classId: string;
  /** Oldest first. */
  messages: readonly ClassMessage[];
  /** The cluster that the class is shown. */
  broadcast: string | null;
}

const NewsContext = createContext<News | null>(null);

/** What is said in the class that the page belongs to; null: it belongs to none. */
export const useNews = (): News | null => useContext(NewsContext);

const NO_MESSAGES: readonly ClassMessage[] = [];

/** Listens to a class for the parts of the page inside. */
export function ClassNews({ classId, children }: { classId: string; children: ReactNode }) {
  const queries = useQueryClient();
  const [broadcast, setBroadcast] = useState<string | null>(null);
  const said = useQuery({
    queryKey: ['class-messages', classId],
    queryFn: () => learningApi.messagesOf(classId),
    staleTime: Infinity,
  });
  useEffect(() => {
    const queryKey = ['class-messages', classId];
    return hearClass(classId, {
      onBroadcast: setBroadcast,
      onAttempt: ({ attempt }) => {
        void queries.invalidateQueries({ queryKey: ['attempt', attempt] });
        void queries.invalidateQueries({ queryKey: ['class-grades', classId] });
      },
      onConnect: () => {
        for (const missed of [queryKey, ['attempt'], ['class-grades', classId]]) {
          void queries.invalidateQueries({ queryKey: missed });
        }
      },
      onMessage: (message) =>
        queries.setQueryData<Page<ClassMessage>>(queryKey, (page) => ({
          items: [...(page?.items ?? []).filter(({ id }) => id !== message.id), message],
          next_cursor: null,
        })),
    });
  }, [classId, queries]);
  const messages = said.data?.items ?? NO_MESSAGES;
  const news = useMemo(() => ({ classId, messages, broadcast }), [classId, messages, broadcast]);
  return <NewsContext.Provider value={news}>{children}</NewsContext.Provider>;
}
