'use client';
import { Button } from '@mantine/core';
import type { Person } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { accountApi } from '../../lib/learning-api';
import styles from './account.module.css';

/** All that the server knows of the reader, as a file. */
export function MyData({ person }: { person: Person }) {
  const t = useTranslations('account');
  return (
    <section className={styles.section} aria-label={t('data')}>
      <h2>{t('data')}</h2>
      <p className={styles.hint}>{t('dataLead')}</p>
      <div>
        <Button
          component="a"
          variant="default"
          href={accountApi.exportPath(person.id)}
          download={`podlab-${person.id}.json`}
          leftSection={<Icon name="download" size={18} />}
        >
          {t('download')}
        </Button>
      </div>
    </section>
  );
}
