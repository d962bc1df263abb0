'use client';
import type { Message, Step } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

/** A sentence in the reader's language where the catalogue has its code, else as the server wrote it. */
export function useMessageText() {
  const t = useTranslations('message');
  return useMemo(
    () => (message: Message) =>
      t.has(message.code) ? t(message.code, message.params as never) : message.text,
    [t],
  );
}

export function useStepText() {
  const t = useTranslations('journey');
  const message = useMessageText();
  return useMemo(
    () => ({
      type: (step: Step) => t(`type.${step.type}`),
      action: (step: Step) => t(`action.${step.action}`),
      message: (step: Step) => message(step.message),
    }),
    [t, message],
  );
}
