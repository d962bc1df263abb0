'use client';
import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { useClusterState } from '../../lib/cluster-context';
import { addressOf, type KubeObject, nameKey, type ObjectAddress } from '../../lib/kube-object';
import { ObjectDetails } from './object-details';
import styles from './objects.module.css';
import { LISTED_KINDS, rowText, sortRows } from './rows';

interface ObjectsPanelProps {
  selected: ObjectAddress | null;
  onSelect: (address: ObjectAddress | null) => void;
  /** Fills in a request that this object sends. */
  onSendFrom: (address: ObjectAddress) => void;
}

const NO_OBJECTS: ReadonlyMap<string, KubeObject> = new Map();
const SHOWN = 300;

/** The kinds that a lesson is about first, then every other that the cluster has an object of. */
function useKinds(): string[] {
  const objects = useClusterState((state) => state.objects);
  const others = [...objects].filter(([, kind]) => kind.size > 0).map(([kind]) => kind);
  return [...new Set([...LISTED_KINDS, ...others.toSorted()])];
}

/** Everything in the cluster by kind, and one object in detail. */
export function ObjectsPanel({ selected, onSelect, onSendFrom }: ObjectsPanelProps) {
  const t = useTranslations('objects');
  const [kind, setKind] = useState<string>('Pod');
  const kinds = useKinds();
  const [find, setFind] = useState('');
  const objects = useClusterState((state) => state.objects.get(kind) ?? NO_OBJECTS);
  const current = useClusterState((state) =>
    selected ? state.objects.get(selected.kind)?.get(nameKey(selected.namespace, selected.name)) : undefined,
  );
  if (selected) {
    return <ObjectDetails address={selected} object={current} onSelect={onSelect} onSendFrom={onSendFrom} />;
  }
  const rows = sortRows(kind, [...objects.values()]).filter(
    (object) =>
      nameKey(object.metadata.namespace, object.metadata.name).includes(find) ||
      rowText(object).includes(find),
  );
  return (
    <div className={styles.panel}>
      <div className={styles.filters}>
        <NativeSelect
          label={t('kind')}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
          data={kinds}
        />
        <TextInput label={t('find')} value={find} onChange={(event) => setFind(event.currentTarget.value)} />
      </div>
      {rows.length === 0 ? (
        <EmptyMessage icon="pod" title={t('none', { kind })} />
      ) : (
        <ul className={styles.list} aria-label={kind}>
          {rows.slice(0, SHOWN).map((object) => (
            <li key={nameKey(object.metadata.namespace, object.metadata.name)}>
              <button type="button" onClick={() => onSelect(addressOf(object))}>
                <b>
                  {object.metadata.namespace && <span>{object.metadata.namespace}/</span>}
                  {object.metadata.name}
                </b>
                <small>{rowText(object)}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
      {rows.length > SHOWN && <p className={styles.text}>{t('more', { count: rows.length - SHOWN })}</p>}
    </div>
  );
}
