'use client';
import { Button, TextInput } from '@mantine/core';
import type { AssignedLab, Class, LabSummary } from '@podlab/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import type { Locale } from '../../lib/choose-locale';
import { instantOf, localTimeOf } from '../../lib/local-time';
import { teachingApi } from '../../lib/teaching-api';
import { CourseLinks } from './course-links';
import { LabUpload } from './lab-upload';
import styles from './teaching.module.css';
import { useClassRefresh } from './use-class';

/** What the class works on and until when, and what else there is. */
export function LabsPart({ room, open }: { room: Class; open: boolean }) {
  const t = useTranslations('teaching.labs');
  const assigned = useQuery({
    queryKey: ['class-labs', room.id],
    queryFn: () => teachingApi.labsOf(room.id),
  });
  const all = useQuery({ queryKey: ['labs', room.id], queryFn: () => teachingApi.labs(room.id) });
  const names = new Set(assigned.data?.items.map(({ name }) => name));
  const others = (all.data?.items ?? []).filter(({ name }) => !names.has(name));
  return (
    <div className={styles.part}>
      <section aria-labelledby="assigned-labs">
        <h2 id="assigned-labs" className={styles.section}>
          {t('assigned')}
        </h2>
        <ProblemAlert error={assigned.error ?? all.error} />
        {assigned.data?.items.length === 0 && (
          <EmptyMessage icon="book" title={t('none')}>
            {t('noneHint')}
          </EmptyMessage>
        )}
        <ul className={styles.labs}>
          {assigned.data?.items.map((lab) => (
            <li key={lab.name}>
              <AssignedCard key={`${lab.opens_at} ${lab.due_at}`} room={room} lab={lab} open={open} />
            </li>
          ))}
        </ul>
      </section>
      <CourseLinks room={room} open={open} />
      {open && others.length > 0 && (
        <section aria-labelledby="other-labs">
          <h2 id="other-labs" className={styles.section}>
            {t('others')}
          </h2>
          <ul className={styles.labs}>
            {others.map((lab) => (
              <li key={lab.name}>
                <OtherCard room={room} lab={lab} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {open && <LabUpload room={room} />}
    </div>
  );
}

function LabFacts({ lab }: { lab: LabSummary }) {
  const t = useTranslations('teaching.labs');
  const locale = useLocale() as Locale;
  return (
    <div className={styles.labAbout}>
      <h3>{lab.title[locale]}</h3>
      {lab.summary && <p className={styles.labSummary}>{lab.summary[locale]}</p>}
      <p className={styles.hint}>
        <span className="mono">{lab.name}</span> · {t('minutes', { minutes: lab.minutes })} ·{' '}
        {t('steps', { count: lab.steps.length })} · {t('points', { points: lab.points })}
        {lab.class !== null && ` · ${t('own')}`}
      </p>
    </div>
  );
}

function OtherCard({ room, lab }: { room: Class; lab: LabSummary }) {
  const t = useTranslations('teaching.labs');
  const locale = useLocale() as Locale;
  const refresh = useClassRefresh(room.id);
  const assign = useMutation({
    mutationFn: () => teachingApi.assign(room.id, lab.name, { opens_at: null, due_at: null }),
    onSuccess: () => refresh('class-labs'),
  });
  return (
    <article className={styles.lab}>
      <LabFacts lab={lab} />
      <Button
        variant="default"
        loading={assign.isPending}
        onClick={() => assign.mutate()}
        aria-label={t('assignNamed', { name: lab.title[locale] })}
      >
        {t('assign')}
      </Button>
      <ProblemAlert error={assign.error} />
    </article>
  );
}

function AssignedCard({ room, lab, open }: { room: Class; lab: AssignedLab; open: boolean }) {
  const t = useTranslations('teaching.labs');
  const locale = useLocale() as Locale;
  const refresh = useClassRefresh(room.id);
  const [opens, setOpens] = useState(localTimeOf(lab.opens_at));
  const [due, setDue] = useState(localTimeOf(lab.due_at));
  const changed = opens !== localTimeOf(lab.opens_at) || due !== localTimeOf(lab.due_at);
  const save = useMutation({
    mutationFn: () =>
      teachingApi.assign(room.id, lab.name, { opens_at: instantOf(opens), due_at: instantOf(due) }),
    onSuccess: () => refresh('class-labs'),
  });
  const remove = async () => {
    await teachingApi.unassign(room.id, lab.name);
    await refresh('class-labs');
  };
  const title = lab.title[locale];
  return (
    <article className={styles.lab} data-assigned>
      <LabFacts lab={lab} />
      <div className={styles.times}>
        <TextInput
          type="datetime-local"
          label={t('opens')}
          aria-label={t('opensOf', { name: title })}
          disabled={!open}
          value={opens}
          onChange={(event) => setOpens(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t('due')}
          aria-label={t('dueOf', { name: title })}
          disabled={!open}
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
        />
        {changed && (
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('save')}
          </Button>
        )}
        <Button
          component={Link}
          variant="default"
          href={`/wall?class=${encodeURIComponent(room.id)}&lab=${encodeURIComponent(lab.name)}`}
          aria-label={t('wallOf', { name: title })}
        >
          {t('wall')}
        </Button>
        {open && (
          <ConfirmButton
            variant="subtle"
            color="red"
            className={styles.quietDanger}
            title={t('unassign')}
            question={t('unassignQuestion', { name: title })}
            confirm={t('unassign')}
            onConfirm={remove}
            aria-label={t('unassignNamed', { name: title })}
          >
            {t('unassign')}
          </ConfirmButton>
        )}
      </div>
      <ProblemAlert error={save.error} />
    </article>
  );
}
