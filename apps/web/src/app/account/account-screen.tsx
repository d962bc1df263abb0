'use client';
import { useTranslations } from 'next-intl';
import { AppHeader } from '../../components/ui/app-header';
import styles from '../../features/account/account.module.css';
import { MyData } from '../../features/account/my-data';
import { NameForm } from '../../features/account/name-form';
import { PasswordChangeForm } from '../../features/account/password-change-form';
import { SessionList } from '../../features/account/session-list';
import { TokenList } from '../../features/account/token-list';
import { AccountMenu } from '../../features/session/account-menu';
import { SessionGate } from '../../features/session/session-gate';
import { usePageTitle } from '../../lib/page-title';

/** What a person may change of himself, and the ways in that are open. */
export function AccountScreen() {
  const t = useTranslations('account');
  usePageTitle(t('title'));
  return (
    <SessionGate>
      {(session) => (
        <>
          <AppHeader account={<AccountMenu session={session} />} />
          <main id="main" className={styles.page}>
            <h1 className={styles.title}>{t('title')}</h1>
            <NameForm key={session.person.name} person={session.person} />
            <PasswordChangeForm person={session.person} />
            <SessionList />
            <TokenList />
            <MyData person={session.person} />
          </main>
        </>
      )}
    </SessionGate>
  );
}
