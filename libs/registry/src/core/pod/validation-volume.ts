import type { KeyToPath, Volume } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { dns1123LabelErrors, duplicate, forbidden, invalid, required } from '@podlab/apimachinery';
import { validateNonReservedPath } from './validation-path';

const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

/** Models pkg/apis/core/validation ValidateVolumes; gives the names that mounts may use. */
export function validateVolumes(
  volumes: readonly Volume[],
  path: Path,
): { errors: FieldError[]; names: Set<string> } {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  volumes.forEach((volume, index) => {
    const at = path.index(index);
    const { name } = volume;
    if (!name) errors.push(required(at.child('name')));
    else {
      errors.push(...dns1123LabelErrors(name).map((message) => invalid(at.child('name'), name, message)));
      if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    }
    names.add(name);
    errors.push(...validateSource(volume, at));
  });
  return { errors, names };
}

function validateSource(volume: Volume, path: Path): FieldError[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  if (sources.length === 0) return [required(path, 'must specify a volume type')];
  const errors: FieldError[] = sources
    .slice(1)
    .map((key) => forbidden(path.child(key), 'may not specify more than 1 volume type'));
  if (volume.hostPath && !volume.hostPath.path) errors.push(required(path.child('hostPath', 'path')));
  if (volume.hostPath?.path?.split('/').includes('..')) {
    errors.push(invalid(path.child('hostPath', 'path'), volume.hostPath.path, "must not contain '..'"));
  }
  if (volume.secret && !volume.secret.secretName) errors.push(required(path.child('secret', 'secretName')));
  if (volume.configMap && !volume.configMap.name) errors.push(required(path.child('configMap', 'name')));
  const claim = volume.persistentVolumeClaim;
  if (claim && !claim.claimName) errors.push(required(path.child('persistentVolumeClaim', 'claimName')));
  if (volume.emptyDir?.sizeLimit?.trim().startsWith('-')) {
    const detail = 'SizeLimit field must be a valid resource quantity';
    errors.push(forbidden(path.child('emptyDir', 'sizeLimit'), detail));
  }
  for (const key of ['secret', 'configMap', 'projected', 'downwardAPI'] as const) {
    const mode = volume[key]?.defaultMode;
    if (mode !== undefined && (mode < 0 || mode > 0o777)) {
      errors.push(invalid(path.child(key, 'defaultMode'), mode, FILE_MODE));
    }
  }
  for (const key of ['secret', 'configMap'] as const)
    errors.push(...validateItems(volume[key]?.items ?? [], path.child(key, 'items')));
  return errors;
}

/** Models pkg/apis/core/validation validateKeyToPath. */
function validateItems(items: readonly KeyToPath[], path: Path): FieldError[] {
  return items.flatMap(({ key, path: target = '', mode }, index) => {
    const at = path.index(index);
    const errors: FieldError[] = [];
    if (!key) errors.push(required(at.child('key')));
    if (!target) errors.push(required(at.child('path')));
    errors.push(...validateNonReservedPath(target, at.child('path')));
    if (mode !== undefined && (mode < 0 || mode > 0o777))
      errors.push(invalid(at.child('mode'), mode, FILE_MODE));
    return errors;
  });
}
