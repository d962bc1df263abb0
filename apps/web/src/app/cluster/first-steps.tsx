'use client';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { useRequestHistory } from '../../features/requests/use-requests';
import { isSystem } from '../../features/topology/scene';
import { useClusterState, useObjects } from '../../lib/cluster-context';
import styles from './first-steps.module.css';
import type { ClusterScreenState } from './use-cluster-screen';

/** Where nobody has done anything yet: the three things to do, in their order, until all are done. */
export function FirstSteps({ screen: { show, makeOf } }: { screen: ClusterScreenState }) {
  const t = useTranslations('firstSteps');
  const known = useClusterState((state) => state.resourceVersion !== null);
  const pods = [...useObjects('Pod').values()].some((pod) => !isSystem(pod));
  const services = [...useObjects('Service').values()].some((service) => !isSystem(service));
  const history = useRequestHistory();
  const requests = (history.data?.items.length ?? 0) > 0;
  if (!known || !history.isSuccess || (pods && services && requests)) return null;
  const steps = [
    { name: 'pods', done: pods, go: () => makeOf('deployment') },
    { name: 'service', done: services, go: () => makeOf('service') },
    { name: 'request', done: requests, go: () => show('request') },
  ] as const;
  const next = steps.find(({ done }) => !done)?.name;
  return (
    <nav className={styles.card} aria-label={t('title')}>
      <h2>{t('title')}</h2>
      <ol>
        {steps.map(({ name, done, go }, index) => (
          <li key={name} data-done={done} aria-current={name === next ? 'step' : undefined}>
            <button type="button" onClick={go}>
              <span className={styles.number}>{done ? <Icon name="check" size={18} /> : index + 1}</span>
              <span>
                {t(name)}
                {done && <span className={styles.hidden}> {t('done')}</span>}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
