'use client';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import type { SceneService } from './scene';
import styles from './topology.module.css';

/** Where requests from outside come from unless they say otherwise (contract: External). */
export const OUTSIDE_ADDRESS = '198.51.100.7';

export function OutsideCard({ lit }: { lit: boolean }) {
  const t = useTranslations('topology');
  return (
    <div className={styles.outside} data-lit={lit}>
      <Icon name="person" size={26} />
      <span>
        <b>{t('outsideUser')}</b>
        <span className={styles.address}>{OUTSIDE_ADDRESS}</span>
      </span>
    </div>
  );
}

interface BalancerCardProps {
  service: SceneService;
  cloudEnabled: boolean;
  lit: boolean;
  selected: boolean;
  onSelect: () => void;
}

export function BalancerCard({ service, cloudEnabled, lit, selected, onSelect }: BalancerCardProps) {
  const t = useTranslations('topology');
  const pending = service.balancer?.length === 0;
  return (
    <button
      type="button"
      className={styles.balancer}
      data-lit={lit}
      data-pending={pending}
      aria-pressed={selected}
      onClick={onSelect}
    >
      <Icon name={pending ? 'wait' : 'cloud'} size={26} />
      <span>
        <b>{service.name}</b>
        <span className={styles.address}>{pending ? '<pending>' : service.balancer?.join(', ')}</span>
        {pending && <span className={styles.small}>{cloudEnabled ? t('cloudWorking') : t('cloudOff')}</span>}
      </span>
    </button>
  );
}
