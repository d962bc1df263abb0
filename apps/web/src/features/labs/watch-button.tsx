'use client';
import { Button } from '@mantine/core';
import type { RequestSource, RequestTarget } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import type { LabTools } from './lab-tools';

/** Sends a request in the reader's own cluster and plays its journey. */
export function WatchButton({
  from,
  to,
  tools,
}: {
  from: RequestSource;
  to: RequestTarget;
  tools: LabTools;
}) {
  const t = useTranslations('lab');
  const send = useMutation({ mutationFn: () => tools.watch(from, to) });
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        loading={send.isPending}
        onClick={() => send.mutate()}
        leftSection={<Icon name="play" size={16} />}
      >
        {t('watch')}
      </Button>
      <ProblemAlert error={send.error} />
    </>
  );
}
