/** Calendar text of virtual time; `Date` is not used in the pure libraries. */

const DAY_MS = 86_400_000;

/** RFC 3339 in UTC with whole seconds, as `metav1.Time` is written: `2026-11-22T22:50:54Z`. */
export function rfc3339(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS);
  const seconds = Math.floor((atMs - day * DAY_MS) / 1000);
  const [year, month, date] = civilFromDays(day);
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (year < 0 || year > 9999) {
    const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
    return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}T${clock}Z`;
  }
  const century = Math.floor(year / 100);
  // Of its characters, not concatenated: one flat string, of which a cluster keeps many.
  return String.fromCharCode(
    tens(century),
    ones(century),
    tens(year),
    ones(year),
    DASH,
    tens(month),
    ones(month),
    DASH,
    tens(date),
    ones(date),
    LETTER_T,
    tens(hour),
    ones(hour),
    COLON,
    tens(minute),
    ones(minute),
    COLON,
    tens(second),
    ones(second),
    LETTER_Z,
  );
}

const ZERO = 48;
const DASH = 45;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const ones = (value: number) => ZERO + (value % 10);
const tens = (value: number) => ZERO + (Math.floor(value / 10) % 10);

/** RFC 3339 in UTC with microseconds, as `metav1.MicroTime` is written. */
export function rfc3339Micro(atMs: number): string {
  const whole = Math.floor(atMs);
  const millis = String(((whole % 1000) + 1000) % 1000).padStart(3, '0');
  return rfc3339(atMs).replace('Z', `.${millis}000Z`);
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Milliseconds since the Unix epoch of an RFC 3339 text; NaN when it is none. */
export function parseRfc3339(text: string): number {
  if (!isWholeSeconds(text)) return parseAny(text);
  const year = twoAt(text, 0) * 100 + twoAt(text, 2);
  return millisOf(year, twoAt(text, 5), twoAt(text, 8), twoAt(text, 11), twoAt(text, 14), twoAt(text, 17));
}

function parseAny(text: string): number {
  const match = RFC3339.exec(text);
  if (!match) return NaN;
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map(Number);
  if (Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59) return NaN;
  const millis = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const offset = match[8] ? (match[8] === '-' ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10])) : 0;
  return millisOf(year, month, date, hour, minute, second) - offset * 60_000 + millis;
}

/** Whether a text has the signs where {@link rfc3339} writes them: nearly all have. */
function isWholeSeconds(text: string): boolean {
  return (
    text.length === 20 &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === LETTER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === LETTER_Z
  );
}

/** The number of two digits; NaN when they are none. */
function twoAt(text: string, at: number): number {
  const first = text.charCodeAt(at) - ZERO;
  const second = text.charCodeAt(at + 1) - ZERO;
  return first >= 0 && first <= 9 && second >= 0 && second <= 9 ? first * 10 + second : NaN;
}

/** Milliseconds since the Unix epoch of a moment in UTC; NaN when there is none such. */
function millisOf(
  year: number,
  month: number,
  date: number,
  hour: number,
  minute: number,
  second: number,
): number {
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  if (month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return NaN;
  return daysFromCivil(year, month, date) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
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
