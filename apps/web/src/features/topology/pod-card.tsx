'use client';
import { useTranslations } from 'next-intl';
import { Icon, type IconName } from '../../components/ui/icon';
import { type ObjectAddress, sameAddress } from '../../lib/kube-object';
import { POD_STATIONS, type PodSummary } from '../../lib/pod-status';
import { isLongAddress } from '../../lib/endpoint-text';
import type { Tenant } from './group';
import type { ScenePod } from './scene';
import styles from './topology.module.css';

const SIGNS: Record<PodSummary['tone'], IconName> = {
  good: 'check',
  wait: 'wait',
  bad: 'warning',
  done: 'out',
};

interface TenantCardProps {
  tenant: Tenant;
  lit: boolean;
  selected: ObjectAddress | null;
  onSelect: (address: ObjectAddress) => void;
  onHover: (key: string | null) => void;
}

export function TenantCard({ tenant, lit, selected, onSelect, onHover }: TenantCardProps) {
  if (tenant.kind === 'stack') return <StackCard tenant={tenant} lit={lit} onSelect={onSelect} />;
  const { pod } = tenant;
  const address = { kind: 'Pod', namespace: pod.namespace, name: pod.name };
  return (
    <button
      type="button"
      className={styles.pod}
      data-tone={pod.summary.tone}
      data-lit={lit}
      aria-pressed={sameAddress(selected, address)}
      onClick={() => onSelect(address)}
      onMouseEnter={() => onHover(pod.key)}
      onMouseLeave={() => onHover(null)}
      onFocus={() => onHover(pod.key)}
      onBlur={() => onHover(null)}
      title={pod.key}
    >
      <PodFace pod={pod} />
    </button>
  );
}

function PodFace({ pod }: { pod: ScenePod }) {
  const t = useTranslations('topology');
  const { summary } = pod;
  return (
    <>
      <span className={styles.podName}>
        <span className={styles.sign}>
          <Icon name={SIGNS[summary.tone]} size={15} />
        </span>
        <span className={styles.podOwner}>{pod.owner}</span>
      </span>
      <span
        className={styles.podAddress}
        data-none={pod.address === null}
        data-long={isLongAddress(pod.address ?? '')}
      >
        {pod.address ?? t('noAddress')}
      </span>
      <span className={styles.podStatus}>
        {summary.tone === 'wait' && <Stations passed={summary.station} />}
        <span>{summary.status === 'Running' && !summary.ready ? t('runningNotReady') : summary.status}</span>
        {summary.restarts > 0 && <span>{t('restarts', { count: summary.restarts })}</span>}
        {pod.suffix && <span className={styles.podSuffix}>{pod.suffix}</span>}
      </span>
    </>
  );
}

/** Node chosen, address given, started, ready: one tick each. */
function Stations({ passed }: { passed: number }) {
  return (
    <span className={styles.stations} aria-hidden>
      {POD_STATIONS.map((station, index) => (
        <i key={station} data-passed={index < passed} />
      ))}
    </span>
  );
}

function StackCard({
  tenant,
  lit,
  onSelect,
}: {
  tenant: Extract<Tenant, { kind: 'stack' }>;
  lit: boolean;
  onSelect: (address: ObjectAddress) => void;
}) {
  const t = useTranslations('topology');
  return (
    <button
      type="button"
      className={styles.stack}
      data-lit={lit}
      data-tone={tenant.ready === tenant.pods.length ? 'good' : 'wait'}
      onClick={() =>
        onSelect({
          kind: 'Deployment',
          ...tenant.pods[0]?.workload,
          namespace: tenant.namespace,
          name: tenant.owner,
        })
      }
    >
      <span className={styles.podName}>
        <span className={styles.podOwner}>{tenant.owner}</span>
      </span>
      <span className={styles.podAddress}>× {tenant.pods.length}</span>
      <span className={styles.podStatus}>
        {t('stackReady', { ready: tenant.ready, all: tenant.pods.length })}
      </span>
    </button>
  );
}
