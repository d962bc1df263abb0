import { percentErrors } from './names';
import { quote } from './quote';

/** A number, or a text such as a port's name or a percentage. Models apimachinery pkg/util/intstr. */
export type IntOrStringValue = number | string;

/** What a percentage of `total` comes to; a plain number is itself. Undefined when the text is no percentage. */
export function scaledIntOrPercent(
  value: IntOrStringValue,
  total: number,
  roundUp: boolean,
): number | undefined {
  if (typeof value === 'number') return value;
  if (percentErrors(value).length > 0) return undefined;
  const share = (Number(value.slice(0, -1)) * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}

/** The number of a plain value or of its percent sign; what validation compares. */
export function intOrPercentNumber(
  value: IntOrStringValue,
): { number: number; percent: boolean } | undefined {
  if (typeof value === 'number') return { number: value, percent: false };
  return percentErrors(value).length > 0 ? undefined : { number: Number(value.slice(0, -1)), percent: true };
}

/** The value as Go prints a bad one: texts quoted, numbers bare. */
export function intOrStringText(value: IntOrStringValue): string {
  return typeof value === 'number' ? String(value) : quote(value);
}
