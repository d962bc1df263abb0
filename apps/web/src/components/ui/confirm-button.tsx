'use client';
import { Button, Group, Modal, Text, type ButtonProps } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { ProblemAlert } from './problem-alert';

interface Confirmation extends ButtonProps {
  title: string;
  question: string;
  confirm: string;
  onConfirm: () => Promise<unknown>;
  children: ReactNode;
  'aria-label'?: string;
}

/** A button that asks before it does what cannot be undone. */
export function ConfirmButton({ title, question, confirm, onConfirm, children, ...button }: Confirmation) {
  const t = useTranslations('common');
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      setOpened(false);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button {...button} onClick={() => setOpened(true)}>
        {children}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={title}
        centered
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Text mb="md">{question}</Text>
        <ProblemAlert error={error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setOpened(false)}>
            {t('cancel')}
          </Button>
          <Button className="danger" loading={busy} onClick={run} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
