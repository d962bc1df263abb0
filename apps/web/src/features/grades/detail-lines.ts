/** What a line of the time line tells beside its kind, as names and texts; the kind says whether a hand was raised. */
export function detailLines(detail: Record<string, unknown>): [name: string, text: string][] {
  return Object.entries(detail).flatMap(([name, value]): [string, string][] => {
    const text = name === 'raised' ? '' : textOf(value);
    return text === '' ? [] : [[name, text]];
  });
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, inner]) => `${name}: ${textOf(inner)}`)
      .join(' · ');
  return typeof value === 'boolean' ? (value ? '✓' : '') : String(value as string | number);
}
