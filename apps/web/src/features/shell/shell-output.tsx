'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { DispositionBadge } from '../../components/ui/disposition-badge';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { targetText } from '../../lib/request-ends';
import styles from './shell.module.css';
import type { ShellEntry } from './transcript';

/** What the commands printed, the newest at the end and in view. */
export function ShellOutput({
  entries,
  onOpen,
}: {
  entries: readonly ShellEntry[];
  onOpen: (request: string) => void;
}) {
  const t = useTranslations('shell');
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [entries]);
  return (
    <div className={styles.output} role="log" aria-label={t('output')} tabIndex={0}>
      {entries.map(({ key, prompt, line, answer, problem }) => (
        <div key={key} className={styles.entry}>
          <p>
            <span className={styles.prompt}>{prompt}</span> {line}
          </p>
          {answer && (
            <>
              {answer.stdout && <pre>{answer.stdout}</pre>}
              {answer.stderr && <pre data-error="true">{answer.stderr}</pre>}
              {answer.exit_code !== 0 && <small>{t('exit', { code: answer.exit_code })}</small>}
              {answer.requests.map((request) => (
                <button key={request.id} type="button" onClick={() => onOpen(request.id)}>
                  <DispositionBadge disposition={request.disposition} short />
                  <span>{targetText(request.to)}</span>
                </button>
              ))}
            </>
          )}
          {problem !== undefined && <ProblemAlert error={problem} />}
          {!answer && problem === undefined && <small>{t('running')}</small>}
        </div>
      ))}
      <div ref={end} />
    </div>
  );
}
