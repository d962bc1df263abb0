'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { accountApi } from '../../lib/learning-api';
import styles from './account.module.css';
import { TokenCreate } from './token-create';

/** Tokens for programs: what each may do, until when, and its end. */
export function TokenList() {
  const t = useTranslations('account');
  const format = useFormatter();
  const queries = useQueryClient();
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: accountApi.tokens });
  const remove = async (id: string) => {
    await accountApi.deleteToken(id);
    await queries.invalidateQueries({ queryKey: ['tokens'] });
  };
  return (
    <section className={styles.section} aria-label={t('tokens')}>
      <h2>{t('tokens')}</h2>
      <p className={styles.hint}>{t('tokensLead')}</p>
      <ProblemAlert error={tokens.error} />
      <ul className={styles.list}>
        {tokens.data?.items.map(({ id, name, scope, cluster, expires_at: until }) => (
          <li key={id}>
            <p>
              <b>{name}</b>
              <small>
                {cluster ? t('oneCluster') : t(`scope.${scope}`)} ·{' '}
                {t('until', { time: format.dateTime(new Date(until), { dateStyle: 'medium' }) })}
              </small>
            </p>
            <ConfirmButton
              variant="subtle"
              size="compact-md"
              title={t('deleteToken')}
              question={t('deleteTokenQuestion', { name })}
              confirm={t('deleteToken')}
              onConfirm={() => remove(id)}
              aria-label={t('deleteTokenNamed', { name })}
            >
              {t('deleteToken')}
            </ConfirmButton>
          </li>
        ))}
      </ul>
      <TokenCreate />
    </section>
  );
}
