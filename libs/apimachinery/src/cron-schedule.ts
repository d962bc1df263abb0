import { rfc3339 } from '@podlab/kernel';
import { quote } from './quote';

/** A schedule of five fields, or one of equal steps (`@every 1h`). Models github.com/robfig/cron/v3, which upstream uses. */
export type CronSchedule = CronFields | { readonly every_ms: number };

interface CronFields {
  readonly minute: ReadonlySet<number>;
  readonly hour: ReadonlySet<number>;
  readonly date: ReadonlySet<number>;
  readonly month: ReadonlySet<number>;
  readonly weekday: ReadonlySet<number>;
  /** One of date and weekday is `*`: then both must fit, else one is enough. */
  readonly both_days: boolean;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MONTHS = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Bounds = { low: 0, high: 59 };
const HOUR: Bounds = { low: 0, high: 23 };
const DATE: Bounds = { low: 1, high: 31 };
const MONTH: Bounds = { low: 1, high: 12, names: MONTHS };
const WEEKDAY: Bounds = { low: 0, high: 6, names: WEEKDAYS };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const EVERY = '@every ';
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A schedule that meets no moment for so long, such as February 30, meets none. Models SpecSchedule.Next. */
const HORIZON_DAYS = 5 * 366;

/** Why a text is no schedule, in upstream's words. */
export class CronScheduleError extends Error {}

/** Throws CronScheduleError. Models github.com/robfig/cron/v3 ParseStandard. */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new CronScheduleError('empty spec string');
  if (text.startsWith('@')) return parseDescriptor(text);
  const fields = text.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) {
    throw new CronScheduleError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minute, hour, date, month, weekday] = fields;
  return {
    minute: parseField(minute, MINUTE),
    hour: parseField(hour, HOUR),
    date: parseField(date, DATE),
    month: parseField(month, MONTH),
    weekday: parseField(weekday, WEEKDAY),
    both_days: isStar(date) || isStar(weekday),
  };
}

/**
 * The first moment after `afterMs` that the schedule meets, in ms since the Unix epoch; undefined when there is none.
 * `offsetMs` is how far the zone's clock is ahead of UTC.
 */
export function nextCronTime(schedule: CronSchedule, afterMs: number, offsetMs = 0): number | undefined {
  if ('every_ms' in schedule) return Math.floor(afterMs / 1000) * 1000 + schedule.every_ms;
  const from = (Math.floor((afterMs + offsetMs) / MINUTE_MS) + 1) * MINUTE_MS;
  const firstDay = Math.floor(from / DAY_MS);
  for (let day = firstDay; day < firstDay + HORIZON_DAYS; day++) {
    if (!fitsDay(schedule, day)) continue;
    const start = day === firstDay ? from - day * DAY_MS : 0;
    const found = firstMinute(schedule, start);
    if (found !== undefined) return day * DAY_MS + found - offsetMs;
  }
  return undefined;
}

function firstMinute(schedule: CronFields, startMs: number): number | undefined {
  for (let hour = Math.floor(startMs / HOUR_MS); hour < 24; hour++) {
    if (!schedule.hour.has(hour)) continue;
    const first = Math.max(0, (startMs - hour * HOUR_MS) / MINUTE_MS);
    for (let minute = first; minute < 60; minute++) {
      if (schedule.minute.has(minute)) return hour * HOUR_MS + minute * MINUTE_MS;
    }
  }
  return undefined;
}

function fitsDay({ date, month, weekday, both_days }: CronFields, day: number): boolean {
  const text = rfc3339(day * DAY_MS);
  if (!month.has(Number(text.slice(5, 7)))) return false;
  const dateFits = date.has(Number(text.slice(8, 10)));
  // 1970-01-01 was a Thursday.
  const weekdayFits = weekday.has((((day + 4) % 7) + 7) % 7);
  return both_days ? dateFits && weekdayFits : dateFits || weekdayFits;
}

