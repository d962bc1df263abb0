import { canonicalQuantity, milliValue, parseQuantity, quote, type Path } from '@podlab/apimachinery';

/** What is said of those of `names` whose amount is no whole number of bytes. */
export function fractionalBytesWarnings(
  amounts: Readonly<Record<string, string>> | undefined,
  names: readonly string[],
  path: Path,
): string[] {
  return names.flatMap((name) => {
    const text = canonicalQuantity(amounts?.[name] ?? '0');
    if (text === undefined || milliValue(parseQuantity(text)) % 1000 === 0) return [];
    return [
      `${path.key(name).toString()}: fractional byte value ${quote(text)} is invalid, must be an integer`,
    ];
  });
}
