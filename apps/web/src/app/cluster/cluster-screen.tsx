'use client';
import type { Cluster } from '@podlab/contracts';
import styles from './cluster-screen.module.css';
import { SidePanels } from './side-panels';
import { Stage } from './stage';
import { useClusterScreen } from './use-cluster-screen';

/** One cluster: its picture with the journey of a request, and beside it what can be done. */
export function ClusterScreen({ cluster }: { cluster: Cluster }) {
  const screen = useClusterScreen(cluster);
  return (
    <main id="main" className={styles.screen}>
      <Stage screen={screen} />
      <SidePanels screen={screen} />
    </main>
  );
}
