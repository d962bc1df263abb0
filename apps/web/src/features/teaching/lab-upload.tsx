'use client';
import { Button, FileButton } from '@mantine/core';
import type { Class, LabCheck } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useRef } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { TableFrame } from '../../components/ui/table-frame';
import type { Locale } from '../../lib/choose-locale';
import { teachingApi } from '../../lib/teaching-api';
import { filesOfFolder, filesOfJson } from './lab-files';
import styles from './teaching.module.css';

interface Checked extends LabCheck {
  files: Record<string, string>;
}

async function checked(files: Record<string, string>): Promise<Checked> {
  return { ...(await teachingApi.checkLab(files)), files };
}

/** One's own lab: looked through first, and taken only when nothing is wrong with it. */
export function LabUpload({ room }: { room: Class }) {
  const t = useTranslations('teaching.upload');
  const folder = useRef<HTMLInputElement>(null);
  const check = useMutation({ mutationFn: checked });
  const takeFolder = async (list: FileList | null) => {
    if (list?.length) check.mutate(await filesOfFolder(list));
    if (folder.current) folder.current.value = '';
  };
  const takeJson = async (file: File | null) => {
    if (file) check.mutate(filesOfJson(await file.text()) ?? { [file.name]: '' });
  };
  return (
    <section className={styles.box} aria-labelledby="lab-upload">
      <h2 id="lab-upload">{t('title')}</h2>
      <p className={styles.hint}>{t('hint')}</p>
      <div className={styles.boxEnd} data-start>
        <input
          ref={folder}
          type="file"
          hidden
          multiple
          aria-label={t('folder')}
          {...{ webkitdirectory: '' }}
          onChange={(event) => void takeFolder(event.currentTarget.files)}
        />
        <Button
          variant="default"
          loading={check.isPending}
          leftSection={<Icon name="upload" size={18} />}
          onClick={() => folder.current?.click()}
        >
          {t('folder')}
        </Button>
        <FileButton onChange={(file) => void takeJson(file)} accept=".json,application/json">
          {(props) => (
            <Button {...props} variant="default">
              {t('json')}
            </Button>
          )}
        </FileButton>
      </div>
      <ProblemAlert error={check.error} />
      {check.data && <CheckResult room={room} found={check.data} onTaken={check.reset} />}
    </section>
  );
}

function CheckResult({ room, found, onTaken }: { room: Class; found: Checked; onTaken: () => void }) {
  const t = useTranslations('teaching.upload');
  const locale = useLocale() as Locale;
  const queries = useQueryClient();
  const upload = useMutation({
    mutationFn: () => teachingApi.uploadLab(room.id, found.files),
    onSuccess: () => {
      onTaken();
      return queries.invalidateQueries({ queryKey: ['labs', room.id] });
    },
  });
  if (found.problems.length > 0 || found.lab === null)
    return (
      <div className={styles.report}>
        <p role="status" className={styles.bad}>
          <Icon name="warning" /> <b>{t('problems', { count: found.problems.length })}</b>
        </p>
        <TableFrame label={t('problemTable')}>
          <thead>
            <tr>
              <th scope="col">{t('place')}</th>
              <th scope="col">{t('problem')}</th>
            </tr>
          </thead>
          <tbody>
            {found.problems.map(({ file, line, path, message }) => (
              <tr key={`${file} ${line} ${path} ${message}`}>
                <th scope="row" className="mono">
                  {file}
                  {line !== undefined && `:${line}`}
                </th>
                <td>
                  {path && <code>{path}</code>} {message}
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </div>
    );
  return (
    <div className={styles.notice} role="status">
      <p>
        <Icon name="check" />{' '}
        <b>{t('fine', { name: found.lab.title[locale], count: Object.keys(found.files).length })}</b>
      </p>
      <Button loading={upload.isPending} onClick={() => upload.mutate()}>
        {t('take')}
      </Button>
      <ProblemAlert error={upload.error} />
    </div>
  );
}
