import type { ReactNode } from 'react';
import styles from './table-frame.module.css';

/** A table that scrolls by itself where the window is narrower than it. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.frame} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table}>{children}</table>
    </div>
  );
}
