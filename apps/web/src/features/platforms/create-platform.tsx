'use client';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { platformsApi } from '../../lib/teaching-api';
import {
  addressesOf,
  frameOriginsOf,
  PLATFORM_KINDS,
  type PlatformAddresses,
  type PlatformKind,
} from './platform-kinds';
import styles from './platforms.module.css';

const EMPTY = {
  kind: 'moodle' as PlatformKind,
  site: '',
  name: '',
  client_id: '',
  deployment_id: '',
  ...addressesOf('moodle', ''),
};
type Form = typeof EMPTY;
const ADDRESSES = ['issuer', 'authorization_url', 'token_url', 'jwks_url'] as const;

/** A learning platform: what it said of this tool's registration there; its addresses follow from its kind and site. */
export function CreatePlatform() {
  const t = useTranslations('platforms');
  const queries = useQueryClient();
  const [form, setForm] = useState<Form>(EMPTY);
  const create = useMutation({
    mutationFn: ({ kind: _, site, ...body }: Form) =>
      platformsApi.create({ ...body, frame_origins: frameOriginsOf(site || body.issuer) }),
    onSuccess: () => {
      setForm(EMPTY);
      return queries.invalidateQueries({ queryKey: ['platforms'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(form);
  };
  const place = (kind: PlatformKind, site: string) =>
    setForm({ ...form, kind, site, ...addressesOf(kind, site) });
  return (
    <form className={styles.card} onSubmit={submit} aria-labelledby="new-platform">
      <h2 id="new-platform">
        <span className={styles.number}>2</span> {t('add.title')}
      </h2>
      <p className={styles.text}>{t('add.hint')}</p>
      <div className={styles.fields}>
        <NativeSelect
          label={t('add.kind')}
          value={form.kind}
          onChange={(event) => place(event.currentTarget.value as PlatformKind, form.site)}
          data={PLATFORM_KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        />
        <TextInput
          label={t('add.site')}
          placeholder="https://moodle.example.edu"
          value={form.site}
          onChange={(event) => place(form.kind, event.currentTarget.value)}
        />
        <Registration form={form} onChange={(change) => setForm({ ...form, ...change })} />
        <Addresses addresses={form} onChange={(change) => setForm({ ...form, ...change })} />
      </div>
      <ProblemAlert error={create.error} />
      {create.data && (
        <p className={styles.added} role="status">
          <Icon name="check" /> {t('add.done', { name: create.data.name })}
        </p>
      )}
      <div className={styles.end}>
        <Button size="md" type="submit" loading={create.isPending}>
          {t('add.button')}
        </Button>
      </div>
    </form>
  );
}

const REGISTRATION = ['name', 'client_id', 'deployment_id'] as const;
const LABELS = { name: 'add.name', client_id: 'add.client', deployment_id: 'add.deployment' } as const;

function Registration({ form, onChange }: { form: Form; onChange: (change: Partial<Form>) => void }) {
  const t = useTranslations('platforms');
  return REGISTRATION.map((name) => (
    <TextInput
      key={name}
      label={t(LABELS[name])}
      value={form[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      required
      maxLength={name === 'name' ? 64 : 255}
    />
  ));
}

function Addresses({
  addresses,
  onChange,
}: {
  addresses: PlatformAddresses;
  onChange: (change: Partial<PlatformAddresses>) => void;
}) {
  const t = useTranslations('platforms');
  return ADDRESSES.map((name) => (
    <TextInput
      key={name}
      className={styles.wide}
      classNames={{ input: styles.address }}
      type="url"
      label={t(`add.${name}`)}
      value={addresses[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      required
    />
  ));
}
