'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { useClusterState } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import { othersHere } from './others-here';
import styles from './presence.module.css';

/** Who else looks at this cluster, so that nobody is watched unawares. */
export function PresenceNote() {
  const t = useTranslations('presence');
  const people = useClusterState((state) => state.people);
  const session = useQuery({ queryKey: ['session'], queryFn: podlabApi.session, staleTime: 60_000 });
  const { helpers, others } = othersHere(people, session.data?.person.id);
  const names = [...helpers, ...others].map(({ name }) => name);
  return (
    <span role="status" className={styles.region}>
      {names.length > 0 && (
        <span className={styles.note} title={names.join(', ')}>
          <Icon name={helpers.length > 0 ? 'eye' : 'people'} size={18} />
          <b>{names[0]}</b>
          <span>
            {names.length > 1
              ? t('andMore', { count: names.length - 1 })
              : t(helpers.length > 0 ? 'helper' : 'mate')}
          </span>
        </span>
      )}
    </span>
  );
}
