'use client';
import { Button, Textarea } from '@mantine/core';
import type { Attempt } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import styles from './labs.module.css';
import { useHand } from './use-attempt';

/** Asking for help, with a word about what. */
export function RaisedHand({ attempt }: { attempt: Attempt }) {
  const t = useTranslations('lab');
  const format = useFormatter();
  const [writing, setWriting] = useState(false);
  const [note, setNote] = useState('');
  const hand = useHand(attempt.id);
  const raise = (event: FormEvent) => {
    event.preventDefault();
    hand.mutate({ raised: true, note }, { onSuccess: () => setWriting(false) });
  };
  if (attempt.hand) {
    const time = format.dateTime(new Date(attempt.hand.raised_at), { timeStyle: 'short' });
    return (
      <div className={styles.hand} data-raised role="status">
        <Icon name="hand" />
        <div>
          <b>{t('handRaised', { time })}</b>
          {attempt.hand.note && <p>{attempt.hand.note}</p>}
        </div>
        <Button
          variant="default"
          size="compact-md"
          loading={hand.isPending}
          onClick={() => hand.mutate({ raised: false, note: '' })}
        >
          {t('handLower')}
        </Button>
        <ProblemAlert error={hand.error} />
      </div>
    );
  }
  if (!writing) {
    return (
      <Button variant="default" leftSection={<Icon name="hand" size={18} />} onClick={() => setWriting(true)}>
        {t('handRaise')}
      </Button>
    );
  }
  return (
    <form className={styles.question} onSubmit={raise}>
      <Textarea
        label={t('handNote')}
        description={t('handNoteHint')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={2}
        data-autofocus
      />
      <ProblemAlert error={hand.error} />
      <div className={styles.buttons}>
        <Button type="submit" loading={hand.isPending} leftSection={<Icon name="hand" size={18} />}>
          {t('handRaise')}
        </Button>
        <Button variant="subtle" onClick={() => setWriting(false)}>
          {t('handCancel')}
        </Button>
      </div>
    </form>
  );
}
