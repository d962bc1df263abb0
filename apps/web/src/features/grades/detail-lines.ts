const TOLD_BY_THE_KIND: ReadonlySet<string> = new Set(['raised', 'shown', 'to']);

/** Their values are names of steps and checks, which are told by their titles. */
const NAMES: ReadonlySet<string> = new Set(['step', 'failed', 'passed']);

/** What a line of the time line tells beside its kind, as names and texts; the kind says what began or ended. */
export function detailLines(
  detail: Record<string, unknown>,
  titles: ReadonlyMap<string, string> = new Map(),
): [name: string, text: string][] {
  return Object.entries(detail).flatMap(([name, value]): [string, string][] => {
    const told = NAMES.has(name) ? [value].flat().map((each) => titles.get(each as string) ?? each) : value;
    const text = TOLD_BY_THE_KIND.has(name) ? '' : textOf(told);
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
