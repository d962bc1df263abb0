'use client';
import { Button } from '@mantine/core';
import type { GradeEvidence } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { CodeBlock } from '../../components/ui/code-block';
import { DispositionBadge } from '../../components/ui/disposition-badge';
import { Icon } from '../../components/ui/icon';
import { addressText } from '../../lib/kube-object';
import { sourceText, targetText } from '../../lib/request-ends';
import { shownObjects, shownPairs, shownRequest, type ShownRequest } from './evidence-view';
import type { LabTools } from './lab-tools';
import styles from './labs.module.css';
import { WatchButton } from './watch-button';

/** What a result rests on: a request can be sent and watched, an object opened. */
export function Evidence({ evidence, tools }: { evidence: GradeEvidence; tools: LabTools }) {
  const t = useTranslations('lab');
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.evidence}>
      <button type="button" className={styles.reveal} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('evidence')}
      </button>
      {open && <Shown evidence={evidence} tools={tools} />}
    </div>
  );
}

function Shown({ evidence, tools }: { evidence: GradeEvidence; tools: LabTools }) {
  const t = useTranslations('lab');
  switch (evidence.kind) {
    case 'Request':
      return <RequestEvidence request={shownRequest(evidence)} tools={tools} />;
    case 'Objects':
      return <ObjectsEvidence evidence={evidence} tools={tools} />;
    case 'Connectivity':
      return <PairsEvidence evidence={evidence} />;
    case 'Exec':
      return (
        <CodeBlock
          text={`${evidence.stdout}${evidence.stderr}`.trimEnd() || t('noOutput')}
          label={t('exit', { code: evidence.exit_code ?? '–' })}
          maxHeight={160}
        />
      );
    case 'Dns':
      return <CodeBlock text={[evidence.rcode, ...evidence.answers].join('\n')} label={t('dnsAnswer')} />;
    case 'History':
      return (
        <ul className={styles.plain}>
          {evidence.entries.map((entry, index) => (
            <li key={index}>
              <code>{String(entry.what)}</code>
            </li>
          ))}
        </ul>
      );
    case 'Status':
      return <CodeBlock text={evidence.status.message ?? ''} label={t('status')} />;
  }
}

function RequestEvidence({ request, tools }: { request: ShownRequest; tools: LabTools }) {
  const t = useTranslations('lab');
  const { from, to, disposition, backends } = request;
  return (
    <div className={styles.shown}>
      <p className={styles.ends}>
        {from && <code>{sourceText(from, t('outsideUser'))}</code>}
        {from && <Icon name="arrow" size={16} />}
        <code>{targetText(to)}</code>
        {disposition && <DispositionBadge disposition={disposition} short />}
      </p>
      {backends.length > 0 && (
        <ul className={styles.plain}>
          {backends.map(([name, count]) => (
            <li key={name}>
              <code>{name}</code> × {count}
            </li>
          ))}
        </ul>
      )}
      {from && <WatchButton from={from} to={to} tools={tools} />}
    </div>
  );
}

function ObjectsEvidence({
  evidence,
  tools,
}: {
  evidence: Extract<GradeEvidence, { kind: 'Objects' }>;
  tools: LabTools;
}) {
  const t = useTranslations('lab');
  const objects = shownObjects(evidence);
  if (objects.length === 0) return <p className={styles.message}>{t('noObjects')}</p>;
  return (
    <div className={styles.buttons}>
      {objects.map((address) => (
        <Button
          key={addressText(address)}
          variant="default"
          size="compact-sm"
          onClick={() => tools.select(address)}
          leftSection={<Icon name="picture" size={16} />}
        >
          {address.kind} {address.name}
        </Button>
      ))}
    </div>
  );
}

function PairsEvidence({ evidence }: { evidence: Extract<GradeEvidence, { kind: 'Connectivity' }> }) {
  const t = useTranslations('lab');
  return (
    <table className={styles.pairs}>
      <caption className={styles.hidden}>{t('pairs')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('from')}</th>
          <th scope="col">{t('to')}</th>
          <th scope="col">{t('outcome')}</th>
        </tr>
      </thead>
      <tbody>
        {shownPairs(evidence).map(({ from, to, disposition }) => (
          <tr key={`${from} ${to}`}>
            <td>{from}</td>
            <td>{to}</td>
            <td>
              <DispositionBadge disposition={disposition} short />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
