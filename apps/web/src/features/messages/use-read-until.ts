'use client';
import { useState } from 'react';

const storageKey = (classId: string) => `podlab-read-${classId}`;

function storedTime(classId: string): string {
  try {
    return localStorage.getItem(storageKey(classId)) ?? '';
  } catch {
    return '';
  }
}

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
