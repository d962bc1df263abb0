/** Calendar text of virtual time; `Date` is not used in the pure libraries. */

const DAY_MS = 86_400_000;

/** RFC 3339 in UTC with whole seconds, as `metav1.Time` is written: `2026-11-22T22:50:54Z`. */
export function rfc3339(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS);
  const seconds = Math.floor((atMs - day * DAY_MS) / 1000);
  const [year, month, date] = civilFromDays(day);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  const [hour, minute, second] = clock;
  // joined, not concatenated: one flat string, of which a cluster keeps many
  return [
    String(year).padStart(4, '0'),
    '-',
    two(month),
    '-',
    two(date),
    'T',
    hour,
    ':',
    minute,
    ':',
    second,
    'Z',
  ].join('');
}

/** RFC 3339 in UTC with microseconds, as `metav1.MicroTime` is written. */
export function rfc3339Micro(atMs: number): string {
  const whole = Math.floor(atMs);
  const millis = String(((whole % 1000) + 1000) % 1000).padStart(3, '0');
  return rfc3339(atMs).replace('Z', `.${millis}000Z`);
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Milliseconds since the Unix epoch of an RFC 3339 text; NaN when it is none. */
export function parseRfc3339(text: string): number {
  const match = RFC3339.exec(text);
  if (!match) return NaN;
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map(Number);
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  if (Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59) return NaN;
  if (month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return NaN;
  const day = daysFromCivil(year, month, date);
  const millis = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const offset = match[8] ? (match[8] === '-' ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10])) : 0;
  return day * DAY_MS + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millis;
}

const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number) => MONTHS[month - 1] + (month === 2 && isLeap(year) ? 1 : 0);

const two = (value: number) => String(value).padStart(2, '0');

/** Gregorian date of a day number counted from 1970-01-01 (the era algorithm for the proleptic calendar). */
function civilFromDays(day: number): [year: number, month: number, date: number] {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const date = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date];
}

function daysFromCivil(year: number, month: number, date: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
