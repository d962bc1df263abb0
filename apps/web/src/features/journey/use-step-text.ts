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
      about: (step: Step) => t(`about.${step.type}`),
      action: (step: Step) => t(`action.${step.action}`),
    }),
    [t],
  );
}

/** A place by its name, where it has one that people know: the cloud and the outside give none. */
export function useHopName() {
  const t = useTranslations('journey');
  return ({ kind, name }: HopLocation): string => {
    if (kind === 'LoadBalancer') return t('loadBalancer');
    return kind === 'External' && name === 'external' ? t('outsideUser') : name;
  };
}
