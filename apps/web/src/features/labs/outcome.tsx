'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Icon } from '../../components/ui/icon';
import styles from './labs.module.css';

/** Right or not, in a sign and a word. */
export function Outcome({ right, children }: { right: boolean; children?: ReactNode }) {
  const t = useTranslations('lab');
  return (
    <div className={styles.outcome} data-right={right} role="status">
      <Icon name={right ? 'check' : 'cross'} size={18} />
      <div>
        <b>{t(right ? 'right' : 'wrong')}</b> {children}
      </div>
    </div>
  );
}
