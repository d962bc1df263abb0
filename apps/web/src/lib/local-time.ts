const two = (value: number): string => String(value).padStart(2, '0');

/** An instant as `<input type="datetime-local">` has it, in the reader's own time zone; none is empty. */
export function localTimeOf(instant: string | null): string {
  if (instant === null) return '';
  const at = new Date(instant);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export const instantOf = (local: string): string | null => (local ? new Date(local).toISOString() : null);
