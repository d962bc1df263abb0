import type { TypedLocalObjectReference } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { dns1123SubdomainErrors, invalid, pathSegmentNameErrors, required } from '@podlab/apimachinery';

/** Models pkg/apis/networking/validation validateIngressTypedLocalObjectReference. */
export function validateTypedReference(
  { apiGroup, kind, name }: TypedLocalObjectReference,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const message of apiGroup === undefined ? [] : dns1123SubdomainErrors(apiGroup))
    errors.push(invalid(path.child('apiGroup'), apiGroup, message));
  for (const [field, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    if (!value) errors.push(required(path.child(field)));
    else
      for (const message of pathSegmentNameErrors(value))
        errors.push(invalid(path.child(field), value, message));
  }
  return errors;
}
