import type { CrossVersionObjectReference } from '@podlab/api';
import { invalid, pathSegmentNameErrors, required, type FieldError, type Path } from '@podlab/apimachinery';

/** Models ValidateCrossVersionObjectReference. */
export function validateReference(
  reference: CrossVersionObjectReference | undefined,
  path: Path,
): FieldError[] {
  return (['kind', 'name'] as const).flatMap((field) => {
    const value = reference?.[field] ?? '';
    if (value === '') return [required(path.child(field))];
    return pathSegmentNameErrors(value).map((message) => invalid(path.child(field), value, message));
  });
}
