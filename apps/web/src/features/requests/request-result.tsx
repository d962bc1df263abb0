'use client';
import type { Request, RequestAnswer } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { CodeBlock } from '../../components/ui/code-block';
import { DispositionBadge } from '../../components/ui/disposition-badge';
import styles from './requests.module.css';

/** What came of it: the verdict, the answer, and over many connections how they were spread. */
export function RequestResult({ request, answer }: { request: Request; answer: RequestAnswer | undefined }) {
  const t = useTranslations('requests');
  const { response, backend, source_seen_by_backend: seen } = request;
  const many = answer && answer.requests.length > 1 && answer.requests.some(({ id }) => id === request.id);
  return (
    <section className={styles.result} aria-label={t('result')} aria-live="polite">
      <p className={styles.verdict}>
        <DispositionBadge disposition={request.disposition} />
        {response?.status !== undefined && <span>HTTP {response.status}</span>}
        <span>{t('elapsed', { ms: Math.round(request.elapsed_ms * 100) / 100 })}</span>
      </p>
      {(backend ?? seen) && (
        <dl className={styles.facts}>
          {backend && (
            <div>
              <dt>{t('backend')}</dt>
              <dd>{backend}</dd>
            </div>
          )}
          {seen && (
            <div>
              <dt>{t('sourceSeen')}</dt>
              <dd>{seen}</dd>
            </div>
          )}
          {response?.served_by && (
            <div>
              <dt>{t('servedBy')}</dt>
              <dd>
                {response.served_by.pod} · {response.served_by.node}
              </dd>
            </div>
          )}
        </dl>
      )}
      {response?.body && <CodeBlock text={response.body} label={t('body')} maxHeight={96} />}
      {many && <Spread answer={answer} />}
    </section>
  );
}

function Spread({ answer }: { answer: RequestAnswer }) {
  const t = useTranslations('requests');
  const rows = Object.entries(answer.summary.by_backend).sort(([a], [b]) => (a < b ? -1 : 1));
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <table className={styles.spread}>
      <caption>{t('spread', { count: answer.requests.length })}</caption>
      <tbody>
        {rows.map(([backend, count]) => (
          <tr key={backend}>
            <th scope="row">{backend}</th>
            <td>
              <span className={styles.barTrack}>
                <span className={styles.bar} style={{ width: `${(100 * count) / most}%` }} />
              </span>
              {count}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
