'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useClusterId } from '../../lib/cluster-context';
import { objectRevisions } from '../../lib/kube-api';
import type { KubeObject } from '../../lib/kube-object';
import styles from './objects.module.css';
import { changesOf, type FieldChange, type ObjectChange, type Revision } from './revisions';

const SHOWN = 50;
const FIELDS_SHOWN = 6;

/** What changed in an object and who changed it, asked for when it is opened. */
export function ChangeList({ object }: { object: KubeObject }) {
  const t = useTranslations('objects');
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.changes} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('changes')}</summary>
      {open && <Changes object={object} />}
    </details>
  );
}

function Changes({ object }: { object: KubeObject }) {
  const t = useTranslations('objects');
  const cluster = useClusterId();
  const { kind, metadata } = object;
  const found = useQuery({
    queryKey: ['revisions', cluster, kind, metadata.namespace, metadata.name, metadata.resourceVersion],
    queryFn: () => objectRevisions(cluster, object),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  if (found.error) return <ProblemAlert error={found.error} />;
  if (!found.data) return <p className={styles.text}>{t('changesLoading')}</p>;
  const changes = changesOf(found.data.revisions as Revision[]);
  return (
    <>
      <ol className={styles.changeList}>
        {changes.slice(0, SHOWN).map((change) => (
          <li key={change.resourceVersion} data-kind={change.kind} data-wish={isWish(change)}>
            <Change change={change} />
          </li>
        ))}
      </ol>
      {(found.data.cut || changes.length > SHOWN) && <p className={styles.text}>{t('changesCut')}</p>}
    </>
  );
}

/** Somebody asked for something else; the rest is the cluster telling how far it is. */
const isWish = ({ fields }: ObjectChange): boolean => fields.some(({ path }) => !path.startsWith('status'));

function Change({ change: { kind, by, at, fields, resourceVersion } }: { change: ObjectChange }) {
  const t = useTranslations('objects');
  return (
    <>
      <p>
        <b>{t(`change.${kind}`)}</b>
        {by.length > 0 && <span> · {by.join(', ')}</span>}
        <small>
          {at?.slice(11, 19)} · {t('revision', { revision: resourceVersion })}
        </small>
      </p>
      {fields.length > 0 && (
        <ul>
          {fields.slice(0, FIELDS_SHOWN).map((field) => (
            <li key={field.path}>
              <Field field={field} />
            </li>
          ))}
          {fields.length > FIELDS_SHOWN && (
            <li>{t('moreFields', { count: fields.length - FIELDS_SHOWN })}</li>
          )}
        </ul>
      )}
    </>
  );
}

function Field({ field: { path, before, after } }: { field: FieldChange }) {
  const t = useTranslations('objects');
  return (
    <>
      <code>{path}</code>
      <span className={styles.values}>
        {before !== undefined && <del>{before}</del>}
        {before !== undefined && <span aria-hidden>→</span>}
        {after === undefined ? <span>{t('removed')}</span> : <ins>{after}</ins>}
      </span>
    </>
  );
}
