'use client';
import { Button } from '@mantine/core';
import type { Diagnosis, Fix } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { CodeBlock } from '../../components/ui/code-block';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import styles from './diagnosis-card.module.css';
import { referenceText } from './frames';

interface DiagnosisCardProps {
  diagnosis: Diagnosis;
  /** Without it the cluster is only looked at. */
  onApply?: (fix: Fix) => Promise<unknown>;
  onAgain?: () => void;
}

/** Why it failed: the object, its field, what stands there, what should, and the fix as one press. */
export function DiagnosisCard({ diagnosis, onApply, onAgain }: DiagnosisCardProps) {
  const t = useTranslations('diagnosis');
  const [state, setState] = useState<'open' | 'busy' | 'done'>('open');
  const [error, setError] = useState<unknown>(null);
  const { fix, object } = diagnosis;
  const card = useRef<HTMLElement>(null);
  useEffect(() => showIfHidden(card.current), []);
  const { command } = diagnosis.message.params;
  const apply = async () => {
    if (!fix || !onApply) return;
    setState('busy');
    setError(null);
    try {
      await onApply(fix);
      setState(fix.action === 'Request' ? 'open' : 'done');
    } catch (caught) {
      setError(caught);
      setState('open');
    }
  };
  return (
    <section className={styles.card} aria-label={t('title')} ref={card}>
      <Icon name="warning" size={28} />
      <div className={styles.body}>
        <h2 className={styles.message}>{diagnosis.message.text}</h2>
        <dl className={styles.facts}>
          {object && <Fact name={t('object')} value={referenceText(object)} />}
          {diagnosis.field && <Fact name={t('field')} value={diagnosis.field} />}
          {object && <Fact name={t('found')} value={valueText(diagnosis.found, t('nothing'))} />}
          {object && <Fact name={t('expected')} value={valueText(diagnosis.expected, t('nothing'))} />}
        </dl>
        {typeof command === 'string' && (
          <details className={styles.command}>
            <summary>{t('command')}</summary>
            <CodeBlock text={command} label={t('command')} wrap />
          </details>
        )}
        <ProblemAlert error={error} />
      </div>
      <div className={styles.fix}>
        {fix && <span>{t(`fix.${fix.action}`)}</span>}
        {fix && onApply && state !== 'done' && (
          <Button loading={state === 'busy'} onClick={apply}>
            {t('apply')}
          </Button>
        )}
        {state === 'done' && (
          <p className={styles.done}>
            <Icon name="check" /> {t('applied')}
          </p>
        )}
        {onAgain && (
          <Button variant={state === 'done' ? 'filled' : 'default'} onClick={onAgain}>
            {t('again')}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Where the page scrolls, the reader is led to why it failed, whatever was looked at before. */
function showIfHidden(card: HTMLElement | null): void {
  if (card && card.getBoundingClientRect().top < 0) card.scrollIntoView({ block: 'start' });
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const valueText = (value: unknown, nothing: string): string =>
  value === null || value === undefined ? nothing : typeof value === 'string' ? value : JSON.stringify(value);
