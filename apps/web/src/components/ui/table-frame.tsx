import type { ReactNode } from 'react';
import styles from './table-frame.module.css';

/**
 * A table that scrolls by itself where the window is narrower than it; `stacked`: on a telephone each row is a card
 * instead, whose cells are called by their `data-label`.
 */
export function TableFrame({
  label,
  stacked = false,
  children,
}: {
  label: string;
  stacked?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={styles.frame} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table} data-stacked={stacked}>
        {children}
      </table>
    </div>
  );
}
