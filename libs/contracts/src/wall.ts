import { z } from 'zod';
import { Hand } from './attempt';
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

/** `GET /classes/{id}/wall?lab=`: also the answer of `subscribe {class}`. */
export const Wall = z.object({
  class: Identifier,
  lab: z.string(),
  tiles: z.array(WallTile),
  /** How often requests of the class failed at a place and by a cause, most first. */
  heat: z.array(
    z.object({
      where: HopLocation.shape.kind.nullable(),
      step: StepType.nullable(),
      code: z.string().nullable(),
      count: z.int(),
      people: z.int(),
    }),
  ),
});
export type Wall = z.infer<typeof Wall>;

export const WallQuery = z.strictObject({ lab: z.string().min(1).max(128) });
export type WallQuery = z.infer<typeof WallQuery>;

/** `subscribe {class}`: whoever teaches gives a `lab` and hears `wall`, `hand` and `attempt`; everybody hears `message` and `broadcast`. */
export const SubscribeClass = z.strictObject({ class: Identifier, lab: z.string().max(128).optional() });
export type SubscribeClass = z.infer<typeof SubscribeClass>;

/** A tile is other than it was. */
export const WallEvent = z.object({ class: Identifier, lab: z.string(), tile: WallTile });
export type WallEvent = z.infer<typeof WallEvent>;

export const HandEvent = z.object({
  class: Identifier,
  attempt: Identifier,
  person: z.object({ id: Identifier, name: z.string() }),
  hand: Hand.nullable(),
});
export type HandEvent = z.infer<typeof HandEvent>;

/** Checks of an attempt were run. */
export const AttemptEvent = z.object({
  class: Identifier.nullable(),
  attempt: Identifier,
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
