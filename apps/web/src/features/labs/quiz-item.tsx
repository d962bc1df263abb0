'use client';
import { Button, Checkbox, Radio } from '@mantine/core';
import type { AttemptStep } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import styles from './labs.module.css';
import { Outcome } from './outcome';
import { useAnswer } from './use-attempt';

type Quiz = AttemptStep['quiz'][number];

/** A question with choices, answered once; why it is so is told after. */
export function QuizItem({ attempt, item, own }: { attempt: string; item: Quiz; own: boolean }) {
  const t = useTranslations('lab');
  const say = useBilingual();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const answer = useAnswer(attempt);
  const isAnswered = item.answer !== null;
  const toggle = (name: string) =>
    setChosen(
      item.several
        ? chosen.includes(name)
          ? chosen.filter((one) => one !== name)
          : [...chosen, name]
        : [name],
    );
  const Choice = item.several ? Checkbox : Radio;
  if (isAnswered) return <Answered item={item} />;
  return (
    <form
      className={styles.question}
      onSubmit={(event) => {
        event.preventDefault();
        answer.mutate({ quiz: { [item.name]: [...chosen] } });
      }}
    >
      <fieldset disabled={!own}>
        <legend>
          <span className={styles.kind}>{t('quiz')}</span>
          {say(item.question)}
        </legend>
        {item.choices.map(({ name, text }) => (
          <Choice
            key={name}
            name={item.name}
            value={name}
            checked={chosen.includes(name)}
            onChange={() => toggle(name)}
            label={say(text)}
          />
        ))}
      </fieldset>
      <div className={styles.buttons}>
        <Button
          type="submit"
          size="compact-md"
          disabled={!own || chosen.length === 0}
          loading={answer.isPending}
        >
          {t('answer')}
        </Button>
        <small>{t(item.several ? 'onceSeveral' : 'once')}</small>
      </div>
      <ProblemAlert error={answer.error} />
    </form>
  );
}

function Answered({ item }: { item: Quiz }) {
  const t = useTranslations('lab');
  const say = useBilingual();
  return (
    <section className={styles.question} aria-label={say(item.question)}>
      <p className={styles.asked}>
        <span className={styles.kind}>{t('quiz')}</span>
        {say(item.question)}
      </p>
      <ul className={styles.answers}>
        {item.choices.map(({ name, text, why }) => (
          <li key={name} data-chosen={item.answer?.includes(name)}>
            {say(text)}
            {item.answer?.includes(name) && <small> · {t('yourAnswer')}</small>}
            {why && <p className={styles.why}>{say(why)}</p>}
          </li>
        ))}
      </ul>
      <Outcome right={item.right === true}>{item.why && say(item.why)}</Outcome>
    </section>
  );
}
