'use client';
import { useTranslations } from 'next-intl';
import { asProblem } from '../../lib/problem';

/** What was refused, in the reader's language, in one line. */
export function useProblemTitle(): (error: unknown) => string {
  const t = useTranslations('problem');
  return (error) => {
    const { code } = asProblem(error);
    return t.has(code) ? t(code) : t('other');
  };
}
