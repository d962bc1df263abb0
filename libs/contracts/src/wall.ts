import { z } from 'zod';
import { AttemptChange, Hand } from './attempt';
import { ClassRole } from './classroom';
import { LabName } from './lab-primitives';
import { CONTRACT_LIMITS } from './limits';
import { Identifier } from './primitives';
import { Disposition, HopLocation, StepType } from './trace';

/** Where a request of a student ended badly. */
export const FailingHop = z.object({
  at: z.iso.datetime(),
  request: z.string(),
  disposition: Disposition,
  where: HopLocation.nullable(),
  step: StepType.nullable(),
  /** Code of the diagnosis: the misconception, as far as the network can tell. */
  code: z.string().nullable(),
});
export type FailingHop = z.infer<typeof FailingHop>;

/** A student (or a group) on the wall. */
export const WallTile = z.object({
  person: z.object({ id: Identifier, name: z.string() }),
  group: z.string().nullable(),
  /** All that stand on it, who came first first; `person` is the first. */
  people: z
    .array(z.object({ id: Identifier, name: z.string() }))
    .min(1)
    .max(CONTRACT_LIMITS.tilePeople),
  attempt: Identifier.nullable(),
  cluster: Identifier.nullable(),
  steps: z.array(z.object({ name: LabName, done: z.boolean() })),
  /** The first step that is not done; null: all are, or none was begun. */
  step: LabName.nullable(),
  score: z.number().nullable(),
  max: z.number(),
  /** The student's last doing: a write, a request, a check. */
  last_activity_at: z.iso.datetime().nullable(),
  last_failing: FailingHop.nullable(),
  /** Since when checks or requests have failed without one that succeeded. */
  stuck_since: z.iso.datetime().nullable(),
  hand: Hand.nullable(),
  online: z.boolean(),
});
export type WallTile = z.infer<typeof WallTile>;

/** How often requests of the class failed at a place and by a cause, most first. */
export const Heat = z.array(
  z.object({
    where: HopLocation.shape.kind.nullable(),
    step: StepType.nullable(),
    code: z.string().nullable(),
    count: z.int(),
    people: z.int(),
  }),
);
export type Heat = z.infer<typeof Heat>;

/** `GET /classes/{id}/wall?lab=`: also the answer of `subscribe {class, lab}`. */
export const Wall = z.object({
  class: Identifier,
  lab: z.string(),
  /** The cluster that everybody in the class is shown at the moment. */
  broadcast: Identifier.nullable(),
  /** One a student, or a group; by name. The person of a group's tile is its first member. */
  tiles: z.array(WallTile),
  heat: Heat,
});
export type Wall = z.infer<typeof Wall>;

export const WallQuery = z.strictObject({ lab: z.string().min(1).max(128) });
export type WallQuery = z.infer<typeof WallQuery>;

/**
 * `subscribe {class}`: whoever teaches gives a `lab` and hears `wall`, `heat` and `attempt` of it, and each `hand` of the
 * class; everybody hears `message` and `broadcast`, and `attempt` of his own (or his group's) attempts. Again with
 * another lab: that one from now on.
 */
export const SubscribeClass = z.strictObject({
  class: Identifier,
  lab: z.string().min(1).max(128).optional(),
});
export type SubscribeClass = z.infer<typeof SubscribeClass>;

export const UnsubscribeClass = SubscribeClass.pick({ class: true });
export type UnsubscribeClass = z.infer<typeof UnsubscribeClass>;

/** The whole wall where a `lab` was asked for. It is a state and no log: who subscribes again has missed nothing. */
export const SubscribedClass = Wall.partial({ lab: true, tiles: true, heat: true });
export type SubscribedClass = z.infer<typeof SubscribedClass>;

/** The subscription to a class ended. */
export const ClassGoneEvent = z.object({
  class: Identifier,
  cluster: z.undefined().optional(),
  reason: z.enum(['AccessLost', 'TooSlow']),
});
export type ClassGoneEvent = z.infer<typeof ClassGoneEvent>;

/** A tile (by person) is other than it was, or new; at most four a second each. */
export const WallEvent = z.object({
  class: Identifier,
  lab: z.string(),
  tile: WallTile,
  /** Set: the person (or group) is on the wall no more. */
  removed: z.literal(true).optional(),
});
export type WallEvent = z.infer<typeof WallEvent>;

/** At most one a second. */
export const HeatEvent = z.object({ class: Identifier, lab: z.string(), heat: Heat });
export type HeatEvent = z.infer<typeof HeatEvent>;

/** A hand was raised or lowered, at any lab of the class. */
export const HandEvent = z.object({
  class: Identifier,
  lab: z.string(),
  attempt: Identifier,
  person: z.object({ id: Identifier, name: z.string() }),
  hand: Hand.nullable(),
});
export type HandEvent = z.infer<typeof HandEvent>;

/**
 * An attempt changed: `GET /attempts/{id}` has the rest. Whoever watches a wall hears of checks that were run
 * (`Checked`, `Regraded`); whoever works on it hears of every change, by `subscribe {class}`, and outside of classes by
 * `subscribe {cluster}` of its cluster.
 */
export const AttemptEvent = z.object({
  class: Identifier.nullable(),
  lab: z.string(),
  attempt: Identifier,
  change: AttemptChange,
  score: z.number().nullable(),
  max: z.number(),
  steps: z.array(z.object({ name: LabName, done: z.boolean() })),
});
export type AttemptEvent = z.infer<typeof AttemptEvent>;

/** `POST /classes/{id}/messages`: to one member, or to all. */
export const MessageCreate = z.strictObject({
  to: Identifier.nullable().default(null),
  text: z.string().trim().min(1).max(CONTRACT_LIMITS.messageCharacters),
});
export type MessageCreate = z.infer<typeof MessageCreate>;

export const ClassMessage = z.object({
  id: Identifier,
  class: Identifier,
  from: z.object({ id: Identifier, name: z.string() }),
  to: Identifier.nullable(),
  text: z.string(),
  sent_at: z.iso.datetime(),
});
export type ClassMessage = z.infer<typeof ClassMessage>;

/** `PUT /classes/{id}/broadcast`: everybody in the class may look at this cluster; null ends it. */
export const Broadcast = z.strictObject({ cluster: Identifier.nullable() });
export type Broadcast = z.infer<typeof Broadcast>;

export const BroadcastEvent = z.object({ class: Identifier, cluster: Identifier.nullable() });
export type BroadcastEvent = z.infer<typeof BroadcastEvent>;

/** Who looks at a cluster at the moment; told to all of them when somebody comes or goes. */
export const PresenceEvent = z.object({
  cluster: Identifier,
  people: z
    .array(
      z.object({
        id: Identifier,
        name: z.string(),
        /** In the class of the cluster; null: in none, as the administrator. */
        role: ClassRole.nullable(),
      }),
    )
    .max(CONTRACT_LIMITS.presencePeople),
});
export type PresenceEvent = z.infer<typeof PresenceEvent>;
