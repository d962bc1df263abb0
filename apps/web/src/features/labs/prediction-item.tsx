'use client';
import { Button } from '@mantine/core';
import type { AttemptStep } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import { sourceText, targetText } from '../../lib/request-ends';
import type { LabTools } from './lab-tools';
import styles from './labs.module.css';
import { Outcome } from './outcome';
import { PredictionField } from './prediction-field';
import { useAnswer } from './use-attempt';
import { WatchButton } from './watch-button';

type Prediction = AttemptStep['predictions'][number];

/** One says what will become of a request; only then it is sent, and its journey tells. */
export function PredictionItem({
  attempt,
  item,
  tools,
  own,
}: {
  attempt: string;
  item: Prediction;
  tools: LabTools;
  own: boolean;
}) {
  const t = useTranslations('lab');
  const say = useBilingual();
  const [guess, setGuess] = useState('');
  const answer = useAnswer(attempt);
  const { request } = item;
  const reveal = () =>
    answer.mutate(
      { predictions: { [item.name]: guess.trim() } },
      { onSuccess: () => request && void tools.watch(request.from, request.to).catch(() => undefined) },
    );
  return (
    <form
      className={styles.question}
      onSubmit={(event) => {
        event.preventDefault();
        reveal();
      }}
    >
      <fieldset disabled={item.answer !== null || !own || !request}>
        <legend>
          <span className={styles.kind}>{t('prediction')}</span>
          {say(item.question)}
        </legend>
        {request && (
          <p className={styles.ends}>
            <code>{sourceText(request.from, t('outsideUser'))}</code>
            <Icon name="arrow" size={16} />
            <code>{targetText(request.to)}</code>
          </p>
        )}
        {item.answer === null && request && <PredictionField item={item} value={guess} onValue={setGuess} />}
      </fieldset>
      {item.answer !== null ? (
        <Told item={item} tools={tools} />
      ) : request ? (
        <div className={styles.buttons}>
          <Button type="submit" size="compact-md" disabled={!own || !guess.trim()} loading={answer.isPending}>
            {t('predict')}
          </Button>
          <small>{t('once')}</small>
        </div>
      ) : (
        <p className={styles.note}>{t('notYet')}</p>
      )}
      <ProblemAlert error={answer.error} />
    </form>
  );
}

function Told({ item, tools }: { item: Prediction; tools: LabTools }) {
  const t = useTranslations('lab');
  const words = useTranslations('disposition');
  const word = (value: string | null) =>
    value === null
      ? '–'
      : item.ask === 'disposition' && words.has(value)
        ? words(value as 'Delivered')
        : value;
  return (
    <>
      <Outcome right={item.right === true}>
        {t('predicted', { said: word(item.answer), found: word(item.found) })}
      </Outcome>
      {item.request && (
        <div className={styles.buttons}>
          <WatchButton from={item.request.from} to={item.request.to} tools={tools} />
        </div>
      )}
    </>
  );
}
