'use client';
import { SegmentedControl } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { DeploymentMaker } from './deployment-maker';
import styles from './make.module.css';
import { ServiceMaker } from './service-maker';
import { YamlMaker } from './yaml-maker';

const WAYS = ['deployment', 'service', 'yaml'] as const;
export type MakeWay = (typeof WAYS)[number];

/**
 * Makes a Deployment or a Service by form, or anything by YAML; a form's YAML can be taken along and edited.
 * It begins in the way that is asked for, a YAML with what is `given`.
 */
export function MakePanel({ way: first, given }: { way: MakeWay; given: string }) {
  const t = useTranslations('make');
  const [way, setWay] = useState<MakeWay>(first);
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
        onChange={(value) => setWay(value as MakeWay)}
        data={WAYS.map((value) => ({ value, label: t(value) }))}
      />
      {way === 'deployment' && <DeploymentMaker onEdit={edit} />}
      {way === 'service' && <ServiceMaker onEdit={edit} />}
      {way === 'yaml' && <YamlMaker yaml={yaml} onYaml={setYaml} />}
    </div>
  );
}
