'use client';
import { ActionIcon, Menu } from '@mantine/core';
import type { Session } from '@podlab/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Icon } from '../../components/ui/icon';
import { podlabApi } from '../../lib/podlab-api';

export function AccountMenu({ session }: { session: Session }) {
  const t = useTranslations('session');
  const queries = useQueryClient();
  const signOut = async () => {
    await podlabApi.signOut();
    await queries.resetQueries();
  };
  return (
    <Menu shadow="md" position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={34} aria-label={t('account', { name: session.person.name })}>
          <Icon name="person" size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.person.name} · {t(`role.${session.person.role}`)}
        </Menu.Label>
        <Menu.Item component={Link} href="/account">
          {t('myAccount')}
        </Menu.Item>
        <Menu.Item component={Link} href="/join">
          {t('joinClass')}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs">
          {t('apiDocs')}
        </Menu.Item>
        <Menu.Item onClick={signOut}>{t('signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
