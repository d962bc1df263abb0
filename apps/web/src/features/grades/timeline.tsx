'use client';
import { Button } from '@mantine/core';
import type { Attempt, Class, TimelineEntry } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';
import { Icon, type IconName } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import type { Locale } from '../../lib/choose-locale';
import { guidingApi } from '../../lib/teaching-api';
import { detailLines } from './detail-lines';
import styles from './grades.module.css';

const SIGNS: Record<TimelineEntry['kind'], IconName> = {
  Started: 'play',
  Checked: 'check',
  Answered: 'dots',
  Hint: 'eye',
  Hand: 'hand',
  Message: 'message',
  Restored: 'back',
  Reset: 'first',
  Joined: 'people',
  Broadcast: 'cast',
  Regraded: 'table',
};
/** A pause in the work that is worth telling. */
const PAUSE_MS = 10 * 60_000;

/** What happened in an attempt and when: who worked, with how many pauses, and what jumped. */
export function Timeline({ room, attempt, onBack }: { room: Class; attempt: string; onBack: () => void }) {
  const t = useTranslations('grades');
  const found = useQuery({ queryKey: ['attempt', attempt], queryFn: () => guidingApi.attempt(attempt) });
  const entries = useQuery({ queryKey: ['timeline', attempt], queryFn: () => guidingApi.timeline(attempt) });
  const titles = useTitles(found.data);
  const items = entries.data?.items ?? [];
  return (
    <section className={styles.timeline} aria-labelledby="timeline">
      <div className={styles.timelineHead}>
        <Button variant="default" leftSection={<Icon name="previous" size={18} />} onClick={onBack}>
          {t('back')}
        </Button>
        <h2 id="timeline">{t('timeline')}</h2>
        {found.data && <About attempt={found.data} room={room} />}
      </div>
      <ProblemAlert error={found.error ?? entries.error} />
      <ol className={styles.events}>
        {items.map((entry, index) => (
          <Entry key={`${entry.at} ${index}`} entry={entry} before={items[index - 1]} titles={titles} />
        ))}
      </ol>
    </section>
  );
}

/** What the steps of the lab and its checks are called. */
function useTitles(attempt: Attempt | undefined): ReadonlyMap<string, string> {
  const locale = useLocale() as Locale;
  return useMemo(() => {
    const steps = attempt?.steps ?? [];
    const named = [...steps.flatMap(({ checks }) => checks), ...steps];
    return new Map(named.flatMap(({ name, title }) => (title ? [[name, title[locale]] as const] : [])));
  }, [attempt, locale]);
}

function About({ attempt, room }: { attempt: Attempt; room: Class }) {
  const t = useTranslations('grades');
  const locale = useLocale() as Locale;
  const { person, group, title, score, max, runs, variant, cluster } = attempt;
  return (
    <>
      <p>
        <b>{group === null ? person.name : `${group} · ${person.name}`}</b> · {title[locale]} ·{' '}
        {score === null ? '–' : t('of', { score, max })} · {t('runsCount', { count: runs })}
        {variant && ` · ${t('variant', { variant })}`}
      </p>
      <Button
        component={Link}
        variant="default"
        href={`/cluster?id=${encodeURIComponent(cluster)}&watch=${encodeURIComponent(room.id)}`}
        leftSection={<Icon name="eye" size={18} />}
      >
        {t('look')}
      </Button>
    </>
  );
}

/** What ended is told by another word than what began, what is said to all by another than what is said to one. */
function wordOf({ kind, detail }: TimelineEntry) {
  if (kind === 'Hand' && detail['raised'] === false) return 'HandLowered';
  if (kind === 'Message' && detail['to'] === 'class') return 'MessageToAll';
  return kind === 'Broadcast' && detail['shown'] === false ? 'BroadcastEnded' : kind;
}

interface EntryProps {
  entry: TimelineEntry;
  before: TimelineEntry | undefined;
  titles: ReadonlyMap<string, string>;
}

function Entry({ entry, before, titles }: EntryProps) {
  const t = useTranslations('grades');
  const format = useFormatter();
  const at = new Date(entry.at);
  const pause = before ? at.getTime() - Date.parse(before.at) : 0;
  return (
    <>
      {pause >= PAUSE_MS && (
        <li className={styles.pause}>{t('pause', { minutes: Math.round(pause / 60_000) })}</li>
      )}
      <li>
        <time dateTime={entry.at}>{format.dateTime(at, { dateStyle: 'short', timeStyle: 'medium' })}</time>
        <Icon name={SIGNS[entry.kind]} />
        <div>
          <b>{t(`kind.${wordOf(entry)}`)}</b> · {entry.person.name}
          <dl>
            {detailLines(entry.detail, titles).map(([name, text]) => (
              <div key={name}>
                <dt>{t.has(`detail.${name}`) ? t(`detail.${name}` as never) : name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
      </li>
    </>
  );
}
