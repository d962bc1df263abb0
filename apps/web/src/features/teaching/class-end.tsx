'use client';
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import type { Class } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { teachingApi } from '../../lib/teaching-api';
import styles from './teaching.module.css';

/** Keeping, closing and deleting a class: from what harms nothing to what cannot be undone. */
export function ClassEnd({ room }: { room: Class }) {
  const t = useTranslations('teaching.end');
  const queries = useQueryClient();
  const archive = async () => {
    queries.setQueryData(['class', room.id], await teachingApi.archiveClass(room.id));
    await queries.invalidateQueries({ queryKey: ['classes'] });
  };
  return (
    <section className={styles.box} aria-labelledby="class-end">
      <h2 id="class-end">{t('title')}</h2>
      <ul className={styles.ends}>
        <li>
          <p>{t('bundleHint')}</p>
          <Button
            component="a"
            href={teachingApi.bundlePath(room.id)}
            variant="default"
            leftSection={<Icon name="download" size={18} />}
          >
            {t('bundle')}
          </Button>
        </li>
        {room.archived_at === null && (
          <li>
            <p>{t('archiveHint')}</p>
            <ConfirmButton
              variant="default"
              title={t('archive')}
              question={t('archiveQuestion', { name: room.name })}
              confirm={t('archive')}
              onConfirm={archive}
            >
              {t('archive')}
            </ConfirmButton>
          </li>
        )}
        <li data-danger>
          <p>{t('removeHint')}</p>
          <RemoveClass room={room} />
        </li>
      </ul>
    </section>
  );
}

/** Deleting takes the work of everybody: the name must be typed. */
function RemoveClass({ room }: { room: Class }) {
  const t = useTranslations('teaching.end');
  const common = useTranslations('common');
  const router = useRouter();
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => teachingApi.removeClass(room.id),
    onSuccess: async () => {
      router.push('/classes');
      await queries.invalidateQueries({ queryKey: ['classes'] });
    },
  });
  return (
    <>
      <Button className="danger" onClick={() => setOpened(true)}>
        {t('remove')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('remove')}
        centered
        closeButtonProps={{ 'aria-label': common('close') }}
      >
        <Text mb="md">{t('removeQuestion', { name: room.name })}</Text>
        <TextInput
          label={t('typeName', { name: room.name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <ProblemAlert error={remove.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setOpened(false)}>
            {common('cancel')}
          </Button>
          <Button
            className="danger"
            disabled={typed.trim() !== room.name}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {t('removeForever')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
