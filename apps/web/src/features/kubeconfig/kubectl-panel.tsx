'use client';
import { Button } from '@mantine/core';
import type { Cluster } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { CodeBlock } from '../../components/ui/code-block';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { podlabApi } from '../../lib/podlab-api';
import { fileName, pastableCommands } from './commands';
import styles from './kubectl.module.css';

function save(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The student's own kubectl: the file, and three commands to paste. */
export function KubectlPanel({ cluster }: { cluster: Cluster }) {
  const t = useTranslations('kubectl');
  const file = fileName(cluster.name);
  const download = useMutation({
    mutationFn: () => podlabApi.kubeconfig(cluster.id),
    onSuccess: (text) => save(text, file),
  });
  return (
    <div className={styles.panel}>
      <p className={styles.text}>{t('intro')}</p>
      <Button
        size="md"
        leftSection={<Icon name="download" />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {t('download', { file })}
      </Button>
      <ProblemAlert error={download.error} />
      <h2 className={styles.heading}>{t('paste')}</h2>
      <CodeBlock text={pastableCommands(file)} label={t('paste')} wrap />
      <p className={styles.text}>{t('server', { server: cluster.kube_api.server })}</p>
      <p className={styles.text}>{t('pausedHint')}</p>
    </div>
  );
}
