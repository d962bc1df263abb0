'use client';
import { Autocomplete, NumberInput, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { useObjects } from '../../lib/cluster-context';
import { MakerEnd } from './maker-end';
import styles from './make.module.css';
import { deploymentYaml } from './manifests';
import { useApply } from './use-apply';

/** Images that the simulator knows the behaviour of; any other runs too, on the ports that it declares. */
const IMAGES = ['nginx', 'httpd', 'traefik/whoami', 'hashicorp/http-echo', 'redis', 'postgres', 'mysql'];

export function DeploymentMaker({ onEdit }: { onEdit: (yaml: string) => void }) {
  const t = useTranslations('make');
  const namespaces = [...useObjects('Namespace').keys()];
  const apply = useApply();
  const [form, setForm] = useState({
    namespace: 'lab06',
    name: 'nginx-deployment',
    image: 'nginx',
    replicas: 3,
    port: 80,
  });
  const yaml = deploymentYaml(form, namespaces);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply.mutate(yaml);
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={t('deployment')}>
      <TextInput
        label={t('name')}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        required
      />
      <Autocomplete
        label={t('namespace')}
        value={form.namespace}
        onChange={(namespace) => setForm({ ...form, namespace })}
        data={namespaces}
        required
      />
      <Autocomplete
        className={styles.row}
        label={t('image')}
        value={form.image}
        onChange={(image) => setForm({ ...form, image })}
        data={IMAGES}
        filter={({ options }) => options}
        required
      />
      <NumberInput
        label={t('replicas')}
        min={0}
        max={1000}
        value={form.replicas}
        onChange={(replicas) => setForm({ ...form, replicas: Number(replicas) || 0 })}
      />
      <NumberInput
        label={t('containerPort')}
        min={1}
        max={65535}
        value={form.port}
        onChange={(port) => setForm({ ...form, port: Number(port) || 80 })}
      />
      <div className={styles.wide}>
        <MakerEnd yaml={yaml} apply={apply} onEdit={onEdit} />
      </div>
    </form>
  );
}
