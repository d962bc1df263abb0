/** How many single changes (insert, remove, replace, swap neighbours) lead from one text to the other. */
export function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length];
}

/** The candidate that `text` was probably meant to be: few changes away, or the longer form of it. */
export function nearest<T>(
  text: string,
  candidates: readonly T[],
  nameOf: (candidate: T) => string,
): T | undefined {
  let best: { candidate: T; cost: number } | undefined;
  for (const candidate of candidates) {
    const name = nameOf(candidate);
    const part = name.startsWith(`${text}-`) || text.startsWith(`${name}-`) || name.endsWith(`-${text}`);
    const cost = part ? 2 : distance(text, name);
    if (cost <= Math.max(1, Math.floor(text.length / 3)) + (part ? 2 : 0) && (!best || cost < best.cost))
      best = { candidate, cost };
  }
  return best?.candidate;
}

/** The port whose number is the least changes away from the one that was asked; undefined where there is none. */
export function closestPort(port: number, ports: readonly number[]): number | undefined {
  const cost = (candidate: number) => distance(String(port), String(candidate));
  return [...ports].sort((a, b) => cost(a) - cost(b) || a - b)[0];
}
