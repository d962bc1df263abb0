import type { FieldError, Path } from '@podlab/apimachinery';
import { invalid, portNameErrors, portNumberErrors } from '@podlab/apimachinery';

/** The transport protocols of ports, in the order that refusals list them. */
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Models pkg/apis/core/validation ValidatePortNumOrName. */
export function validatePortNumberOrName(port: number | string, path: Path): FieldError[] {
  const messages = typeof port === 'number' ? portNumberErrors(port) : portNameErrors(port);
  return messages.map((message) => invalid(path, port, message));
}

export function validatePortNumber(port: number, path: Path): FieldError[] {
  return portNumberErrors(port).map((message) => invalid(path, port, message));
}

/** Models apimachinery pkg/api/validation ValidateNonnegativeField. */
export function validateNonNegative(value: number | undefined, path: Path): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}
