import type { FieldError, Path } from '@podlab/apimachinery';
import { forbidden, notSupported } from '@podlab/apimachinery';

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const MODES = Object.keys(SHORT).sort();
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** `RWO,ROX`. Models pkg/apis/core/helper GetAccessModesAsString. */
export function accessModesText(modes: readonly string[] = []): string {
  return Object.keys(SHORT)
    .filter((mode) => modes.includes(mode))
    .map((mode) => SHORT[mode])
    .join(',');
}

/** What claims and volumes check alike. Models pkg/apis/core/validation ValidatePersistentVolumeSpec. */
export function accessModeErrors(modes: readonly string[], path: Path): FieldError[] {
  const errors = modes.filter((mode) => !MODES.includes(mode)).map((mode) => notSupported(path, mode, MODES));
  if (modes.includes('ReadWriteOncePod') && new Set(modes).size > 1)
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}
