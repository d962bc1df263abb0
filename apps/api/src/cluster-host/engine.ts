/** Where pure clusters come from. */
import { createCluster, restoreCluster } from '@podlab/cluster';
import packageJson from '../../../../package.json';
import type { Cluster, ClusterConfig } from './core';

export interface ClusterEngine {
  /** Goes with every log entry: another version may live through it in another way. */
  readonly version: string;
  create(config: ClusterConfig): Cluster;
  restore(checkpoint: string): Cluster;
}

export const CLUSTER_ENGINE: ClusterEngine = {
  version: packageJson.version,
  create: createCluster,
  restore: restoreCluster,
};
