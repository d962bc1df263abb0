/** The pure cluster as its host sees it. */
export type { Cluster, ClusterConfig, Input, ExecSession, LogEntry, Typed } from '@podlab/cluster';
export type { KubeAnswer, KubeRequest, KubeResponse, KubeWatch, WatchSink } from '@podlab/apiserver';
