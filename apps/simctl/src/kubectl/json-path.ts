/** The value at `{.items[0].status.podIP}`: fields and indexes, no filters. Undefined where there is nothing. */
export function jsonPath(value: unknown, template: string): unknown {
  const steps = template.match(/[^.[\]{}']+/g) ?? [];
  return steps.reduce<unknown>(
    (found, step) =>
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[step] : undefined,
    value,
  );
}
