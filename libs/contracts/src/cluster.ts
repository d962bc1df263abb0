import { z } from 'zod';
import { addressFaults, DEFAULT_RANGES } from './address-plan';
import { IpAddress, IpFamily } from './address-range';
import { ClockMode, ClockSettings } from './clock';
import { CloudSettings } from './cloud';
import { CONTRACT_LIMITS } from './limits';
import { PageQuery } from './page';
import { Identifier, ObjectName, PortNumber, ResourceVersion } from './primitives';

const ClusterName = z
  .string()
  .trim()
  .min(1)
  .max(CONTRACT_LIMITS.clusterNameCharacters)
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const Labels = z
  .record(
    z.string().regex(labelKey, 'must be a label key'),
    z.string().regex(labelValue, 'must be a label value'),
  )
  .refine((labels) => Object.keys(labels).length <= CONTRACT_LIMITS.nodeLabels, {
    error: `nodeLabels is limited to ${CONTRACT_LIMITS.nodeLabels}`,
  });

export const NodeSpecification = z.strictObject({
  name: ObjectName.max(63),
  labels: Labels.default({}),
  external_ip: IpAddress.optional(),
});
export type NodeSpecification = z.infer<typeof NodeSpecification>;

const nodesLimit = `clusterNodes is limited to ${CONTRACT_LIMITS.clusterNodes}`;
const NodeSpecifications = z
  .array(NodeSpecification)
  .min(1)
  .max(CONTRACT_LIMITS.clusterNodes, nodesLimit)
  .refine((nodes) => new Set(nodes.map((node) => node.name)).size === nodes.length, {
    error: 'two nodes have the same name',
  });

export const WorldListen = z.strictObject({
  port: PortNumber,
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
});
export const WorldHost = z.strictObject({
  name: ObjectName,
  ip: IpAddress,
  listens: z.array(WorldListen).max(CONTRACT_LIMITS.worldListensPerHost).default([]),
});
export type WorldHost = z.infer<typeof WorldHost>;

const World = z.strictObject({
  hosts: z.array(WorldHost).max(CONTRACT_LIMITS.worldHosts).optional(),
});

const proxyModeError = (issue: { input?: unknown }): string =>
  issue.input === 'ipvs'
    ? 'ipvs is deprecated by Kubernetes and not simulated: use iptables or nftables'
    : 'must be iptables or nftables';

export const ProxyMode = z.enum(['iptables', 'nftables'], { error: proxyModeError });
export type ProxyMode = z.infer<typeof ProxyMode>;

/** One name with an address of each family of the cluster. */
const DEFAULT_HOST = { name: 'example.com', ips: { IPv4: '203.0.113.80', IPv6: '2001:db8:203:113::80' } };

function defaultHosts(families: readonly IpFamily[]): WorldHost[] {
  const { name, ips } = DEFAULT_HOST;
  return families.map((family) => ({
    name,
    ip: ips[family],
    listens: [{ port: 80, protocol: 'TCP' as const }],
  }));
}

const IpFamilies = z
  .array(IpFamily)
  .min(1)
  .refine((families) => new Set(families).size === families.length, {
    error: 'must be ["IPv4"], ["IPv6"], ["IPv4", "IPv6"] or ["IPv6", "IPv4"]',
  });
const Ranges = z.string().max(CONTRACT_LIMITS.addressRangesCharacters);

