'use client';
import { NativeSelect, TextInput } from '@mantine/core';
import type { Person, Role } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { PageFrame } from '../../components/ui/page-frame';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { TableFrame } from '../../components/ui/table-frame';
import { teachingApi } from '../../lib/teaching-api';
import { CreatePerson } from './create-person';
import styles from './people.module.css';
import { PersonActions } from './person-actions';

const RANK: Record<Role, number> = { admin: 0, teacher: 1, student: 2 };
export type LinkButton = (name: string, person: string) => ReactNode;

/** All people of this server, for its administrator. */
export function PeopleList({ own, linkButton }: { own: string; linkButton: LinkButton }) {
  const t = useTranslations('people');
  const people = useQuery({ queryKey: ['people'], queryFn: teachingApi.people });
  const [find, setFind] = useState('');
  const wanted = find.trim().toLowerCase();
  const rows = (people.data ?? [])
    .filter(({ name, login }) => [name, login ?? ''].some((text) => text.toLowerCase().includes(wanted)))
    .sort((one, other) => RANK[one.role] - RANK[other.role] || one.name.localeCompare(other.name));
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <CreatePerson />
      <ProblemAlert error={people.error} />
      <div className={styles.head}>
        <h2>{t('count', { count: people.data?.length ?? 0 })}</h2>
        <TextInput
          aria-label={t('find')}
          placeholder={t('find')}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      </div>
      <TableFrame label={t('title')} stacked>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('login')}</th>
            <th scope="col">{t('role')}</th>
            <th scope="col">{t('doing')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((person) => (
            <Row key={person.id} person={person} own={person.id === own} linkButton={linkButton} />
          ))}
        </tbody>
      </TableFrame>
    </PageFrame>
  );
}

function Row({ person, own, linkButton }: { person: Person; own: boolean; linkButton: LinkButton }) {
  const t = useTranslations('people');
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (role: Role) => teachingApi.changePerson(person.id, { role }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
  return (
    <tr>
      <th scope="row">
        {person.name} {own && <span className={styles.own}>{t('you')}</span>}
      </th>
      <td className="mono" data-label={t('login')}>
        {person.login ?? '–'}
      </td>
      <td data-label={t('role')}>
        <NativeSelect
          aria-label={t('roleOf', { name: person.name })}
          disabled={own}
          value={person.role}
          onChange={(event) => change.mutate(event.currentTarget.value as Role)}
          data={(['student', 'teacher', 'admin'] as const).map((value) => ({
            value,
            label: t(`roles.${value}`),
          }))}
        />
        <ProblemAlert error={change.error} />
      </td>
      <td data-wide>
        <PersonActions person={person} own={own}>
          {linkButton(person.name, person.id)}
        </PersonActions>
      </td>
    </tr>
  );
}
