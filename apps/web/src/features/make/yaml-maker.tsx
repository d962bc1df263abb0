'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import dynamic from 'next/dynamic';
import { useObjects } from '../../lib/cluster-context';
import { ApplyReport } from './apply-report';
import styles from './make.module.css';
import { clientYaml } from './manifests';
import { useApply } from './use-apply';

const EDITOR_HEIGHT = 240;

/** Its place is kept while it is fetched: what is below does not move under a finger. */
const YamlEditor = dynamic(
  () => import('../../components/ui/yaml-editor').then((module) => module.YamlEditor),
  { ssr: false, loading: () => <div style={{ minHeight: EDITOR_HEIGHT }} /> },
);

export function YamlMaker({ yaml, onYaml }: { yaml: string; onYaml: (yaml: string) => void }) {
  const t = useTranslations('make');
  const namespaces = [...useObjects('Namespace').keys()];
  const apply = useApply();
  return (
    <div className={styles.panel}>
      <YamlEditor value={yaml} onChange={onYaml} label={t('yaml')} minHeight={EDITOR_HEIGHT} />
      <div className={styles.buttons}>
        <Button
          size="md"
          loading={apply.isPending}
          disabled={yaml.trim() === ''}
          onClick={() => apply.mutate(yaml)}
        >
          {t('apply')}
        </Button>
        <Button size="md" variant="default" onClick={() => onYaml(clientYaml('lab06', namespaces))}>
          {t('clientPod')}
        </Button>
      </div>
      <ApplyReport answer={apply.data} error={apply.error} />
    </div>
  );
}
