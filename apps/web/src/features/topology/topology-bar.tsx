'use client';
import { NativeSelect, Switch } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useObjects } from '../../lib/cluster-context';
import { isSystem, type SceneFilter } from './scene';
import styles from './topology.module.css';

interface TopologyBarProps {
  filter: SceneFilter;
  onFilter: (filter: SceneFilter) => void;
  extra?: ReactNode;
}

export function TopologyBar({ filter, onFilter, extra }: TopologyBarProps) {
  const t = useTranslations('topology');
  const namespaces = useObjects('Namespace');
  const names = [...namespaces.keys()]
    .filter((name) => filter.system || !isSystem({ metadata: { name: '', namespace: name } }))
    .sort();
  return (
    <div className={styles.bar}>
      {extra}
      <NativeSelect
        size="sm"
        aria-label={t('namespace')}
        value={filter.namespace ?? ''}
        onChange={(event) => onFilter({ ...filter, namespace: event.currentTarget.value || null })}
        data={[
          { value: '', label: t('allNamespaces') },
          ...names.map((name) => ({ value: name, label: name })),
        ]}
      />
      <Switch
        size="sm"
        label={t('system')}
        checked={filter.system}
        onChange={(event) => onFilter({ ...filter, system: event.currentTarget.checked })}
      />
    </div>
  );
}
