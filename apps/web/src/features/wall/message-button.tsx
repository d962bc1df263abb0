'use client';
import { Button, Group, Modal, Textarea, type ButtonProps } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { guidingApi } from '../../lib/teaching-api';
import { useWall } from './wall-context';

/** A message to one person, or to all. */
export function MessageButton({ to, ...button }: { to: { id: string; name: string } | null } & ButtonProps) {
  const t = useTranslations('wall.message');
  const common = useTranslations('common');
  const { room } = useWall();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const send = useMutation({
    mutationFn: () => guidingApi.send(room.id, { to: to?.id ?? null, text }),
    onSuccess: () => {
      setText('');
      setOpened(false);
    },
  });
  const title = to ? t('toOne', { name: to.name }) : t('toAll');
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="message" size={18} />}
        {...button}
        onClick={() => setOpened(true)}
      >
        {to ? t('one') : t('all')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={title}
        centered
        closeButtonProps={{ 'aria-label': common('close') }}
      >
        <Textarea
          label={t('text')}
          rows={4}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <ProblemAlert error={send.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setOpened(false)}>
            {common('cancel')}
          </Button>
          <Button disabled={!text.trim()} loading={send.isPending} onClick={() => send.mutate()}>
            {t('send')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
