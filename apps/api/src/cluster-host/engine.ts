/** Where pure clusters come from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createCluster, restoreCluster } from '@podlab/cluster';
import { PODLAB_VERSION } from '@podlab/contracts';
import type { Cluster, ClusterConfig } from './core';

export interface ClusterEngine {
  /** Goes with every log entry: another version may live through it in another way. */
  readonly version: string;
  create(config: ClusterConfig): Cluster;
  restore(checkpoint: string): Cluster;
}

/** Another build may live through a log in another way, so the program's own bytes are part of the version. */
function engineVersion(): string {
  const program = readFileSync(process.argv[1]);
  return `${PODLAB_VERSION}+${createHash('sha256').update(program).digest('hex').slice(0, 12)}`;
}

export const CLUSTER_ENGINE: ClusterEngine = {
  version: engineVersion(),
  create: createCluster,
  restore: restoreCluster,
};
