export { Cluster, createCluster, restoreCluster } from './cluster';
export type { ClusterConfig } from './config';
export type { AttachedContainer } from './attachments';
export type { ExecSession, ExecStreams } from './execs';
export type { Input, KubeInput, Typed } from './input';
export type { FaultEntry, InputEntry, LogEntry, RevisionEntry } from './log-entry';
export type { TunnelAnswer } from './tunnels';
