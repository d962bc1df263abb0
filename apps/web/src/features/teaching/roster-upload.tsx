'use client';
import { Button, FileButton, Textarea } from '@mantine/core';
import type { Class, RosterReport } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { TableFrame } from '../../components/ui/table-frame';
import { csvText } from '../../lib/csv-text';
import { saveFile } from '../../lib/save-file';
import { teachingApi } from '../../lib/teaching-api';
import styles from './teaching.module.css';
import { useClassRefresh } from './use-class';

/** A CSV file of the class, row by row; links of new people are shown this one time. */
export function RosterUpload({ room }: { room: Class }) {
  const t = useTranslations('teaching.roster');
  const refresh = useClassRefresh(room.id);
  const [text, setText] = useState('');
  const upload = useMutation({
    mutationFn: (csv: string) => teachingApi.roster(room.id, csv),
    onSettled: () => refresh('members'),
  });
  const take = async (file: File | null) => {
    if (file) upload.mutate(await file.text());
  };
  return (
    <section className={styles.box} aria-label={t('title')}>
      <h2>{t('title')}</h2>
      <p className={styles.hint}>{t('hint')}</p>
      <Textarea
        aria-label={t('rows')}
        placeholder={'login,name,group\nara@school.kr,Ara Kim,A'}
        rows={4}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
      <div className={styles.boxEnd}>
        <FileButton onChange={(file) => void take(file)} accept=".csv,text/csv,text/plain">
          {(props) => (
            <Button {...props} variant="default" leftSection={<Icon name="upload" size={18} />}>
              {t('file')}
            </Button>
          )}
        </FileButton>
        <Button disabled={!text.trim()} loading={upload.isPending} onClick={() => upload.mutate(text)}>
          {t('take')}
        </Button>
      </div>
      <ProblemAlert error={upload.error} />
      {upload.data && <RosterResult report={upload.data} name={room.name} />}
    </section>
  );
}

function RosterResult({ report: { rows }, name }: { report: RosterReport; name: string }) {
  const t = useTranslations('teaching.roster');
  const links = rows.filter(({ link }) => link !== null);
  const count = (result: RosterReport['rows'][number]['result']) =>
    rows.filter((row) => row.result === result).length;
  const download = () =>
    saveFile(
      `${name}-links.csv`,
      csvText([
        ['login', 'name', 'group', 'link'],
        ...links.map((row) => [row.login, row.name, row.group, row.link]),
      ]),
      'text/csv',
    );
  return (
    <div className={styles.report}>
      <p role="status">
        <b>
          {t('summary', {
            added: count('added'),
            updated: count('updated'),
            unchanged: count('unchanged'),
            refused: count('refused'),
          })}
        </b>
      </p>
      {links.length > 0 && (
        <div className={styles.notice}>
          <p>{t('linksOnce', { count: links.length })}</p>
          <Button onClick={download} leftSection={<Icon name="download" size={18} />}>
            {t('links')}
          </Button>
        </div>
      )}
      <TableFrame label={t('report')}>
        <thead>
          <tr>
            <th scope="col">{t('line')}</th>
            <th scope="col">{t('login')}</th>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('result')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td>{row.line}</td>
              <td className="mono">{row.login}</td>
              <td>{row.name}</td>
              <td>
                <span className={styles.result} data-result={row.result}>
                  {t(`results.${row.result}`)}
                </span>{' '}
                {row.problem}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </div>
  );
}
