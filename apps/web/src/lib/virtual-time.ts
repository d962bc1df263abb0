import type { Clock } from '@podlab/contracts';

/** Virtual time now: what the server last said, and while it runs the wall time since, at the clock's speed. */
export function virtualNow(clock: Clock & { receivedAt: number }, wallNow: number): number {
  const said = Date.parse(clock.now);
  return clock.mode === 'paused' ? said : said + Math.max(0, wallNow - clock.receivedAt) * clock.speed;
}

/** `12:04:07`: the hour, minute and second of virtual time, in UTC as kubectl's timestamps are. */
export const clockText = (milliseconds: number): string =>
  Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString().slice(11, 19) : '--:--:--';
