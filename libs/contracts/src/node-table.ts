import { z } from 'zod';
import { ProxyMode } from './cluster';
import { ResourceVersion } from './primitives';

export const NodeTableName = z.enum([
  'iptables',
  'ip6tables',
  'nftables',
  'conntrack',
  'routes',
  'interfaces',
]);
export type NodeTableName = z.infer<typeof NodeTableName>;

/** What `GET …/nodes/{node}/rules` shows: what kube-proxy would write in a mode, whatever the cluster's own is. */
export const NodeRulesQuery = z.strictObject({ mode: ProxyMode });
export type NodeRulesQuery = z.infer<typeof NodeRulesQuery>;

/** The rules of a node in one mode, as its tools print them, with that of the cluster beside it. */
export const NodeRules = z.object({
  node: z.string(),
  mode: ProxyMode,
  cluster_mode: ProxyMode,
  resourceVersion: ResourceVersion,
  text: z.string(),
});
export type NodeRules = z.infer<typeof NodeRules>;

/** A node's table as data: one row a rule, connection, route or interface. */
export const NodeTable = z.object({
  node: z.string(),
  table: NodeTableName,
  resourceVersion: ResourceVersion,
  rows: z.array(z.record(z.string(), z.unknown())),
});
export type NodeTable = z.infer<typeof NodeTable>;
