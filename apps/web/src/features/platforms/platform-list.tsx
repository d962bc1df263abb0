'use client';
import type { LtiPlatform } from '@podlab/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { PageFrame } from '../../components/ui/page-frame';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { platformsApi } from '../../lib/teaching-api';
import { CreatePlatform } from './create-platform';
import styles from './platforms.module.css';
import { ToolAddresses } from './tool-addresses';

/** The school's learning platforms (LTI 1.3): which there are, and how one is added. */
export function PlatformList() {
  const t = useTranslations('platforms');
  const platforms = useQuery({ queryKey: ['platforms'], queryFn: platformsApi.list });
  const items = platforms.data?.items ?? [];
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <ProblemAlert error={platforms.error} />
      {platforms.isSuccess && items.length === 0 && (
        <EmptyMessage icon="globe" title={t('none')}>
          {t('noneHint')}
        </EmptyMessage>
      )}
      {items.length > 0 && (
        <ul className={styles.list}>
          {items.map((platform) => (
            <li key={platform.id} className={styles.card}>
              <Platform platform={platform} />
            </li>
          ))}
        </ul>
      )}
      <ToolAddresses tool={items[0]?.tool} />
      <CreatePlatform />
    </PageFrame>
  );
}

function Platform({ platform }: { platform: LtiPlatform }) {
  const t = useTranslations('platforms');
  const format = useFormatter();
  const queries = useQueryClient();
  const { id, name, issuer, client_id: client, deployment_id: deployment, created_at: created } = platform;
  const remove = async () => {
    await platformsApi.remove(id);
    await queries.invalidateQueries({ queryKey: ['platforms'] });
  };
  return (
    <>
      <div className={styles.platformHead}>
        <h2>{name}</h2>
        <ConfirmButton
          variant="subtle"
          className={styles.danger}
          title={t('remove')}
          question={t('removeQuestion', { name })}
          confirm={t('remove')}
          onConfirm={remove}
          aria-label={t('removeNamed', { name })}
        >
          {t('remove')}
        </ConfirmButton>
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>{t('add.issuer')}</dt>
          <dd>{issuer}</dd>
        </div>
        <div>
          <dt>{t('add.client')}</dt>
          <dd>{client}</dd>
        </div>
        <div>
          <dt>{t('add.deployment')}</dt>
          <dd>{deployment}</dd>
        </div>
        <div>
          <dt>{t('since')}</dt>
          <dd>{format.dateTime(new Date(created), { dateStyle: 'medium' })}</dd>
        </div>
      </dl>
    </>
  );
}
