'use client';
import { NativeSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { useObjects } from '../../lib/cluster-context';
import { MakerEnd } from './maker-end';
import styles from './make.module.css';
import { serviceYaml, type ServiceForm } from './manifests';
import { useApply } from './use-apply';

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer'] as const;

export function ServiceMaker({ onEdit }: { onEdit: (yaml: string) => void }) {
  const t = useTranslations('make');
  const namespaces = [...useObjects('Namespace').keys()];
  const deployments = useObjects('Deployment');
  const ours = [...deployments.keys()].filter((key) => !key.startsWith('kube-')).sort();
  const apply = useApply();
  const [chosen, setChosen] = useState<string | null>(null);
  const [form, setForm] = useState({
    name: 'nginx-service',
    type: 'ClusterIP' as ServiceForm['type'],
    port: 80,
    targetPort: 80,
    nodePort: 0,
  });
  const key = chosen !== null && deployments.has(chosen) ? chosen : ours[0];
  const deployment = key === undefined ? undefined : deployments.get(key);
  if (!deployment) {
    return (
      <EmptyMessage icon="service" title={t('noDeployment')}>
        {t('noDeploymentHint')}
      </EmptyMessage>
    );
  }
  const yaml = serviceYaml(
    {
      ...form,
      namespace: deployment.metadata.namespace ?? 'default',
      selector: deployment.spec?.selector?.matchLabels ?? {},
    },
    namespaces,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply.mutate(yaml);
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={t('service')}>
      <TextInput
        label={t('name')}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        required
        className={styles.row}
      />
      <NativeSelect
        className={styles.row}
        label={t('pods')}
        value={key}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={ours}
      />
      <div className={styles.wide}>
        <SegmentedControl
          fullWidth
          aria-label={t('type')}
          value={form.type}
          onChange={(type) => setForm({ ...form, type: type as ServiceForm['type'] })}
          data={[...TYPES]}
        />
        <p className={styles.hint}>{t(`typeHint.${form.type}`)}</p>
      </div>
      <PortFields form={form} onForm={(change) => setForm({ ...form, ...change })} />
      <div className={styles.wide}>
        <MakerEnd yaml={yaml} apply={apply} onEdit={onEdit} />
      </div>
    </form>
  );
}

interface PortFieldsProps {
  form: Pick<ServiceForm, 'type' | 'port' | 'targetPort' | 'nodePort'>;
  onForm: (change: Partial<Pick<ServiceForm, 'port' | 'targetPort' | 'nodePort'>>) => void;
}

function PortFields({ form, onForm }: PortFieldsProps) {
  const t = useTranslations('make');
  return (
    <>
      <NumberInput
        label={t('port')}
        description={t('portHint')}
        min={1}
        max={65535}
        value={form.port}
        onChange={(port) => onForm({ port: Number(port) || 80 })}
      />
      <NumberInput
        label={t('targetPort')}
        description={t('targetPortHint')}
        min={1}
        max={65535}
        value={form.targetPort}
        onChange={(port) => onForm({ targetPort: Number(port) || 80 })}
      />
      {form.type !== 'ClusterIP' && (
        <TextInput
          className={styles.wide}
          label={t('nodePort')}
          description={t('nodePortHint')}
          inputMode="numeric"
          value={form.nodePort === 0 ? '' : String(form.nodePort)}
          onChange={(event) => onForm({ nodePort: Number(event.currentTarget.value.replace(/\D/g, '')) })}
        />
      )}
    </>
  );
}
