'use client';
import { SegmentedControl } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { DeploymentMaker } from './deployment-maker';
import styles from './make.module.css';
import { ServiceMaker } from './service-maker';
import { YamlMaker } from './yaml-maker';

const WAYS = ['deployment', 'service', 'yaml'] as const;
type Way = (typeof WAYS)[number];

/**
 * Makes a Deployment or a Service by form, or anything by YAML; a form's YAML can be taken along and edited.
 * It begins with a `given` YAML where there is one.
 */
export function MakePanel({ given = '' }: { given?: string }) {
  const t = useTranslations('make');
  const [way, setWay] = useState<Way>(given ? 'yaml' : 'deployment');
  const [yaml, setYaml] = useState(given);
  const edit = (text: string) => {
    setYaml(text);
    setWay('yaml');
  };
  return (
    <div className={styles.panel}>
      <SegmentedControl
        fullWidth
        aria-label={t('way')}
        value={way}
        onChange={(value) => setWay(value as Way)}
        data={WAYS.map((value) => ({ value, label: t(value) }))}
      />
      {way === 'deployment' && <DeploymentMaker onEdit={edit} />}
      {way === 'service' && <ServiceMaker onEdit={edit} />}
      {way === 'yaml' && <YamlMaker yaml={yaml} onYaml={setYaml} />}
    </div>
  );
}
