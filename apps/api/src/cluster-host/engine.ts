/** Where pure clusters come from. */
import { createCluster, restoreCluster } from '@podlab/cluster';
import { PODLAB_VERSION } from '@podlab/contracts';
import type { Cluster, ClusterConfig } from './core';

export interface ClusterEngine {
  /** Goes with every log entry: another version may live through it in another way. */
  readonly version: string;
  create(config: ClusterConfig): Cluster;
  restore(checkpoint: string): Cluster;
}

export const CLUSTER_ENGINE: ClusterEngine = {
  version: PODLAB_VERSION,
  create: createCluster,
  restore: restoreCluster,
};
