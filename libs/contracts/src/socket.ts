import { z } from 'zod';
import { Clock } from './clock';
import { Fault } from './fault';
import { WatchType } from './history';
import { CONTRACT_LIMITS } from './limits';
import { Identifier, KubernetesObject, Language, ResourceVersion } from './primitives';
import { Problem } from './problem';
import { Request } from './request';
import type {
  AttemptEvent,
  BroadcastEvent,
  ClassGoneEvent,
  ClassMessage,
  HandEvent,
  HeatEvent,
  PresenceEvent,
  SubscribeClass,
  SubscribedClass,
  UnsubscribeClass,
  WallEvent,
} from './wall';

/** `subscribe`: without `since` the answer has the objects; with it, what was missed follows as events. */
export const Subscribe = z.strictObject({
  cluster: Identifier,
  since: ResourceVersion.optional(),
  /** Kinds of objects (`Pod`, `Service` …) that `objects` and `watch` are narrowed to. */
  kinds: z.array(z.string().min(1).max(63)).min(1).max(CONTRACT_LIMITS.subscriptionKinds).optional(),
  /** Of the sentences in `trace` events. */
  language: Language.default('en'),
});
export type Subscribe = z.infer<typeof Subscribe>;
export type SubscribeBody = z.input<typeof Subscribe>;

export const Unsubscribe = z.strictObject({ cluster: Identifier });
export type Unsubscribe = z.infer<typeof Unsubscribe>;

export const Subscribed = z.object({
  resourceVersion: ResourceVersion,
  clock: Clock,
  objects: z.array(KubernetesObject).optional(),
});
export type Subscribed = z.infer<typeof Subscribed>;

/** How a call over the socket is answered. */
export type SocketAnswer<Result> = { ok: Result } | { problem: Problem };

export const WatchEvent = z.object({
  cluster: Identifier,
  resourceVersion: ResourceVersion,
  type: WatchType,
  object: KubernetesObject,
});
export type WatchEvent = z.infer<typeof WatchEvent>;

/** A Request, and the cluster it was walked in. */
export const TraceEvent = Request.extend({ cluster: Identifier });
export type TraceEvent = z.infer<typeof TraceEvent>;

/** A fault that began, or ended. */
export const FaultEvent = z.object({ cluster: Identifier, resourceVersion: ResourceVersion, fault: Fault });
export type FaultEvent = z.infer<typeof FaultEvent>;

/** At most two a second; the latest state, so a skipped one is no gap. */
export const ClockEvent = Clock.extend({ cluster: Identifier });
export type ClockEvent = z.infer<typeof ClockEvent>;

/** The subscription ended with a gap: subscribe again without `since`. */
export const GoneEvent = z.object({
  cluster: Identifier,
  resourceVersion: ResourceVersion,
  reason: z.enum(['Compacted', 'TooSlow', 'ClusterDeleted', 'AccessLost', 'ClusterFailed']),
});
export type GoneEvent = z.infer<typeof GoneEvent>;

type Answering<Result> = (answer: SocketAnswer<Result>) => void;

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export interface ServerToClientEvents {
  watch(event: WatchEvent): void;
  trace(event: TraceEvent): void;
  clock(event: ClockEvent): void;
  fault(event: FaultEvent): void;
  presence(event: PresenceEvent): void;
  wall(event: WallEvent): void;
  heat(event: HeatEvent): void;
  hand(event: HandEvent): void;
  attempt(event: AttemptEvent): void;
  message(event: ClassMessage): void;
  broadcast(event: BroadcastEvent): void;
  /** Of a cluster, or of a class. */
  gone(event: GoneEvent | ClassGoneEvent): void;
}
export interface ClientToServerEvents {
  subscribe(body: SubscribeBody, answer: Answering<Subscribed>): void;
  unsubscribe(body: Unsubscribe, answer: Answering<Record<string, never>>): void;
}
/** The same events with a class in their bodies, for `Socket<ServerToClientEvents, ClassToServerEvents>`. */
export interface ClassToServerEvents {
  subscribe(body: SubscribeClass, answer: Answering<SubscribedClass>): void;
  unsubscribe(body: UnsubscribeClass, answer: Answering<Record<string, never>>): void;
}