/** `POST /clusters`. Everything has a default; `seed` and `clock.epoch` are the server's choice when left out. */
export const ClusterCreate = z
  .strictObject({
    name: ClusterName.default('cluster'),
    seed: z.string().min(1).max(CONTRACT_LIMITS.seedCharacters).optional(),
    nodes: z
      .union([z.int().min(1).max(CONTRACT_LIMITS.clusterNodes, nodesLimit), NodeSpecifications])
      .default(3),
    service_cidr: Ranges.optional().describe(
      'One range for each of ip_families, in their order, with a comma between; 10.96.0.0/16 and fd00:10:96::/112 unless given',
    ),
    pod_cidr: Ranges.optional().describe(
      'The same for pods; 10.244.0.0/16 and fd00:10:244::/56 unless given',
    ),
    /** The first one is the default of Services. */
    ip_families: IpFamilies.default(['IPv4']),
    kube_proxy: z.strictObject({ mode: ProxyMode.default('iptables') }).prefault({}),
    cloud: CloudSettings.prefault({}),
    /** Whether the cluster comes with an ingress controller: ingress-nginx in a namespace of its own, behind a load balancer. */
    ingress_controller: z.strictObject({ enabled: z.boolean().default(false) }).optional(),
    world: World.prefault({}),
    /** What an image does that no registry is known to have: fail to pull, or run as a generic server on its declared ports. */
    images: z.strictObject({ unknown: z.enum(['Run', 'FailToPull']).default('FailToPull') }).prefault({}),
    clock: ClockSettings.prefault({}),
    manifests: z.string().max(CONTRACT_LIMITS.manifestCharacters).optional(),
  })
  .transform((plan) => {
    const ranges = (field: 'service_cidr' | 'pod_cidr') =>
      plan[field] ?? plan.ip_families.map((family) => DEFAULT_RANGES[field][family]).join(',');
    const hosts = plan.world.hosts ?? defaultHosts(plan.ip_families);
    return { ...plan, service_cidr: ranges('service_cidr'), pod_cidr: ranges('pod_cidr'), world: { hosts } };
  })
  .superRefine((plan, context) => {
    for (const { path, message } of addressFaults(plan)) context.addIssue({ code: 'custom', path, message });
  });
export type ClusterCreate = z.infer<typeof ClusterCreate>;
export type ClusterCreateBody = z.input<typeof ClusterCreate>;

/** Names a number of nodes as contract.md does: node-a … node-z, node-aa …. */
export function nodeSpecifications(nodes: ClusterCreate['nodes']): NodeSpecification[] {
  if (typeof nodes !== 'number') return nodes;
  return Array.from({ length: nodes }, (_, index) => ({ name: `node-${letters(index)}`, labels: {} }));
}

function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** `PATCH /clusters/{id}`. */
export const ClusterChange = z.strictObject({ name: ClusterName.optional() });
export type ClusterChange = z.infer<typeof ClusterChange>;

export const ClusterNode = z.object({
  name: z.string(),
  internal_ip: z.string(),
  external_ip: z.string(),
  pod_cidr: z.string(),
});
export type ClusterNode = z.infer<typeof ClusterNode>;

/**
 * `GET /clusters`: the caller's own. `class`: those of a class that the caller helps in. `owner`: of this person, or
 * `*`: of everybody, which only the administrator may ask for outside of a class.
 */
export const ClustersQuery = PageQuery.extend({
  owner: z.union([z.literal('*'), Identifier]).optional(),
  class: Identifier.optional(),
});
export type ClustersQuery = z.infer<typeof ClustersQuery>;

/** Running: its clock is driven or paused; Asleep: nobody looked for ten minutes; Failed: an invariant broke. */
export const ClusterState = z.enum(['Running', 'Asleep', 'Failed']);
export type ClusterState = z.infer<typeof ClusterState>;

export const Cluster = z.object({
  id: Identifier,
  name: z.string(),
  seed: z.string(),
  owner: z.object({ id: z.string(), name: z.string() }),
  /** The class that it belongs to, the lab that it is for, and the group that shares it. */
  class: z.object({ id: Identifier, lab: z.string().nullable(), group: z.string().nullable() }).optional(),
  /** Wall time. */
  created_at: z.iso.datetime(),
  state: ClusterState,
  failure: z.object({ message: z.string(), seed: z.string(), resourceVersion: ResourceVersion }).optional(),
  clock: z.object({ mode: ClockMode, speed: z.number() }),
  cloud: z.object({
    enabled: z.boolean(),
    delay_ms: z.number(),
    quota: z.number(),
    source: z.enum(['preserve', 'rewrite']).optional(),
    failing: z.boolean().optional(),
  }),
  kube_proxy: z.object({ mode: ProxyMode }),
  ip_families: z.array(IpFamily),
  nodes: z.array(ClusterNode),
  kube_api: z.object({ server: z.string(), ca_pem: z.string() }),
  resourceVersion: ResourceVersion,
});
export type Cluster = z.infer<typeof Cluster>;

/** The present moment alone is exported: of the past, a fork is. */
export const ExportQuery = z.strictObject({});
