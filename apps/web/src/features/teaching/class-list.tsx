'use client';
import { Button } from '@mantine/core';
import type { Class, Session } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { PageFrame } from '../../components/ui/page-frame';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import { CreateClass } from './create-class';
import styles from './teaching.module.css';

/** The classes that one teaches or assists in; the administrator's are all of them. */
export function ClassList({ session }: { session: Session }) {
  const t = useTranslations('teaching.list');
  const classes = useQuery({ queryKey: ['classes'], queryFn: teachingApi.classes });
  const [creating, setCreating] = useState(false);
  const items = classes.data?.items.filter(({ role }) => role !== 'student') ?? [];
  const mayCreate = session.person.role !== 'student';
  const empty = classes.isSuccess && items.length === 0;
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        mayCreate &&
        !creating &&
        !empty && (
          <Button size="md" leftSection={<Icon name="plus" />} onClick={() => setCreating(true)}>
            {t('create')}
          </Button>
        )
      }
    >
      <ProblemAlert error={classes.error} />
      {mayCreate && (creating || empty) && (
        <CreateClass onCancel={empty ? undefined : () => setCreating(false)} />
      )}
      {empty && (
        <EmptyMessage icon="book" title={t('empty')}>
          {mayCreate ? t('emptyHint') : t('emptyStudent')}
        </EmptyMessage>
      )}
      <ul className={styles.cards}>
        {items.map((room) => (
          <li key={room.id}>
            <ClassCard room={room} />
          </li>
        ))}
      </ul>
    </PageFrame>
  );
}

function ClassCard({ room }: { room: Class }) {
  const t = useTranslations('teaching');
  const format = useFormatter();
  const id = encodeURIComponent(room.id);
  return (
    <article className={styles.card} data-archived={room.archived_at !== null}>
      <h2>
        <Link href={`/classes?id=${id}`}>{room.name}</Link>
      </h2>
      <p>
        {room.role ? t(`role.${room.role}`) : t('list.notMember')}
        {' · '}
        {t('list.since', { date: format.dateTime(new Date(room.created_at), { dateStyle: 'medium' }) })}
        {room.archived_at && <b className={styles.tag}>{t('list.archived')}</b>}
      </p>
      <div className={styles.cardLinks}>
        <Button
          component={Link}
          href={`/wall?class=${id}`}
          variant="default"
          aria-label={t('list.wallOf', { name: room.name })}
        >
          {t('nav.wall')}
        </Button>
        <Button
          component={Link}
          href={`/grades?class=${id}`}
          variant="default"
          aria-label={t('list.gradesOf', { name: room.name })}
        >
          {t('nav.grades')}
        </Button>
      </div>
    </article>
  );
}
