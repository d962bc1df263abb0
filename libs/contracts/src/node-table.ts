import { z } from 'zod';
import { ResourceVersion } from './primitives';

export const NodeTableName = z.enum(['iptables', 'conntrack', 'routes', 'interfaces']);
export type NodeTableName = z.infer<typeof NodeTableName>;

/** A node's table as data: one row a rule, connection, route or interface. */
export const NodeTable = z.object({
  node: z.string(),
  table: NodeTableName,
  resourceVersion: ResourceVersion,
  rows: z.array(z.record(z.string(), z.unknown())),
});
export type NodeTable = z.infer<typeof NodeTable>;
