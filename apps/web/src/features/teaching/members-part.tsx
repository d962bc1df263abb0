'use client';
import { NativeSelect, TextInput } from '@mantine/core';
import type { Class, ClassRole, Member } from '@podlab/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { TableFrame } from '../../components/ui/table-frame';
import { teachingApi } from '../../lib/teaching-api';
import { AddMember } from './add-member';
import { NewLink } from './new-link';
import { RosterUpload } from './roster-upload';
import styles from './teaching.module.css';
import { useClassRefresh } from './use-class';

export const ROLES: readonly ClassRole[] = ['student', 'assistant', 'teacher'];
const RANK: Record<ClassRole, number> = { teacher: 0, assistant: 1, student: 2 };

/** Who is in the class: by hand, by a file, and what each may do. */
export function MembersPart({ room, open }: { room: Class; open: boolean }) {
  const t = useTranslations('teaching.members');
  const members = useQuery({ queryKey: ['members', room.id], queryFn: () => teachingApi.members(room.id) });
  const [find, setFind] = useState('');
  const wanted = find.trim().toLowerCase();
  const rows = (members.data ?? [])
    .filter(({ person, group }) =>
      [person.name, person.login ?? '', group ?? ''].some((text) => text.toLowerCase().includes(wanted)),
    )
    .sort(
      (one, other) => RANK[one.role] - RANK[other.role] || one.person.name.localeCompare(other.person.name),
    );
  const groups = [...new Set((members.data ?? []).flatMap(({ group }) => group ?? []))].sort();
  return (
    <div className={styles.part}>
      {open && (
        <div className={styles.ways}>
          <AddMember room={room} groups={groups} />
          <RosterUpload room={room} />
        </div>
      )}
      <ProblemAlert error={members.error} />
      {members.data?.length === 0 && (
        <EmptyMessage icon="people" title={t('empty')}>
          {t('emptyHint')}
        </EmptyMessage>
      )}
      {(members.data?.length ?? 0) > 0 && (
        <>
          <div className={styles.tableHead}>
            <h2>{t('count', { count: members.data?.length ?? 0 })}</h2>
            <TextInput
              aria-label={t('find')}
              placeholder={t('find')}
              value={find}
              onChange={(event) => setFind(event.currentTarget.value)}
            />
          </div>
          <datalist id="groups">
            {groups.map((group) => (
              <option key={group} value={group} />
            ))}
          </datalist>
          <TableFrame label={t('table')} stacked>
            <thead>
              <tr>
                <th scope="col">{t('name')}</th>
                <th scope="col">{t('login')}</th>
                <th scope="col">{t('role')}</th>
                <th scope="col">{t('group')}</th>
                <th scope="col">{t('signsIn')}</th>
                <th scope="col">{t('doing')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((member) => (
                <MemberRow key={member.person.id} room={room} member={member} open={open} />
              ))}
            </tbody>
          </TableFrame>
        </>
      )}
    </div>
  );
}

function MemberRow({ room, member, open }: { room: Class; member: Member; open: boolean }) {
  const t = useTranslations('teaching.members');
  const { id, name, login } = member.person;
  const refresh = useClassRefresh(room.id);
  const change = useMutation({
    mutationFn: (change: { role?: ClassRole; group?: string | null }) =>
      teachingApi.changeMember(room.id, id, change),
    onSettled: () => refresh('members'),
  });
  const remove = async () => {
    await teachingApi.removeMember(room.id, id);
    await refresh('members');
  };
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="mono" data-label={t('login')}>
        {login ?? '–'}
      </td>
      <td data-label={t('role')}>
        <NativeSelect
          aria-label={t('roleOf', { name })}
          disabled={!open}
          value={member.role}
          onChange={(event) => change.mutate({ role: event.currentTarget.value as ClassRole })}
          data={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
        />
        <ProblemAlert error={change.error} />
      </td>
      <td data-label={t('group')}>
        <GroupField
          key={member.group}
          label={t('groupOf', { name })}
          group={member.group}
          disabled={!open}
          onGroup={(group) => change.mutate({ group })}
        />
      </td>
      <td data-label={t('signsIn')}>{member.has_password ? t('byPassword') : t('byLink')}</td>
      <td data-wide>
        {open && (
          <span className={styles.rowEnd}>
            <NewLink name={name} make={() => teachingApi.memberLink(room.id, id)} />
            <ConfirmButton
              variant="subtle"
              color="red"
              className={styles.quietDanger}
              title={t('remove')}
              question={t('removeQuestion', { name })}
              confirm={t('remove')}
              onConfirm={remove}
              aria-label={t('removeNamed', { name })}
            >
              {t('remove')}
            </ConfirmButton>
          </span>
        )}
      </td>
    </tr>
  );
}

/** Is written when one leaves it, so that a half-typed name makes no group. */
function GroupField({
  label,
  group,
  disabled,
  onGroup,
}: {
  label: string;
  group: string | null;
  disabled: boolean;
  onGroup: (group: string | null) => void;
}) {
  const [text, setText] = useState(group ?? '');
  const write = () => {
    const next = text.trim() || null;
    if (next !== group) onGroup(next);
  };
  return (
    <TextInput
      aria-label={label}
      list="groups"
      placeholder="–"
      disabled={disabled}
      value={text}
      maxLength={32}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={write}
      onKeyDown={(event) => event.key === 'Enter' && write()}
    />
  );
}
