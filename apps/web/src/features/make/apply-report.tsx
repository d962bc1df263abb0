'use client';
import type { ApplyAnswer } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import styles from './make.module.css';

/** What became of each document, in the server's own words where it refused one. */
export function ApplyReport({ answer, error }: { answer: ApplyAnswer | undefined; error: unknown }) {
  const t = useTranslations('make');
  if (error) return <ProblemAlert error={error} />;
  if (!answer) return null;
  return (
    <ul className={styles.report} aria-label={t('report')} aria-live="polite">
      {answer.documents.map((document) => (
        <li key={document.index} data-refused={document.result === 'Refused'}>
          <Icon name={document.result === 'Refused' ? 'cross' : 'check'} />
          <span>
            <b>
              {document.kind
                ? `${document.kind} ${document.name ?? ''}`
                : t('document', { index: document.index + 1 })}
            </b>{' '}
            {t(`result.${document.result}`)}
            {document.status?.message && <span className={styles.status}>{document.status.message}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
