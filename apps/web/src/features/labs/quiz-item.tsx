'use client';
import { Button, Checkbox, Radio } from '@mantine/core';
import type { AttemptStep } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from './bilingual';
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
  const picked = item.answer ?? chosen;
  const toggle = (name: string) =>
    setChosen(
      item.several
        ? chosen.includes(name)
          ? chosen.filter((one) => one !== name)
          : [...chosen, name]
        : [name],
    );
  const Choice = item.several ? Checkbox : Radio;
  return (
    <form
      className={styles.question}
      onSubmit={(event) => {
        event.preventDefault();
        answer.mutate({ quiz: { [item.name]: [...chosen] } });
      }}
    >
      <fieldset disabled={isAnswered || !own}>
        <legend>
          <span className={styles.kind}>{t('quiz')}</span>
          {say(item.question)}
        </legend>
        {item.choices.map(({ name, text, why }) => (
          <div key={name}>
            <Choice
              name={item.name}
              value={name}
              checked={picked.includes(name)}
              onChange={() => toggle(name)}
              label={say(text)}
            />
            {why && <p className={styles.why}>{say(why)}</p>}
          </div>
        ))}
      </fieldset>
      {isAnswered ? (
        <Outcome right={item.right === true}>{item.why && say(item.why)}</Outcome>
      ) : (
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
      )}
      <ProblemAlert error={answer.error} />
    </form>
  );
}
