'use client';
import { Button, Modal, Text } from '@mantine/core';
import type { SignInLink } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { CodeBlock } from '../../components/ui/code-block';
import { ProblemAlert } from '../../components/ui/problem-alert';

/** A link that lets somebody in once: made on demand, shown once. */
export function NewLink({ name, make }: { name: string; make: () => Promise<SignInLink> }) {
  const t = useTranslations('teaching.link');
  const common = useTranslations('common');
  const link = useMutation({ mutationFn: make });
  return (
    <>
      <Button
        variant="subtle"
        loading={link.isPending}
        onClick={() => link.mutate()}
        aria-label={t('newNamed', { name })}
      >
        {t('new')}
      </Button>
      <Modal
        opened={link.isSuccess || link.isError}
        onClose={link.reset}
        title={t('title', { name })}
        centered
        size="lg"
        closeButtonProps={{ 'aria-label': common('close') }}
      >
        <ProblemAlert error={link.error} />
        {link.data && <LinkShown link={link.data} />}
      </Modal>
    </>
  );
}

export function LinkShown({ link }: { link: SignInLink }) {
  const t = useTranslations('teaching.link');
  const format = useFormatter();
  const date = format.dateTime(new Date(link.expires_at), { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <>
      <Text mb="xs">{t('once', { date })}</Text>
      <CodeBlock text={link.url} label={t('link')} />
    </>
  );
}
