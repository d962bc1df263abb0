import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';
import styles from './empty-message.module.css';

/** Nothing here yet: what would be here, and what to do first. */
export function EmptyMessage({
  icon,
  title,
  children,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <span className={styles.drawing}>
        <Icon name={icon} size={32} />
      </span>
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.body}>{children}</div>}
    </div>
  );
}
