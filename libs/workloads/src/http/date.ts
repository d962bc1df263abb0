const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The parts of a UTC moment that servers print. */
export interface CalendarText {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly monthNumber: string;
  readonly year: string;
  readonly time: string;
}

/** Takes apart an RFC 3339 text in UTC (`2026-03-02T09:00:00Z`) that stands for `atMs`. */
export function calendarText(rfc3339: string, atMs: number): CalendarText {
  const monthNumber = rfc3339.slice(5, 7);
  return {
    weekday: DAYS[((Math.floor(atMs / 86_400_000) % 7) + 7) % 7],
    day: rfc3339.slice(8, 10),
    month: MONTHS[Number(monthNumber) - 1],
    monthNumber,
    year: rfc3339.slice(0, 4),
    time: rfc3339.slice(11, 19),
  };
}

/** The value of a `Date` header: `Mon, 02 Mar 2026 09:00:00 GMT`. */
export function httpDate(rfc3339: string, atMs: number): string {
  const { weekday, day, month, year, time } = calendarText(rfc3339, atMs);
  return `${weekday}, ${day} ${month} ${year} ${time} GMT`;
}

/** The time of an access log line: `02/Mar/2026:09:00:00 +0000`. */
export function accessLogTime(rfc3339: string, atMs: number): string {
  const { day, month, year, time } = calendarText(rfc3339, atMs);
  return `${day}/${month}/${year}:${time} +0000`;
}
