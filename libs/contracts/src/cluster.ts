import { z } from 'zod';
import { addressFaults } from './address-plan';
import { ClockMode, ClockSettings } from './clock';
import { CloudSettings } from './cloud';
import { CONTRACT_LIMITS } from './limits';
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
  external_ip: z.ipv4().optional(),
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
  ip: z.ipv4(),
  listens: z.array(WorldListen).max(CONTRACT_LIMITS.worldListensPerHost).default([]),
});
export type WorldHost = z.infer<typeof WorldHost>;

const World = z.strictObject({
  hosts: z
    .array(WorldHost)
    .max(CONTRACT_LIMITS.worldHosts)
    .default([{ name: 'example.com', ip: '203.0.113.80', listens: [{ port: 80, protocol: 'TCP' }] }]),
});

const proxyModeError = (issue: { input?: unknown }): string =>
  issue.input === 'ipvs'
    ? 'ipvs is deprecated by Kubernetes and not simulated: use iptables or nftables'
    : 'must be iptables or nftables';

export const ProxyMode = z.enum(['iptables', 'nftables'], { error: proxyModeError });
export type ProxyMode = z.infer<typeof ProxyMode>;

/** `POST /clusters`. Everything has a default; `seed` and `clock.epoch` are the server's choice when left out. */
export const ClusterCreate = z
  .strictObject({
    name: ClusterName.default('cluster'),
    seed: z.string().min(1).max(CONTRACT_LIMITS.seedCharacters).optional(),
    nodes: z
      .union([z.int().min(1).max(CONTRACT_LIMITS.clusterNodes, nodesLimit), NodeSpecifications])
      .default(3),
    service_cidr: z.cidrv4().default('10.96.0.0/16'),
    pod_cidr: z.cidrv4().default('10.244.0.0/16'),
    ip_families: z
      .tuple([z.literal('IPv4', { error: 'only ["IPv4"] is simulated by this version' })])
      .default(['IPv4']),
    kube_proxy: z.strictObject({ mode: ProxyMode.default('iptables') }).prefault({}),
    cloud: CloudSettings.prefault({}),
    /** Whether the cluster comes with an ingress controller: ingress-nginx in a namespace of its own, behind a load balancer. */
    ingress_controller: z.strictObject({ enabled: z.boolean().default(false) }).optional(),
    world: World.prefault({}),
    /** What an image outside the catalogue does: run as a generic server on its declared ports, or fail to pull. */
    images: z.strictObject({ unknown: z.enum(['Run', 'FailToPull']).default('Run') }).prefault({}),
    clock: ClockSettings.prefault({}),
    manifests: z.string().max(CONTRACT_LIMITS.manifestCharacters).optional(),
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

/** Running: its clock is driven or paused; Asleep: nobody looked for ten minutes; Failed: an invariant broke. */
export const ClusterState = z.enum(['Running', 'Asleep', 'Failed']);
export type ClusterState = z.infer<typeof ClusterState>;

export const Cluster = z.object({
  id: Identifier,
  name: z.string(),
  seed: z.string(),
  owner: z.object({ id: z.string(), name: z.string() }),
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
  nodes: z.array(ClusterNode),
  kube_api: z.object({ server: z.string(), ca_pem: z.string() }),
  resourceVersion: ResourceVersion,
});
export type Cluster = z.infer<typeof Cluster>;
