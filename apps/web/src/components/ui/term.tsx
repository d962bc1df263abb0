'use client';
import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './term.module.css';

/** A word of the trade; pressed, it says in a sentence what it means. */
export function Term({ children, meaning }: { children: ReactNode; meaning: string }) {
  return (
    <Popover width={290} position="top-start" withArrow shadow="md">
      <Popover.Target>
        <button type="button" className={`term ${styles.term}`}>
          {children}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.meaning}>{meaning}</Popover.Dropdown>
    </Popover>
  );
}
