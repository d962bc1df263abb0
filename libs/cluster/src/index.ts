export { Cluster, createCluster, restoreCluster } from './cluster';
export type { ClusterConfig } from './config';
export type { ExecSession } from './execs';
export type { Input, KubeInput } from './input';
export type { FaultEntry, InputEntry, LogEntry, RevisionEntry } from './log-entry';
