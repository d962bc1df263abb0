import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';
import styles from './empty-message.module.css';

/** Nothing here yet: what would be here, and what to do first. */
export function EmptyMessage({
  icon,
  title,
  isPage = false,
  children,
}: {
  icon: IconName;
  title: string;
  /** It is all that the page says: its title is the page's. */
  isPage?: boolean;
  children?: ReactNode;
}) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={styles.empty}>
      <span className={styles.drawing}>
        <Icon name={icon} size={32} />
      </span>
      <Title className={styles.title}>{title}</Title>
      {children && <div className={styles.body}>{children}</div>}
    </div>
  );
}
