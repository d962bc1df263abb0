'use client';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { Class, ClassRole } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import { LinkShown } from './new-link';
import styles from './teaching.module.css';
import { useClassRefresh } from './use-class';

const EMPTY = { login: '', name: '', role: 'student' as ClassRole, group: '' };
type Form = typeof EMPTY;
const ROLES: readonly ClassRole[] = ['student', 'assistant', 'teacher'];

export function AddMember({ room, groups }: { room: Class; groups: readonly string[] }) {
  const t = useTranslations('teaching.members');
  const refresh = useClassRefresh(room.id);
  const [form, setForm] = useState(EMPTY);
  const add = useMutation({
    mutationFn: () =>
      teachingApi.addMember(room.id, {
        login: form.login,
        role: form.role,
        group: form.group.trim() || null,
        ...(form.name.trim() && { name: form.name.trim() }),
      }),
    onSuccess: () => {
      setForm({ ...EMPTY, role: form.role, group: form.group });
      return refresh('members');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form className={styles.box} onSubmit={submit} aria-label={t('add')}>
      <h2>{t('add')}</h2>
      <MemberFields form={form} onForm={setForm} groups={groups} />
      <div className={styles.boxEnd}>
        <Button type="submit" loading={add.isPending} disabled={!form.login.trim()}>
          {t('addButton')}
        </Button>
      </div>
      <ProblemAlert error={add.error} />
      {add.data && (
        <div role="status" className={styles.notice}>
          <b>{t('added', { name: add.data.person.name })}</b>
          {add.data.link && <LinkShown link={add.data.link} />}
        </div>
      )}
    </form>
  );
}

function MemberFields({
  form,
  onForm,
  groups,
}: {
  form: Form;
  onForm: (form: Form) => void;
  groups: readonly string[];
}) {
  const t = useTranslations('teaching.members');
  const change = (part: Partial<Form>) => onForm({ ...form, ...part });
  return (
    <div className={styles.fields}>
      <TextInput
        label={t('login')}
        description={t('loginHint')}
        value={form.login}
        onChange={(event) => change({ login: event.currentTarget.value })}
        required
        maxLength={64}
        autoComplete="off"
      />
      <TextInput
        label={t('name')}
        description={t('nameHint')}
        value={form.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        maxLength={64}
        autoComplete="off"
      />
      <NativeSelect
        label={t('role')}
        value={form.role}
        onChange={(event) => change({ role: event.currentTarget.value as ClassRole })}
        data={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
      />
      <TextInput
        label={t('group')}
        placeholder={groups[0] ?? '–'}
        list="groups"
        value={form.group}
        onChange={(event) => change({ group: event.currentTarget.value })}
        maxLength={32}
      />
    </div>
  );
}
