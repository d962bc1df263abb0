'use client';
import type { ClassMessage } from '@podlab/contracts';
import { useState } from 'react';

const MOST_NOTICES = 3;
const storageKey = (classId: string) => `podlab-read-${classId}`;

function storedTime(classId: string): string {
  try {
    return localStorage.getItem(storageKey(classId)) ?? '';
  } catch {
    return '';
  }
}

/** The newest of what others said after a moment, oldest first. */
export const unreadOf = (
  messages: readonly ClassMessage[],
  readUntil: string,
  reader: string | undefined,
): ClassMessage[] =>
  messages.filter(({ sent_at, from }) => sent_at > readUntil && from.id !== reader).slice(-MOST_NOTICES);

/** Until when the reader has put messages aside, in this browser. */
export function useReadUntil(classId: string) {
  const [readUntil, setReadUntil] = useState(() => storedTime(classId));
  const read = (until: string) => {
    setReadUntil(until);
    try {
      localStorage.setItem(storageKey(classId), until);
    } catch {
      // A browser that keeps nothing shows it again.
    }
  };
  return { readUntil, read };
}
