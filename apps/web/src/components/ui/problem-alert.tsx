'use client';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { asProblem } from '../../lib/problem';
import { Icon } from './icon';
import styles from './problem-alert.module.css';
import { useProblemTitle } from './use-problem-title';

/** What was refused, in the reader's language; below it the server's own words, which are English, field by field. */
export function ProblemAlert({ error }: { error: unknown }) {
  const t = useTranslations('problem');
  const title = useProblemTitle();
  const format = useFormatter();
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <div className={styles.alert} role="alert">
      <Icon name="warning" />
      <div>
        <strong>{title(problem)}</strong>
        {problem.detail && !UNTOLD.has(problem.code) && (
          <p className={styles.detail} lang="en">
            {problem.detail}
          </p>
        )}
        {problem.retryAt !== null && (
          <p>{t('retryAt', { time: format.dateTime(new Date(problem.retryAt), { timeStyle: 'medium' }) })}</p>
        )}
        {problem.code === 'Unreachable' && <TryAgain error={error} />}
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

/** Of these the words of the machine tell no more than the sentence does. */
const UNTOLD: ReadonlySet<string> = new Set(['QuotaExceeded', 'Unreachable']);

/** Asks again for all that could not be read: the server may be back. What was to be done is done again by its own button. */
function TryAgain({ error }: { error: unknown }) {
  const t = useTranslations('problem');
  const queries = useQueryClient();
  const isRead =
    queries.getQueryCache().findAll({ predicate: ({ state }) => state.error === error }).length > 0;
  if (!isRead) return null;
  return (
    <Button
      size="compact-md"
      variant="default"
      mt={6}
      onClick={() => queries.refetchQueries({ predicate: ({ state }) => state.status === 'error' })}
    >
      {t('tryAgain')}
    </Button>
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
