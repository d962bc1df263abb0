'use client';
import type { HopLocation, Step } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

/** A step's type and action in the reader's language; its sentence comes from the server, in that language too. */
export function useStepText() {
  const t = useTranslations('journey');
  return useMemo(
    () => ({
      type: (step: Step) => t(`type.${step.type}`),
      action: (step: Step) => t(`action.${step.action}`),
    }),
    [t],
  );
}

/** A place by its name; the sender outside has none but what it is. */
export function useHopName() {
  const t = useTranslations('journey');
  return (where: HopLocation): string =>
    where.kind === 'External' && where.name === 'external' ? t('outsideUser') : where.name;
}
