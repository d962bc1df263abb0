const UNITS = ['', 'K', 'M', 'G', 'T'];
const STEP = 1024;

/** A number of bytes in at most four characters: `512`, `4.0K`, `38G`. Models busybox libbb make_human_readable_str. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= STEP && unit < UNITS.length - 1; unit++) value /= STEP;
  if (unit === 0) return String(value);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${UNITS[unit]}`;
}
