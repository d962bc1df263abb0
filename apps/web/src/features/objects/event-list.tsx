'use client';
import { useTranslations } from 'next-intl';
import type { KubeObject } from '../../lib/kube-object';
import styles from './objects.module.css';

type EventObject = KubeObject & {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  lastTimestamp?: string;
};

export function EventList({ events }: { events: KubeObject[] }) {
  const t = useTranslations('objects');
  if (events.length === 0) return <p className={styles.text}>{t('noEvents')}</p>;
  return (
    <ol className={styles.events}>
      {(events as EventObject[]).slice(0, 50).map((event) => (
        <li key={event.metadata.name} data-warning={event.type === 'Warning'}>
          <b>
            {event.reason}
            {(event.count ?? 1) > 1 && ` × ${event.count}`}
          </b>
          <span>{event.message}</span>
          <small>{event.lastTimestamp?.slice(11, 19)}</small>
        </li>
      ))}
    </ol>
  );
}
