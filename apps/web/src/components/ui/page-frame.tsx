import type { ReactNode } from 'react';
import { usePageTitle } from '../../lib/page-title';
import styles from './page-frame.module.css';

/** A page of text and tables: its heading, what it is for, and what can be done with the whole. */
export function PageFrame({
  title,
  lead,
  above,
  actions,
  wide = false,
  children,
}: {
  title: ReactNode;
  lead?: ReactNode;
  above?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  usePageTitle(typeof title === 'string' ? title : null);
  return (
    <main id="main" className={styles.page} data-wide={wide}>
      {above}
      <div className={styles.head}>
        <div>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </main>
  );
}
