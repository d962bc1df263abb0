'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { CodeBlock } from '../../components/ui/code-block';
import { ApplyReport } from './apply-report';
import styles from './make.module.css';
import type { useApply } from './use-apply';

/** The lower half of a form: the YAML that it writes, and what to do with it. */
export function MakerEnd({
  yaml,
  apply,
  onEdit,
}: {
  yaml: string;
  apply: ReturnType<typeof useApply>;
  onEdit: (yaml: string) => void;
}) {
  const t = useTranslations('make');
  return (
    <>
      <div className={styles.buttons}>
        <Button size="md" type="submit" loading={apply.isPending}>
          {t('apply')}
        </Button>
        <Button size="md" variant="default" onClick={() => onEdit(yaml)}>
          {t('editYaml')}
        </Button>
      </div>
      <ApplyReport answer={apply.data} error={apply.error} />
      <CodeBlock text={yaml} label={t('writes')} maxHeight={340} />
    </>
  );
}
