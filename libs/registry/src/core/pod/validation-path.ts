import type { FieldError, Path } from '@podlab/apimachinery';
import { invalid } from '@podlab/apimachinery';

/** A path that stays below where it starts. Models pkg/apis/core/validation validateLocalDescendingPath. */
export function validateDescendingPath(target: string, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (target.startsWith('/')) errors.push(invalid(path, target, 'must be a relative path'));
  if (target.split('/').includes('..')) errors.push(invalid(path, target, "must not contain '..'"));
  return errors;
}

/** A name of a file in a volume, where what begins with `..` is the kubelet's. Models ValidateLocalNonReservedPath. */
export function validateNonReservedPath(target: string, path: Path): FieldError[] {
  const errors = validateDescendingPath(target, path);
  if (/^\.\.[^/]/.test(target)) errors.push(invalid(path, target, "must not start with '..'"));
  return errors;
}
