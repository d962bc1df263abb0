'use client';
import type { Disposition } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import styles from './disposition-badge.module.css';
import { Icon, type IconName } from './icon';

/** What stands for each ending beside its word. */
export const DISPOSITION_SIGNS: Record<Disposition, IconName> = {
  Delivered: 'check',
  Refused: 'cross',
  NoRoute: 'blocked',
  TimedOut: 'wait',
  Reset: 'cross',
  NameNotResolved: 'warning',
};

/** How a request ended: a sign and a word, never a colour alone. `short` keeps the word for screen readers. */
export function DispositionBadge({
  disposition,
  short = false,
}: {
  disposition: Disposition;
  short?: boolean;
}) {
  const t = useTranslations('disposition');
  const word = t(disposition);
  return (
    <span className={styles.badge} data-good={disposition === 'Delivered'} data-short={short} title={word}>
      <Icon name={DISPOSITION_SIGNS[disposition]} size={short ? 18 : 20} />
      <span>{word}</span>
    </span>
  );
}
