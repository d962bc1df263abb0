'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { stringify } from 'yaml';
import { CodeBlock } from '../../components/ui/code-block';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { useClusterId, useObjects } from '../../lib/cluster-context';
import { deleteObject } from '../../lib/kube-api';
import type { KubeObject, ObjectAddress } from '../../lib/kube-object';
import { ChangeList } from './change-list';
import { EventList } from './event-list';
import styles from './objects.module.css';
import { endpointsOf, eventsAbout, rowText } from './rows';
import { ScaleForm } from './scale-form';

interface ObjectDetailsProps {
  address: ObjectAddress;
  object: KubeObject | undefined;
  onSelect: (address: ObjectAddress | null) => void;
  onSendFrom: (address: ObjectAddress) => void;
}

const SCALED = new Set(['Deployment', 'ReplicaSet']);
const SENDERS = new Set(['Pod', 'Node']);

export function ObjectDetails({ address, object, onSelect, onSendFrom }: ObjectDetailsProps) {
  const t = useTranslations('objects');
  const cluster = useClusterId();
  return (
    <div className={styles.panel}>
      <Button
        className={styles.back}
        variant="subtle"
        size="compact-md"
        onClick={() => onSelect(null)}
        leftSection={<Icon name="previous" size={16} />}
      >
        {t('back')}
      </Button>
      <div>
        <p className={styles.kind}>{address.kind}</p>
        <h2 className={styles.name}>{address.name}</h2>
        {address.namespace && (
          <p className={styles.text}>{t('inNamespace', { namespace: address.namespace })}</p>
        )}
      </div>
      {!object ? (
        <EmptyMessage icon="out" title={t('gone')} />
      ) : (
        <>
          <p className={styles.summary}>{rowText(object)}</p>
          <div className={styles.actions}>
            {SENDERS.has(object.kind) && (
              <Button onClick={() => onSendFrom(address)} leftSection={<Icon name="arrow" size={18} />}>
                {t('sendFrom')}
              </Button>
            )}
            {object.kind !== 'Event' && (
              <ConfirmButton
                variant="default"
                leftSection={<Icon name="trash" size={18} />}
                title={t('delete')}
                question={t(object.kind === 'Pod' ? 'deletePodQuestion' : 'deleteQuestion', {
                  name: address.name,
                })}
                confirm={t('delete')}
                onConfirm={() => deleteObject(cluster, object)}
              >
                {t('delete')}
              </ConfirmButton>
            )}
          </div>
          {SCALED.has(object.kind) && <ScaleForm object={object} />}
          {object.kind === 'Service' && <Endpoints service={object} />}
          <About object={object} />
          {object.kind !== 'Event' && <ChangeList key={object.metadata.uid} object={object} />}
          <h3 className={styles.heading}>YAML</h3>
          <CodeBlock
            text={stringify(withoutManagedFields(object))}
            label={`YAML ${address.name}`}
            maxHeight={420}
          />
        </>
      )}
    </div>
  );
}

function About({ object }: { object: KubeObject }) {
  const t = useTranslations('objects');
  const events = useObjects('Event');
  if (object.kind === 'Event') return null;
  return (
    <>
      <h3 className={styles.heading}>{t('events')}</h3>
      <EventList events={eventsAbout(events.values() as Iterable<KubeObject>, object)} />
    </>
  );
}

function Endpoints({ service }: { service: KubeObject }) {
  const t = useTranslations('objects');
  const slices = useObjects('EndpointSlice');
  const endpoints = endpointsOf(slices.values(), service);
  return (
    <>
      <h3 className={styles.heading}>{t('endpoints')}</h3>
      {endpoints.length === 0 ? (
        <EmptyMessage icon="service" title={t('noEndpoints')}>
          {t('noEndpointsHint')}
        </EmptyMessage>
      ) : (
        <ul className={styles.endpoints}>
          {endpoints.map(({ address, ready, pod, node }) => (
            <li key={`${address} ${pod}`} data-ready={ready}>
              <Icon name={ready ? 'check' : 'wait'} size={18} />
              <code>{address}</code>
              <span>
                {pod} {node && `· ${node}`}
              </span>
              <b>{ready ? t('ready') : t('notReady')}</b>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function withoutManagedFields(object: KubeObject): unknown {
  const { managedFields: _, ...metadata } = object.metadata as Record<string, unknown>;
  return { ...object, metadata };
}
