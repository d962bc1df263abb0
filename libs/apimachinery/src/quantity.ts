/**
 * Amounts of resources: `500m`, `1.5Gi`, `2e3`. Exact to a billionth, compared and added without rounding.
 * Models apimachinery pkg/api/resource Quantity.
 */
export interface Quantity {
  /** The amount in billionths. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** The family of suffixes that the amount was written in and is printed in. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** A text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const NANO = 1_000_000_000n;
/** Amounts beyond this are capped, as upstream's are at 2^63 - 1. */
const MAXIMUM_NANO = (2n ** 63n - 1n) * NANO;
const FORMAT_WRONG =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_WRONG = "unable to parse quantity's suffix";

const BINARY_SUFFIXES = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const DECIMAL_SUFFIXES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(DECIMAL_EXPONENTS).map(([suffix, exponent]) => [exponent, suffix]),
);

/** Reads a quantity or throws {@link QuantityError}. */
export function parseQuantity(text: string): Quantity {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([a-zA-Z]*)([-+]?\d*)$/.exec(text);
  if (!match || match[2] + (match[3] ?? '') === '') throw new QuantityError(FORMAT_WRONG);
  const [, sign, whole, fraction = '', letters, exponentText] = match;
  const { base, exponent, format } = suffixOf(letters, exponentText);
  const digits = BigInt(whole + fraction || '0');
  const shift = (base === 10 ? exponent : 0) - fraction.length + 9;
  const multiplied = base === 2 ? digits * 2n ** BigInt(exponent) : digits;
  const magnitude =
    shift >= 0 ? multiplied * 10n ** BigInt(shift) : roundUp(multiplied, 10n ** BigInt(-shift));
  const capped = magnitude > MAXIMUM_NANO ? MAXIMUM_NANO : magnitude;
  return { nano: sign === '-' ? -capped : capped, format };
}

function suffixOf(
  letters: string,
  exponentText: string,
): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  if (exponentText !== '') {
    const exponent = Number(exponentText);
    if (!/^[eE]$/.test(letters) || !Number.isInteger(exponent) || Math.abs(exponent) > 999) {
      throw new QuantityError(SUFFIX_WRONG);
    }
    return { base: 10, exponent, format: 'DecimalExponent' };
  }
  const power = BINARY_SUFFIXES.indexOf(letters);
  if (power >= 0) return { base: 2, exponent: 10 * (power + 1), format: 'BinarySI' };
  if (!Object.hasOwn(DECIMAL_EXPONENTS, letters)) throw new QuantityError(SUFFIX_WRONG);
  return { base: 10, exponent: DECIMAL_EXPONENTS[letters], format: 'DecimalSI' };
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

/** The canonical text: no fraction, the largest suffix that loses nothing. Models Quantity CanonicalizeBytes. */
export function formatQuantity(quantity: Quantity): string {
  const negative = quantity.nano < 0n;
  const magnitude = negative ? -quantity.nano : quantity.nano;
  if (magnitude === 0n) return '0';
  const binary = quantity.format === 'BinarySI' && magnitude >= 1024n * NANO;
  return (
    (negative ? '-' : '') + (binary ? formatBinary(magnitude) : formatDecimal(magnitude, quantity.format))
  );
}

function formatBinary(magnitude: bigint): string {
  let amount = roundUp(magnitude, NANO);
  let power = 0;
  while (power < BINARY_SUFFIXES.length && amount % 1024n === 0n) {
    amount /= 1024n;
    power++;
  }
  return `${amount}${power === 0 ? '' : BINARY_SUFFIXES[power - 1]}`;
}

function formatDecimal(magnitude: bigint, format: QuantityFormat): string {
  let amount = magnitude;
  let exponent = -9;
  while (exponent < 18 && amount % 1000n === 0n) {
    amount /= 1000n;
    exponent += 3;
  }
  if (format !== 'DecimalExponent') return `${amount}${DECIMAL_SUFFIXES[exponent]}`;
  return exponent === 0 ? String(amount) : `${amount}e${exponent}`;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The sum, in the format of `a` unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** The amount in thousandths, rounded up: CPU arithmetic. */
export function milliValue(quantity: Quantity): number {
  return Number(ceilDivide(quantity.nano, 1_000_000n));
}

/** The amount in whole units, rounded up: bytes, counts. */
export function wholeValue(quantity: Quantity): number {
  return Number(ceilDivide(quantity.nano, NANO));
}

/** Whether the text is the canonical form or has one; undefined when it is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  try {
    return formatQuantity(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

function ceilDivide(value: bigint, divisor: bigint): bigint {
  return value >= 0n ? roundUp(value, divisor) : value / divisor;
}
