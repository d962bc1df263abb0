import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { Identifier, NamespaceName, ObjectName, ResourceVersion, Timestamp } from './primitives';

/** A whole number from `least` up to the limit of this name, which an error names. */
const upTo = (limit: keyof typeof CONTRACT_LIMITS, least: number) =>
  z
    .int()
    .min(least)
    .max(CONTRACT_LIMITS[limit], { error: `${limit} is limited to ${CONTRACT_LIMITS[limit]}` });

const NodeTarget = z.strictObject({ kind: z.literal('Node'), name: ObjectName });
const PodTarget = z.strictObject({
  kind: z.literal('Pod'),
  namespace: NamespaceName.default('default'),
  name: ObjectName,
});
/** An image by the name that pods use; without a tag all of its tags. */
const ImageTarget = z.strictObject({
  kind: z.literal('Image'),
  name: z
    .string()
    .min(1)
    .max(CONTRACT_LIMITS.faultImageCharacters)
    .regex(/^\S+$/, 'must be the name of an image'),
});

export const FaultTarget = z.discriminatedUnion('kind', [NodeTarget, PodTarget, ImageTarget]);
export type FaultTarget = z.infer<typeof FaultTarget>;

/** The interface of a node on the nodes' network, or of a pod: its `eth0`. */
const LinkTarget = z.discriminatedUnion('kind', [NodeTarget, PodTarget]);
const NoParams = z.strictObject({}).default({});

/** The container (the first one unless named) ends with `exit_code`: once, or again after each start. */
const CrashParams = z
  .strictObject({
    container: NamespaceName.optional(),
    exit_code: z.int().min(0).max(255).default(1),
    once: z.boolean().default(false),
  })
  .prefault({});

/** Each crossing takes so much longer in virtual time, give or take `jitter_ms`. */
const LatencyParams = z
  .strictObject({
    latency_ms: upTo('faultLatencyMilliseconds', 1),
    jitter_ms: upTo('faultLatencyMilliseconds', 0).default(0),
  })
  .refine(({ latency_ms, jitter_ms }) => jitter_ms <= latency_ms, {
    error: 'must not be more than latency_ms',
    path: ['jitter_ms'],
  });

/** The part of all crossings that loses the packet. */
const LossParams = z.strictObject({
  loss: z.number().gt(0, { error: 'must be more than 0' }).max(1, { error: 'must not be more than 1' }),
});

/** In virtual time; without it the fault lasts until it is deleted. */
const duration_ms = upTo('faultDurationMilliseconds', 1).optional();

/** `POST /clusters/{id}/faults`. */
export const FaultCreate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('NodeDown'), target: NodeTarget, params: NoParams, duration_ms }),
  z.strictObject({ kind: z.literal('PodUnready'), target: PodTarget, params: NoParams, duration_ms }),
  z.strictObject({ kind: z.literal('ContainerCrash'), target: PodTarget, params: CrashParams, duration_ms }),
  z.strictObject({
    kind: z.literal('ImagePullFailure'),
    target: z.discriminatedUnion('kind', [ImageTarget, NodeTarget]),
    params: NoParams,
    duration_ms,
  }),
  z.strictObject({ kind: z.literal('LinkLatency'), target: LinkTarget, params: LatencyParams, duration_ms }),
  z.strictObject({ kind: z.literal('PacketLoss'), target: LinkTarget, params: LossParams, duration_ms }),
  z.strictObject({ kind: z.literal('LinkDown'), target: LinkTarget, params: NoParams, duration_ms }),
]);
export type FaultCreate = z.infer<typeof FaultCreate>;
export type FaultCreateBody = z.input<typeof FaultCreate>;

export const FaultKind = z.enum([
  'NodeDown',
  'PodUnready',
  'ContainerCrash',
  'ImagePullFailure',
  'LinkLatency',
  'PacketLoss',
  'LinkDown',
]);
export type FaultKind = z.infer<typeof FaultKind>;

/** Why a fault is over: it was deleted, its time came, its target went away, or it has done what it was to do once. */
export const FaultEnd = z.enum(['Deleted', 'Expired', 'TargetGone', 'Done']);
export type FaultEnd = z.infer<typeof FaultEnd>;

/** A fault; the newest ended ones stay listed. `resourceVersion` is that of its last change, times are virtual. */
export const Fault = z.strictObject({
  id: Identifier,
  kind: FaultKind,
  target: FaultTarget,
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  state: z.enum(['Active', 'Ended']),
  started_at: Timestamp,
  /** When it will end, or has ended, by its duration. */
  ends_at: Timestamp.optional(),
  ended_at: Timestamp.optional(),
  ended_because: FaultEnd.optional(),
  resourceVersion: ResourceVersion,
});
export type Fault = z.infer<typeof Fault>;
