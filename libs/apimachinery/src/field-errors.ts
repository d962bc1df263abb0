import type { Path } from './field-path';
import { quote } from './quote';

/** Why a field is wrong: the reasons of Status causes. Models k8s.io/apimachinery pkg/util/validation/field ErrorType. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTooFew'
  | 'FieldValueTooShort'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One wrong field of an object. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly badValue?: unknown;
  readonly detail: string;
}

const TITLES: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTooFew: 'Too few',
  FieldValueTooShort: 'Too short',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'FieldValueTooShort',
  'InternalError',
]);

/** The value is absent. */
export function required(field: Path, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field: field.toString(), badValue: '', detail };
}

/** The value is malformed or out of its bounds. */
export function invalid(field: Path, badValue: unknown, detail = ''): FieldError {
  return { type: 'FieldValueInvalid', field: field.toString(), badValue, detail };
}

/** The value is none of an enumeration; upstream prints the supported values in ascending order. */
export function notSupported(field: Path, badValue: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length > 0 ? `supported values: ${supported.map(quote).join(', ')}` : '';
  return { type: 'FieldValueNotSupported', field: field.toString(), badValue, detail };
}

/** The value occurs more than once where it must be unique. */
export function duplicate(field: Path, badValue: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field: field.toString(), badValue, detail: '' };
}

/** The value is well formed but not allowed here. */
export function forbidden(field: Path, detail = ''): FieldError {
  return { type: 'FieldValueForbidden', field: field.toString(), badValue: '', detail };
}

/** What the value names is not there. */
export function fieldNotFound(field: Path, badValue: unknown): FieldError {
  return { type: 'FieldValueNotFound', field: field.toString(), badValue, detail: '' };
}

/** The value has more than `maximum` bytes. */
export function tooLong(field: Path, maximum: number): FieldError {
  const detail = `may not be more than ${maximum} ${maximum === 1 ? 'byte' : 'bytes'}`;
  return { type: 'FieldValueTooLong', field: field.toString(), badValue: '<value omitted>', detail };
}

/** The list has more than `maximum` items. */
export function tooMany(field: Path, actual: number, maximum: number): FieldError {
  const detail = `must have at most ${maximum} ${maximum === 1 ? 'item' : 'items'}`;
  return { type: 'FieldValueTooMany', field: field.toString(), badValue: actual, detail };
}

/** The value has not the type that the field has. */
export function typeInvalid(field: Path, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field: field.toString(), badValue, detail };
}

/** The one text for a field that may not change any more. Models apimachinery pkg/api/validation FieldImmutableErrorMsg. */
export function immutable(field: Path, badValue: unknown): FieldError {
  return invalid(field, badValue, 'field is immutable');
}

/** The message without the field's name: `Invalid value: 70000: must be between …`. Models field.Error ErrorBody. */
export function errorBody(error: FieldError): string {
  let text = TITLES[error.type];
  if (!WITHOUT_VALUE.has(error.type)) text += `: ${badValueText(error.badValue)}`;
  return error.detail ? `${text}: ${error.detail}` : text;
}

/** `field: body`, one line of a refusal. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${errorBody(error)}`;
}

/** All messages of a refusal: one as it is, several in brackets, no text twice. Models field.ErrorList ToAggregate. */
export function aggregateText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorText))];
  return texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
}

function badValueText(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'null';
  return goJson(value);
}

/** JSON as Go's encoder writes it: `<`, `>` and `&` escaped. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
