'use client';
import { Autocomplete, Button, Collapse, NativeSelect, UnstyledButton } from '@mantine/core';
import type { SendRequestBody } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useMemo, useState, type FormEvent } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useObjects } from '../../lib/cluster-context';
import { readHeaders } from './header-lines';
import { HttpFields } from './http-fields';
import { presetsFor } from './presets';
import styles from './requests.module.css';
import { sourceOf } from './source';

/** What the sender has filled in, kept by the page: pictures and lists write into it too. */
export interface RequestDraft {
  from: string;
  to: string;
  count: number;
  method: string;
  /** `Name: value`, one a line. */
  headers: string;
  body: string;
}
export const EMPTY_DRAFT: RequestDraft = {
  from: 'External//',
  to: '',
  count: 1,
  method: 'GET',
  headers: '',
  body: '',
};

interface RequestFormProps {
  draft: RequestDraft;
  onDraft: (draft: RequestDraft) => void;
  onSend: (body: SendRequestBody) => void;
  sending: boolean;
  error: unknown;
}

const withScheme = (text: string): string => (/^[a-z]+:\/\//.test(text) ? text : `http://${text}`);

export function RequestForm({ draft, onDraft, onSend, sending, error }: RequestFormProps) {
  const t = useTranslations('requests');
  const [more, setMore] = useState(false);
  const source = sourceOf(draft.from);
  const presets = usePresetData(source.kind);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { headers, fault } = readHeaders(draft.headers);
    if (draft.to.trim() === '') return;
    if (fault !== null) return setMore(true);
    const { method, count, body } = draft;
    onSend({ from: source, to: withScheme(draft.to.trim()), method, count, headers, body });
  };
  return (
    <form onSubmit={submit} className={styles.form} aria-label={t('send')}>
      <NativeSelect
        label={t('from')}
        value={draft.from}
        onChange={(event) => onDraft({ ...draft, from: event.currentTarget.value })}
        data={useSourceData()}
      />
      <Autocomplete
        label={t('to')}
        placeholder="http://nginx-service.lab06/"
        value={draft.to}
        onChange={(to) => onDraft({ ...draft, to })}
        data={presets}
        limit={60}
        // Everything that exists stays in sight, whatever stands in the field.
        filter={({ options }) => options}
        maxDropdownHeight={360}
        classNames={{ input: styles.url, option: styles.url }}
        required
      />
      <UnstyledButton className={styles.more} aria-expanded={more} onClick={() => setMore(!more)}>
        {t('more')}
      </UnstyledButton>
      <Collapse expanded={more}>
        <HttpFields draft={draft} onDraft={onDraft} />
      </Collapse>
      <ProblemAlert error={error} />
      <Button type="submit" size="md" fullWidth loading={sending} leftSection={<Icon name="arrow" />}>
        {t('sendButton')}
      </Button>
    </form>
  );
}

function useSourceData() {
  const t = useTranslations('requests');
  const pods = useObjects('Pod');
  const nodes = useObjects('Node');
  return useMemo(() => {
    const running = [...pods.values()].filter(({ metadata }) => !metadata.namespace?.startsWith('kube-'));
    return [
      { group: t('fromOutside'), items: [{ value: 'External//', label: t('outsideUser') }] },
      {
        group: t('fromPod'),
        items: running
          .map(({ metadata }) => ({
            value: `Pod/${metadata.namespace}/${metadata.name}`,
            label: `${metadata.namespace}/${metadata.name}`,
          }))
          .sort((a, b) => (a.label < b.label ? -1 : 1)),
      },
      {
        group: t('fromNode'),
        items: [...nodes.keys()].sort().map((name) => ({ value: `Node//${name}`, label: name })),
      },
    ].filter((group) => group.items.length > 0);
  }, [pods, nodes, t]);
}

function usePresetData(from: 'External' | 'Pod' | 'Node') {
  const t = useTranslations('requests');
  const services = useObjects('Service');
  const nodes = useObjects('Node');
  const pods = useObjects('Pod');
  return useMemo(() => {
    const seen = new Set<string>();
    const groups = presetsFor(from, {
      services: [...services.values()],
      nodes: [...nodes.values()],
      pods: [...pods.values()],
    });
    return groups.map(({ kind, urls }) => ({
      group: t(`preset.${kind}`),
      items: urls.filter((url) => !seen.has(url) && seen.add(url)),
    }));
  }, [from, services, nodes, pods, t]);
}
