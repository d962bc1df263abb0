'use client';
import { Tabs } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { RequestPanel } from '../../features/requests/request-panel';
import styles from './cluster-screen.module.css';
import { FaultPanel, KubectlPanel, MakePanel, NodeTables, ObjectsPanel, ShellPanel } from './panels';
import { type ClusterScreenState, type Panel, PANELS } from './use-cluster-screen';

/** What can be done with the cluster, one panel at a time. */
export function SidePanels({ screen }: { screen: ClusterScreenState }) {
  const t = useTranslations('cluster');
  const {
    cluster,
    panel,
    setPanel,
    draft,
    setDraft,
    send,
    answer,
    current,
    openRequest,
    selected,
    select,
    sendFrom,
    maker,
  } = screen;
  return (
    <Tabs
      id="panels"
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
          onOpen={openRequest}
        />
      </Tabs.Panel>
      <Tabs.Panel value="make">
        <MakePanel key={`${maker.way} ${maker.given}`} {...maker} />
      </Tabs.Panel>
      <Tabs.Panel value="objects">
        <ObjectsPanel selected={selected} onSelect={select} onSendFrom={sendFrom} />
      </Tabs.Panel>
      <Tabs.Panel value="shell">
        <ShellPanel proxyMode={cluster.kube_proxy.mode} onOpen={openRequest} />
      </Tabs.Panel>
      <Tabs.Panel value="faults">
        <FaultPanel />
      </Tabs.Panel>
      <Tabs.Panel value="nodes">
        <NodeTables proxyMode={cluster.kube_proxy.mode} />
      </Tabs.Panel>
      <Tabs.Panel value="kubectl">
        <KubectlPanel cluster={cluster} />
      </Tabs.Panel>
    </Tabs>
  );
}
