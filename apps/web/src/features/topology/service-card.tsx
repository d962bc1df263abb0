'use client';
import { useTranslations } from 'next-intl';
import { endpointText, isLongAddress } from '../../lib/endpoint-text';
import type { SceneService } from './scene';
import styles from './topology.module.css';

interface ServiceCardProps {
  service: SceneService;
  lit: boolean;
  selected: boolean;
  onSelect: () => void;
  onHover: (key: string | null) => void;
}

export function ServiceCard({ service, lit, selected, onSelect, onHover }: ServiceCardProps) {
  const t = useTranslations('topology');
  const ready = service.endpoints.filter((endpoint) => endpoint.ready).length;
  const [first, ...more] = service.ports;
  const isAlias = service.externalName !== null;
  const address = isAlias
    ? `→ ${service.externalName}`
    : service.clusterIP === null
      ? t('headless')
      : endpointText(service.clusterIP, first?.port);
  return (
    <button
      type="button"
      className={styles.service}
      data-lit={lit}
      data-backed={isAlias || ready > 0}
      aria-pressed={selected}
      onClick={onSelect}
      onMouseEnter={() => onHover(service.key)}
      onMouseLeave={() => onHover(null)}
      onFocus={() => onHover(service.key)}
      onBlur={() => onHover(null)}
    >
      <span className={styles.serviceHead}>
        <b>{service.name}</b>
        <span className={styles.type}>{service.type}</span>
      </span>
      <span
        className={styles.address}
        data-long={isAlias || isLongAddress(address)}
        data-wide={address.length > 15}
      >
        {address}
        {more.length > 0 && ` +${more.length}`}
      </span>
      <span className={styles.serviceFoot}>
        {first && <span>{t('toTarget', { port: first.targetPort })}</span>}
        {first?.nodePort && <span>{t('everyNode', { port: String(first.nodePort) })}</span>}
        {isAlias ? (
          <span>{t('alias')}</span>
        ) : (
          <span
            className={styles.backends}
            data-none={ready === 0}
            title={t('backends', { ready, all: service.endpoints.length })}
          >
            <span className={styles.hidden}>{t('backends', { ready, all: service.endpoints.length })}</span>
            <span aria-hidden>
              {ready === 0 ? '✕' : '✓'} {ready}/{service.endpoints.length}
            </span>
          </span>
        )}
      </span>
    </button>
  );
}
