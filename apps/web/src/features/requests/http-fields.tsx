'use client';
import { NativeSelect, NumberInput, Textarea } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { readHeaders } from './header-lines';
import type { RequestDraft } from './request-form';
import styles from './requests.module.css';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What most requests do not need: how many, and what HTTP carries besides the URL. */
export function HttpFields({
  draft,
  onDraft,
}: {
  draft: RequestDraft;
  onDraft: (draft: RequestDraft) => void;
}) {
  const t = useTranslations('requests');
  const { fault } = readHeaders(draft.headers);
  return (
    <div className={styles.httpFields}>
      <NumberInput
        label={t('count')}
        description={t('countHint')}
        min={1}
        max={1000}
        value={draft.count}
        onChange={(count) => onDraft({ ...draft, count: Number(count) || 1 })}
      />
      <NativeSelect
        label={t('method')}
        description={t('methodHint')}
        value={draft.method}
        onChange={(event) => onDraft({ ...draft, method: event.currentTarget.value })}
        data={METHODS}
      />
      <Textarea
        className={styles.wholeRow}
        classNames={{ input: styles.url }}
        label={t('headers')}
        description={t('headersHint')}
        placeholder="Host: shop.example"
        autosize
        minRows={1}
        maxRows={6}
        spellCheck={false}
        value={draft.headers}
        error={fault !== null && t('headersFault', { line: fault })}
        onChange={(event) => onDraft({ ...draft, headers: event.currentTarget.value })}
      />
      <Textarea
        className={styles.wholeRow}
        classNames={{ input: styles.url }}
        label={t('sentBody')}
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        value={draft.body}
        onChange={(event) => onDraft({ ...draft, body: event.currentTarget.value })}
      />
    </div>
  );
}
