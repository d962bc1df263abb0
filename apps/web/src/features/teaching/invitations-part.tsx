'use client';
import { Button, Modal, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import type { Class, Invitation, InvitationCreateBody } from '@podlab/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { CodeBlock } from '../../components/ui/code-block';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import styles from './teaching.module.css';
import { useClassRefresh } from './use-class';

const HOUR_S = 3600;
const LIFETIMES = [2 * HOUR_S, 24 * HOUR_S, 14 * 24 * HOUR_S, 120 * 24 * HOUR_S];
const spaced = (code: string): string => (code.includes('-') ? code : `${code.slice(0, 4)}-${code.slice(4)}`);

/** Codes that let people in, each as large as a lecture room needs it. */
export function InvitationsPart({ room, open }: { room: Class; open: boolean }) {
  const t = useTranslations('teaching.invitations');
  const invitations = useQuery({
    queryKey: ['invitations', room.id],
    queryFn: () => teachingApi.invitations(room.id),
  });
  return (
    <div className={styles.part}>
      {open && <Invite room={room} />}
      <ProblemAlert error={invitations.error} />
      {invitations.data?.length === 0 && (
        <EmptyMessage icon="door" title={t('empty')}>
          {t('emptyHint')}
        </EmptyMessage>
      )}
      <ul className={styles.invitations}>
        {invitations.data?.map((invitation) => (
          <li key={invitation.id}>
            <InvitationCard room={room} invitation={invitation} open={open} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Invite({ room }: { room: Class }) {
  const t = useTranslations('teaching.invitations');
  const members = useTranslations('teaching.members');
  const refresh = useClassRefresh(room.id);
  const [body, setBody] = useState({ role: 'student', group: '', uses: 100, expires_in_s: LIFETIMES[2]! });
  const invite = useMutation({
    mutationFn: () =>
      teachingApi.invite(room.id, { ...body, group: body.group.trim() || null } as InvitationCreateBody),
    onSuccess: () => refresh('invitations'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form className={styles.box} onSubmit={submit} aria-label={t('make')}>
      <h2>{t('make')}</h2>
      <div className={styles.fields}>
        <NativeSelect
          label={members('role')}
          value={body.role}
          onChange={(event) => setBody({ ...body, role: event.currentTarget.value })}
          data={['student', 'assistant'].map((value) => ({
            value,
            label: members(`roles.${value}` as never),
          }))}
        />
        <TextInput
          label={members('group')}
          placeholder="–"
          maxLength={32}
          value={body.group}
          onChange={(event) => setBody({ ...body, group: event.currentTarget.value })}
        />
        <NumberInput
          label={t('uses')}
          min={1}
          max={1000}
          value={body.uses}
          onChange={(uses) => setBody({ ...body, uses: Number(uses) || 1 })}
        />
        <NativeSelect
          label={t('lifetime')}
          value={body.expires_in_s}
          onChange={(event) => setBody({ ...body, expires_in_s: Number(event.currentTarget.value) })}
          data={LIFETIMES.map((value) => ({
            value: String(value),
            label: t('hours', { hours: value / HOUR_S }),
          }))}
        />
      </div>
      <div className={styles.boxEnd}>
        <Button type="submit" loading={invite.isPending}>
          {t('makeButton')}
        </Button>
      </div>
      <ProblemAlert error={invite.error} />
    </form>
  );
}

function InvitationCard({ room, invitation, open }: { room: Class; invitation: Invitation; open: boolean }) {
  const t = useTranslations('teaching.invitations');
  const members = useTranslations('teaching.members');
  const format = useFormatter();
  const refresh = useClassRefresh(room.id);
  const [large, setLarge] = useState(false);
  const code = spaced(invitation.code);
  const revoke = async () => {
    await teachingApi.revoke(room.id, invitation.id);
    await refresh('invitations');
  };
  return (
    <article className={styles.invitation}>
      <p className={styles.code}>{code}</p>
      <p className={styles.hint}>
        {members(`roles.${invitation.role}`)}
        {invitation.group && ` · ${invitation.group}`} · {t('left', { count: invitation.uses_left })} ·{' '}
        {t('until', {
          date: format.dateTime(new Date(invitation.expires_at), { dateStyle: 'medium', timeStyle: 'short' }),
        })}
      </p>
      <CodeBlock text={invitation.url} label={t('link')} />
      <div className={styles.boxEnd}>
        {open && (
          <ConfirmButton
            variant="subtle"
            color="red"
            className={styles.quietDanger}
            title={t('revoke')}
            question={t('revokeQuestion', { code })}
            confirm={t('revoke')}
            onConfirm={revoke}
            aria-label={t('revokeNamed', { code })}
          >
            {t('revoke')}
          </ConfirmButton>
        )}
        <Button
          onClick={() => setLarge(true)}
          leftSection={<Icon name="eye" size={18} />}
          aria-label={t('largeNamed', { code })}
        >
          {t('large')}
        </Button>
      </div>
      <LargeCode opened={large} onClose={() => setLarge(false)} room={room} invitation={invitation} />
    </article>
  );
}

/** The code over the whole window. */
function LargeCode({
  opened,
  onClose,
  room,
  invitation,
}: {
  opened: boolean;
  onClose: () => void;
  room: Class;
  invitation: Invitation;
}) {
  const t = useTranslations('teaching.invitations');
  const common = useTranslations('common');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      fullScreen
      title={room.name}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <div className={styles.poster}>
        <p className={styles.posterStep}>{t('posterOpen')}</p>
        <p className={styles.posterAddress}>{invitation.url.split('#')[0]}</p>
        <p className={styles.posterStep}>{t('posterType')}</p>
        <p className={styles.posterCode}>{spaced(invitation.code)}</p>
      </div>
    </Modal>
  );
}
