'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { asProblem } from '../../lib/problem';
import { Icon } from './icon';
import styles from './problem-alert.module.css';

/** What was refused, in the reader's language; below it the server's own words, which are English, field by field. */
export function ProblemAlert({ error }: { error: unknown }) {
  const t = useTranslations('problem');
  const format = useFormatter();
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <div className={styles.alert} role="alert">
      <Icon name="warning" />
      <div>
        <strong>{t.has(problem.code) ? t(problem.code) : t('other')}</strong>
        {problem.detail && problem.code !== 'QuotaExceeded' && (
          <p className={styles.detail} lang="en">
            {problem.detail}
          </p>
        )}
        {problem.retryAt !== null && (
          <p>{t('retryAt', { time: format.dateTime(new Date(problem.retryAt), { timeStyle: 'medium' }) })}</p>
        )}
        {problem.errors.length > 0 && (
          <ul>
            {problem.errors.map((error) => (
              <li key={`${error.path} ${error.message}`}>
                <Fault {...error} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

const QUOTA = /^quotas\.(\w+)$/;

/** A field and what is wrong with it; a quota by its name and bound. */
function Fault({ path, message }: { path: string; message: string }) {
  const t = useTranslations('quota');
  const quota = QUOTA.exec(path)?.[1] ?? '';
  const limit = /\d+/.exec(message)?.[0];
  if (limit !== undefined && t.has(quota)) {
    return (
      <>
        {t('bound', { quota: t(quota as 'pods'), limit })}
        {quota === 'clusters' && ` ${t('freeCluster')}`}
      </>
    );
  }
  return (
    <>
      {path && <code>{path}</code>} {message}
    </>
  );
}