function isStar(field: string): boolean {
  return field.split(',').some((part) => {
    const [range, step = '1'] = part.split('/');
    return (range === '*' || range === '?') && step === '1';
  });
}

function parseField(field: string, bounds: Bounds): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',').filter((each) => each !== '')) {
    for (const value of parseRange(part, bounds)) values.add(value);
  }
  return values;
}

/** `number | number-number | number-number/number`, `*` for all. Models getRange. */
function parseRange(text: string, bounds: Bounds): number[] {
  const [range, stepText, ...more] = text.split('/');
  const [lowText, highText, ...hyphens] = range.split('-');
  const star = lowText === '*' || lowText === '?';
  if (!star && hyphens.length > 0) throw new CronScheduleError(`too many hyphens: ${text}`);
  const start = star ? bounds.low : parseNumber(lowText, bounds.names);
  let end = star ? bounds.high : highText === undefined ? start : parseNumber(highText, bounds.names);
  if (more.length > 0) throw new CronScheduleError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (stepText !== undefined && !star && highText === undefined) end = bounds.high;
  checkRange(start, end, step, bounds, text);
  const values: number[] = [];
  for (let value = start; value <= end; value += step) values.push(value);
  return values;
}

function checkRange(start: number, end: number, step: number, { low, high }: Bounds, text: string): void {
  if (start < low)
    throw new CronScheduleError(`beginning of range (${start}) below minimum (${low}): ${text}`);
  if (end > high) throw new CronScheduleError(`end of range (${end}) above maximum (${high}): ${text}`);
  if (start > end)
    throw new CronScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronScheduleError(`step of range should be a positive number: ${text}`);
}

function parseNumber(text: string, names?: readonly string[]): number {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  if (named >= 0) return named;
  if (!/^[+-]?\d+$/.test(text)) {
    const error = `strconv.Atoi: parsing ${quote(text)}: invalid syntax`;
    throw new CronScheduleError(`failed to parse int from ${text}: ${error}`);
  }
  const number = Number(text);
  if (number < 0) throw new CronScheduleError(`negative number (${number}) not allowed: ${text}`);
  return number;
}

function parseDescriptor(text: string): CronSchedule {
  const fields = Object.hasOwn(DESCRIPTORS, text) ? DESCRIPTORS[text] : undefined;
  if (fields) return parseCronSchedule(fields);
  if (!text.startsWith(EVERY)) throw new CronScheduleError(`unrecognized descriptor: ${text}`);
  const duration = text.slice(EVERY.length);
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(duration)) {
    const error = `time: invalid duration ${quote(duration)}`;
    throw new CronScheduleError(`failed to parse duration ${text}: ${error}`);
  }
  let total = 0;
  for (const [, amount, , unit] of duration.matchAll(/(\d+(\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(amount) * UNIT_MS[unit];
  }
  return { every_ms: Math.max(1000, Math.floor(total / 1000) * 1000) };
}

/** How far a zone's clock is ahead of UTC, in ms: of zones that have had no summer time for decades. */
const ZONE_OFFSETS_MS: Readonly<Record<string, number>> = {
  UTC: 0,
  'Etc/UTC': 0,
  'Etc/GMT': 0,
  GMT: 0,
  'Asia/Seoul': 9 * HOUR_MS,
  'Asia/Tokyo': 9 * HOUR_MS,
  'Asia/Shanghai': 8 * HOUR_MS,
  'Asia/Singapore': 8 * HOUR_MS,
  'Asia/Ho_Chi_Minh': 7 * HOUR_MS,
  'Asia/Jakarta': 7 * HOUR_MS,
  'Asia/Kolkata': 5.5 * HOUR_MS,
};

/** Undefined for a zone that is unknown here. */
export function zoneOffsetMs(zone: string): number | undefined {
  return Object.hasOwn(ZONE_OFFSETS_MS, zone) ? ZONE_OFFSETS_MS[zone] : undefined;
}
