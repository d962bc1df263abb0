'use client';
import type { Cluster } from '@podlab/contracts';
import { useState } from 'react';
import { LabPanel } from '../../features/labs/lab-panel';
import { useAttempt } from '../../features/labs/use-attempt';
import { NewsNotices } from '../../features/messages/news-notices';
import { usePageQuery } from '../../lib/page-query';
import styles from './cluster-screen.module.css';
import { FirstSteps } from './first-steps';
import { isSheet } from './is-sheet';
import { labToolsOf } from './lab-tools-of';
import { SidePanels } from './side-panels';
import { Stage } from './stage';
import { useClusterScreen } from './use-cluster-screen';

/** Whether the Tab key has come to what an open lab would cover. */
const isBehindSheet = (element: Element): boolean =>
  isSheet() && element.matches(':focus-visible') && element.closest('[data-lab-panel]') === null;

/** One cluster: its picture with the journey of a request, and beside it what can be done, and the lab that it is for. */
export function ClusterScreen({ cluster }: { cluster: Cluster }) {
  const { query } = usePageQuery();
  const attempt = useAttempt(cluster, query.get('attempt'));
  const [isLabOpen, setLabOpen] = useState(true);
  const screen = useClusterScreen(cluster, () => setLabOpen(false));
  const tools = labToolsOf(screen, setLabOpen);
  return (
    <main
      id="main"
      className={styles.screen}
      data-lab={attempt === null ? undefined : isLabOpen ? 'open' : 'closed'}
      onFocus={(event) => isLabOpen && isBehindSheet(event.target) && setLabOpen(false)}
    >
      <Stage screen={screen} />
      <div className={styles.column}>
        <NewsNotices cluster={cluster.id} />
        {attempt && (
          <LabPanel key={attempt.id} attempt={attempt} tools={tools} open={isLabOpen} onOpen={setLabOpen} />
        )}
        {cluster.class?.lab == null && <FirstSteps screen={screen} />}
        <SidePanels screen={screen} />
      </div>
    </main>
  );
}
