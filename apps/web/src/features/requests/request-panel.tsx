'use client';
import { SegmentedControl } from '@mantine/core';
import type { Request, RequestAnswer, SendRequestBody } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { DispositionBadge } from '../../components/ui/disposition-badge';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { sourceText, targetText } from '../../lib/request-ends';
import { ReachPanel } from './reach-panel';
import { sentTogether } from './history';
import { RequestForm, type RequestDraft } from './request-form';
import { RequestResult } from './request-result';
import styles from './requests.module.css';
import { useRequestHistory } from './use-requests';

/** One request, or everybody to everything. */
const MODES = ['one', 'all'] as const;
type Mode = (typeof MODES)[number];

interface RequestPanelProps {
  draft: RequestDraft;
  onDraft: (draft: RequestDraft) => void;
  onSend: (body: SendRequestBody) => void;
  sending: boolean;
  sendError: unknown;
  answer: RequestAnswer | undefined;
  current: Request | null;
  onOpen: (id: string) => void;
}

export function RequestPanel({
  draft,
  onDraft,
  onSend,
  sending,
  sendError,
  answer,
  current,
  onOpen,
}: RequestPanelProps) {
  const t = useTranslations('requests');
  const [mode, setMode] = useState<Mode>('one');
  return (
    <div className={styles.panel}>
      <SegmentedControl
        fullWidth
        aria-label={t('mode.label')}
        value={mode}
        onChange={(value) => setMode(value as Mode)}
        data={MODES.map((value) => ({ value, label: t(`mode.${value}`) }))}
      />
      {mode === 'one' ? (
        <RequestForm draft={draft} onDraft={onDraft} onSend={onSend} sending={sending} error={sendError} />
      ) : (
        <ReachPanel onSend={onSend} sending={sending} />
      )}
      {current && <RequestResult request={current} answer={answer} />}
      <h2 className={styles.heading}>{t('history')}</h2>
      <History current={current?.id ?? null} onOpen={onOpen} />
    </div>
  );
}

function History({ current, onOpen }: { current: string | null; onOpen: (id: string) => void }) {
  const t = useTranslations('requests');
  const history = useRequestHistory();
  if (history.error) return <ProblemAlert error={history.error} />;
  const items = history.data?.items ?? [];
  if (history.isSuccess && items.length === 0) {
    return (
      <EmptyMessage icon="arrow" title={t('noHistory')}>
        {t('noHistoryHint')}
      </EmptyMessage>
    );
  }
  return (
    <ol className={styles.history}>
      {sentTogether(items.slice(0, 100)).map(({ request, ids }) => (
        <li key={request.id}>
          <button
            type="button"
            onClick={() => onOpen(request.id)}
            aria-current={current !== null && ids.includes(current) ? 'true' : undefined}
          >
            <DispositionBadge disposition={request.disposition} short />
            <span className={styles.historyText}>
              <b>{targetText(request.to)}</b>
              <small>
                {t('historyFrom', {
                  from: sourceText(request.from, t('outsideUser')),
                  time: request.at.slice(11, 19),
                })}
                {ids.length > 1 && ` · ${t('historyCount', { count: ids.length })}`}
              </small>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
