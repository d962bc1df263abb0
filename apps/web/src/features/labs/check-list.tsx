'use client';
import type { AttemptStep, CheckState } from '@podlab/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { Icon, type IconName } from '../../components/ui/icon';
import { useBilingual } from '../../lib/bilingual';
import { Evidence } from './evidence';
import type { LabTools } from './lab-tools';
import styles from './labs.module.css';
import type { CheckResults } from './use-attempt';

type Check = AttemptStep['checks'][number];

const SIGNS: Record<CheckState | 'waiting', IconName> = {
  passed: 'check',
  failed: 'cross',
  error: 'warning',
  waiting: 'dots',
};

/** What is checked in a step, and of the last time what came of each. */
export function CheckList({
  checks,
  results,
  tools,
}: {
  checks: readonly Check[];
  results: CheckResults;
  tools: LabTools;
}) {
  const t = useTranslations('lab');
  return (
    <section aria-label={t('checks')}>
      <h3 className={styles.subhead}>{t('checks')}</h3>
      <ul className={styles.checks}>
        {checks.map((check, index) => (
          <li key={check.name} data-state={check.state ?? 'waiting'}>
            <CheckRow check={check} number={index + 1} results={results} tools={tools} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CheckRow({
  check,
  number,
  results,
  tools,
}: {
  check: Check;
  number: number;
  results: CheckResults;
  tools: LabTools;
}) {
  const t = useTranslations('lab');
  const say = useBilingual();
  const format = useFormatter();
  const state = check.state ?? 'waiting';
  // What is too much to be kept is known until the page is left.
  const evidence = check.evidence ?? results.get(check.name)?.evidence;
  const isBad = state === 'failed' || state === 'error';
  return (
    <>
      <span className={styles.sign} title={t(`state.${state}`)}>
        <Icon name={SIGNS[state]} size={18} />
        <span className={styles.hidden}>{t(`state.${state}`)}</span>
      </span>
      <div className={styles.checkText}>
        <p>
          {check.title ? say(check.title) : t('hiddenCheck', { number })}{' '}
          <small>{t('points', { points: format.number(check.max, { maximumFractionDigits: 1 }) })}</small>
        </p>
        {isBad && check.message && <p className={styles.message}>{say(check.message)}</p>}
        {isBad && evidence && <Evidence evidence={evidence} tools={tools} />}
      </div>
    </>
  );
}
