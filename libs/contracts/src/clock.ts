import { z } from 'zod';
import { Condition } from './check';
import { CONTRACT_LIMITS } from './limits';
import { ResourceVersion, Timestamp } from './primitives';

export const ClockMode = z.enum(['live', 'paused']);
export type ClockMode = z.infer<typeof ClockMode>;

const speed = z.number().min(CONTRACT_LIMITS.clockSpeedMinimum).max(CONTRACT_LIMITS.clockSpeedMaximum);

/** `PUT …/clock`; what is left out stays as it is. */
export const ClockChange = z.strictObject({ mode: ClockMode.optional(), speed: speed.optional() });
export type ClockChange = z.infer<typeof ClockChange>;

/** The clock of a new cluster; `epoch` is the virtual time of its birth, by default the wall's. */
export const ClockSettings = z.strictObject({
  mode: ClockMode.default('live'),
  speed: speed.default(1),
  epoch: z.iso.datetime().optional(),
});
export type ClockSettings = z.infer<typeof ClockSettings>;

export const Clock = z.object({
  mode: ClockMode,
  speed: z.number(),
  now: Timestamp,
  resourceVersion: ResourceVersion,
  /** Only periodic events are left. */
  settled: z.boolean(),
});
export type Clock = z.infer<typeof Clock>;

/** `POST …/clock/advance`: virtual milliseconds. */
export const ClockAdvance = z.strictObject({ ms: z.int().min(1).max(CONTRACT_LIMITS.advanceMilliseconds) });
export type ClockAdvance = z.infer<typeof ClockAdvance>;

/** `POST …/clock/settle`: virtual milliseconds at most. */
export const ClockSettle = z.strictObject({
  timeout_ms: z.int().min(1).max(CONTRACT_LIMITS.settleMilliseconds).default(300_000),
  /** Until all of this is true, whatever else goes on; in the words of a lab's checks. */
  until: z.array(Condition).min(1).max(CONTRACT_LIMITS.settleConditions).optional(),
});
export type ClockSettle = z.infer<typeof ClockSettle>;

/** The answer of step, advance and settle. */
export const ClockMoved = z.object({
  now: Timestamp,
  resourceVersion: ResourceVersion,
  settled: z.boolean(),
  /** Whether what `until` asked for came true. */
  held: z.boolean().optional(),
});
export type ClockMoved = z.infer<typeof ClockMoved>;
