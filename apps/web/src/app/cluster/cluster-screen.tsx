'use client';
import { SegmentedControl, Tabs } from '@mantine/core';
import type { Cluster, RequestAnswer } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { DiagnosisCard } from '../../features/journey/diagnosis-card';
import { servicesOf } from '../../features/journey/frames';
import { JourneyOverlay } from '../../features/journey/journey-overlay';
import { Player } from '../../features/journey/player';
import { TraceTable } from '../../features/journey/trace-table';
import { useJourney } from '../../features/journey/use-journey';
import { KubectlPanel } from '../../features/kubeconfig/kubectl-panel';
import { MakePanel } from '../../features/make/make-panel';
import { NodeTables } from '../../features/nodes/node-tables';
import { ObjectsPanel } from '../../features/objects/objects-panel';
import { EMPTY_DRAFT } from '../../features/requests/request-form';
import { RequestPanel } from '../../features/requests/request-panel';
import { useRequest, useSendRequest } from '../../features/requests/use-requests';
import { Topology } from '../../features/topology/topology';
import { addressText, type ObjectAddress, parseAddress } from '../../lib/kube-object';
import { usePageQuery } from '../../lib/page-query';
import styles from './cluster-screen.module.css';
import { ConnectionBanner } from './connection-banner';
import { useFix } from './use-fix';

const PANELS = ['request', 'make', 'objects', 'nodes', 'kubectl'] as const;
type Panel = (typeof PANELS)[number];

/** One cluster: its picture with the journey of a request, and beside it what can be done. */
export function ClusterScreen({ cluster }: { cluster: Cluster }) {
  const t = useTranslations('cluster');
  const { query, setQuery } = usePageQuery();
  const [panel, setPanel] = useState<Panel>(query.get('object') ? 'objects' : 'request');
  const [view, setView] = useState<'picture' | 'table'>('picture');
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const requestId = query.get('request');
  const selected = parseAddress(query.get('object'));
  const request = useRequest(requestId);
  const current = request.data ?? null;
  const journey = useJourney(current);
  const [answer, setAnswer] = useState<RequestAnswer>();
  const send = useSendRequest((sent) => {
    setAnswer(sent);
    setQuery({ request: (sent.requests.find(({ trace }) => trace) ?? sent.requests[0])?.id ?? null });
  });
  const { applyFix, sendAgain } = useFix(cluster.id, current, send.mutateAsync);
  const frames = journey?.frames;
  const emphasis = useMemo(
    () => ({ route: (frames ?? []).map(({ where }) => where), services: servicesOf(frames ?? []) }),
    [frames],
  );
  const select = (address: ObjectAddress | null) => {
    setQuery({ object: address && addressText(address) });
    setPanel('objects');
  };
  const sendFrom = (address: ObjectAddress) => {
    setDraft({ ...draft, from: addressText(address) });
    setPanel('request');
  };
  const views = (
    <SegmentedControl
      size="sm"
      aria-label={t('view')}
      value={view}
      onChange={(value) => setView(value as typeof view)}
      data={[
        { value: 'picture', label: t('picture') },
        { value: 'table', label: t('table'), disabled: !journey },
      ]}
    />
  );
  return (
    <main id="main" className={styles.screen}>
      <div className={styles.stage} data-journey={journey !== null}>
        <ConnectionBanner />
        {view === 'table' && journey ? (
          <div className={styles.tableView}>
            {views}
            <TraceTable frames={journey.frames} index={journey.index} go={journey.go} />
          </div>
        ) : (
          <Topology
            selected={selected}
            onSelect={select}
            emphasis={emphasis}
            cloudEnabled={cluster.cloud.enabled}
            barExtra={views}
          >
            {(locate) =>
              journey && <JourneyOverlay frames={journey.frames} index={journey.index} locate={locate} />
            }
          </Topology>
        )}
        {requestId && <ProblemAlert error={request.error} />}
        {current?.diagnosis && (
          <DiagnosisCard
            key={current.id}
            diagnosis={current.diagnosis}
            onApply={applyFix}
            onAgain={sendAgain}
          />
        )}
        {journey && <Player journey={journey} />}
      </div>
      <Tabs
        className={styles.side}
        value={panel}
        onChange={(value) => setPanel(value as Panel)}
        keepMounted={false}
      >
        <Tabs.List aria-label={t('panels')}>
          {PANELS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`panel.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="request">
          <RequestPanel
            draft={draft}
            onDraft={setDraft}
            onSend={send.mutate}
            sending={send.isPending}
            sendError={send.error}
            answer={answer}
            current={current}
            onOpen={(id) => setQuery({ request: id })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="make">
          <MakePanel />
        </Tabs.Panel>
        <Tabs.Panel value="objects">
          <ObjectsPanel selected={selected} onSelect={select} onSendFrom={sendFrom} />
        </Tabs.Panel>
        <Tabs.Panel value="nodes">
          <NodeTables />
        </Tabs.Panel>
        <Tabs.Panel value="kubectl">
          <KubectlPanel cluster={cluster} />
        </Tabs.Panel>
      </Tabs>
    </main>
  );
}
