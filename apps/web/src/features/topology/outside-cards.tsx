'use client';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { isLongAddress } from '../../lib/endpoint-text';
import type { SceneService } from './scene';
import styles from './topology.module.css';

/** Where requests from outside come from unless they say otherwise (contract: External), by family. */
const OUTSIDE_ADDRESSES = { IPv4: '198.51.100.7', IPv6: '2001:db8:198:51::7' };

export function OutsideCard({ lit, family }: { lit: boolean; family: keyof typeof OUTSIDE_ADDRESSES }) {
  const t = useTranslations('topology');
  const address = OUTSIDE_ADDRESSES[family];
  return (
    <div className={styles.outside} data-lit={lit}>
      <Icon name="person" size={26} />
      <span>
        <b>{t('outsideUser')}</b>
        <span className={styles.address} data-long={isLongAddress(address)}>
          {address}
        </span>
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
  const addresses = pending ? '<pending>' : (service.balancer ?? []).join(', ');
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
        <span className={styles.address} data-long={isLongAddress(addresses)}>
          {addresses}
        </span>
        {pending && <span className={styles.small}>{cloudEnabled ? t('cloudWorking') : t('cloudOff')}</span>}
      </span>
    </button>
  );
}
