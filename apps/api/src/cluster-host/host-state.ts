/** What the host keeps of a cluster beside its log: its clock's settings, and what lists show while it is not loaded. */
import {
  ClusterNode,
  CloudSettings,
  ClockMode,
  IpFamily,
  ProxyMode,
  ResourceVersion,
} from '@podlab/contracts';
import { z } from 'zod';

export const HostState = z.object({
  clock: z.object({
    mode: ClockMode,
    speed: z.number(),
    /** Virtual time stood at `virtual` when the wall stood at `wall` (both ms since the Unix epoch). */
    anchor: z.object({ virtual: z.number(), wall: z.number() }),
  }),
  cloud: CloudSettings,
  /** Clusters that were kept before there was a choice had these. */
  kube_proxy: z.object({ mode: ProxyMode }).default({ mode: 'iptables' }),
  ip_families: z.array(IpFamily).default(['IPv4']),
  nodes: z.array(ClusterNode),
  resourceVersion: ResourceVersion,
});
export type HostState = z.infer<typeof HostState>;

export const readHostState = (text: string): HostState => HostState.parse(JSON.parse(text));
