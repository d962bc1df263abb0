'use client';
import { NativeSelect, Radio, TextInput } from '@mantine/core';
import type { AttemptStep, Disposition } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useObjects } from '../../lib/cluster-context';
import styles from './labs.module.css';

type Prediction = AttemptStep['predictions'][number];

const DISPOSITIONS: readonly Disposition[] = [
  'Delivered',
  'Refused',
  'NoRoute',
  'TimedOut',
  'Reset',
  'NameNotResolved',
];
const RCODES = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED'];

interface FieldProps {
  item: Prediction;
  value: string;
  onValue: (value: string) => void;
}

/** A field that fits what is asked. */
export function PredictionField({ item, value, onValue }: FieldProps) {
  const t = useTranslations('lab');
  const words = useTranslations('disposition');
  if (item.ask === 'disposition') {
    return (
      <div className={styles.choices}>
        {DISPOSITIONS.map((one) => (
          <Radio
            key={one}
            name={item.name}
            value={one}
            checked={value === one}
            onChange={() => onValue(one)}
            label={words(one)}
          />
        ))}
      </div>
    );
  }
  if (item.ask === 'backend_node') return <NodeField item={item} value={value} onValue={onValue} />;
  if (item.ask === 'rcode') {
    return (
      <NativeSelect
        label={t(`ask.${item.ask}`)}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
        data={['', ...RCODES]}
      />
    );
  }
  const isNumber = item.ask === 'hops' || item.ask === 'status';
  return (
    <TextInput
      label={t(`ask.${item.ask}`)}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      inputMode={isNumber ? 'numeric' : 'text'}
      placeholder={PLACEHOLDERS[item.ask]}
      autoComplete="off"
      spellCheck={false}
      maxLength={63}
    />
  );
}

const PLACEHOLDERS: Partial<Record<Prediction['ask'], string>> = {
  destination: '10.244.1.2:80',
  source: '10.244.1.2',
  status: '200',
};

function NodeField({ item, value, onValue }: FieldProps) {
  const t = useTranslations('lab');
  const nodes = useObjects('Node');
  return (
    <NativeSelect
      label={t(`ask.${item.ask}`)}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      data={['', ...[...nodes.keys()].sort()]}
    />
  );
}
