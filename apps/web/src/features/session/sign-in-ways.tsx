'use client';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Icon } from '../../components/ui/icon';
import { accountApi } from '../../lib/learning-api';
import { PasswordForm } from './password-form';
import styles from './session.module.css';
import { TokenForm } from './token-form';

/** Every way in that the server offers. */
export function SignInWays() {
  const t = useTranslations('session');
  const methods = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: accountApi.methods,
    staleTime: Infinity,
  });
  const oidc = methods.data?.oidc;
  return (
    <>
      <Button component={Link} href="/join" size="lg" variant="outline" leftSection={<Icon name="door" />}>
        {t('haveCode')}
      </Button>
      {oidc && (
        <Button
          component="a"
          href={`${oidc.start}?return_to=${encodeURIComponent(returnPath())}`}
          size="lg"
          leftSection={<Icon name="person" />}
        >
          {t('withProvider', { provider: oidc.name })}
        </Button>
      )}
      {methods.data?.password !== false && <PasswordForm />}
      <details className={styles.more}>
        <summary>{t('byToken')}</summary>
        <TokenForm />
      </details>
    </>
  );
}

/** Back to where one was; a page that asks to sign in sends whoever is in where he wants to go. */
const returnPath = (): string => location.pathname + location.search;
