'use client';
import { Tabs } from '@mantine/core';
import type { Class } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { PageFrame } from '../../components/ui/page-frame';
import { usePageQuery } from '../../lib/page-query';
import { ClassNav } from './class-nav';
import { InvitationsPart } from './invitations-part';
import { LabsPart } from './labs-part';
import { MembersPart } from './members-part';
import { SettingsPart } from './settings-part';
import styles from './teaching.module.css';

const PARTS = ['labs', 'members', 'invitations', 'settings'] as const;
type Part = (typeof PARTS)[number];

/** One class: its labs, its people, how one gets in, and its bounds. */
export function OneClass({ room }: { room: Class }) {
  const t = useTranslations('teaching');
  const format = useFormatter();
  const { query, setQuery } = usePageQuery();
  const part = PARTS.find((name) => name === query.get('part')) ?? 'labs';
  const teaches = room.role !== 'assistant';
  const open = room.archived_at === null && teaches;
  const parts: readonly Part[] = teaches ? PARTS : ['labs', 'members'];
  return (
    <PageFrame
      title={room.name}
      lead={
        room.archived_at
          ? t('archivedSince', {
              date: format.dateTime(new Date(room.archived_at), { dateStyle: 'long' }),
            })
          : undefined
      }
      actions={<ClassNav room={room} />}
    >
      <Tabs
        value={parts.includes(part) ? part : 'labs'}
        onChange={(value) => setQuery({ part: value })}
        keepMounted={false}
        className={styles.tabs}
      >
        <Tabs.List aria-label={t('parts')}>
          {parts.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`part.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="labs">
          <LabsPart room={room} open={open} />
        </Tabs.Panel>
        <Tabs.Panel value="members">
          <MembersPart room={room} open={open} />
        </Tabs.Panel>
        <Tabs.Panel value="invitations">
          <InvitationsPart room={room} open={open} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsPart key={room.archived_at} room={room} open={open} />
        </Tabs.Panel>
      </Tabs>
    </PageFrame>
  );
}
