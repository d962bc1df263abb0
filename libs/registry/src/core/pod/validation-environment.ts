import type { Container, EnvVar, EnvVarSource } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  configMapKeyErrors,
  dns1123SubdomainErrors,
  environmentVariableNameErrors,
  invalid,
  notSupported,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';

/** Models pkg/apis/core/validation ValidateEnv. */
export function validateEnv(variables: readonly EnvVar[], path: Path): FieldError[] {
  return variables.flatMap(({ name = '', value, valueFrom }, index) => {
    const at = path.index(index);
    const errors = name
      ? environmentVariableNameErrors(name).map((message) => invalid(at.child('name'), name, message))
      : [required(at.child('name'))];
    return valueFrom ? [...errors, ...validateValueFrom(valueFrom, value, at.child('valueFrom'))] : errors;
  });
}

/** Models pkg/apis/core/validation validateEnvVarValueFrom. */
function validateValueFrom(source: EnvVarSource, value: string | undefined, path: Path): FieldError[] {
  const errors = [...validateFieldRef(source, path.child('fieldRef')), ...validateKeyRefs(source, path)];
  const sources = Object.keys(source).length;
  if (sources === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', detail));
  } else if (value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1)
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields of a pod that the downward API knows, but no variable may have. Models pkg/apis/core/pods ConvertDownwardAPIFieldLabel. */
const NOT_FOR_VARIABLES = [
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
];

/** Models pkg/apis/core/validation validateObjectFieldSelector. */
function validateFieldRef({ fieldRef }: EnvVarSource, path: Path): FieldError[] {
  if (!fieldRef) return [];
  const { fieldPath } = fieldRef;
  if (!fieldPath) return [required(path.child('fieldPath'))];
  const subscripted = /^(.*)\['(.*)'\]$/.exec(fieldPath);
  if (subscripted) return validateSubscript(subscripted[1], subscripted[2], path);
  if (FIELDS.includes(fieldPath)) return [];
  if (NOT_FOR_VARIABLES.includes(fieldPath)) {
    return [notSupported(path.child('fieldPath'), fieldPath, FIELDS)];
  }
  const detail = `error converting fieldPath: field label not supported: ${fieldPath}`;
  return [invalid(path.child('fieldPath'), fieldPath, detail)];
}

function validateSubscript(map: string, key: string, path: Path): FieldError[] {
  if (map !== 'metadata.labels' && map !== 'metadata.annotations')
    return [invalid(path, map, 'does not support subscript')];
  const checked = map === 'metadata.annotations' ? key.toLowerCase() : key;
  return qualifiedNameErrors(checked).map((message) => invalid(path, checked, message));
}

/** Models pkg/apis/core/validation validateConfigMapKeySelector and validateSecretKeySelector. */
function validateKeyRefs({ configMapKeyRef, secretKeyRef }: EnvVarSource, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const references = { configMapKeyRef, secretKeyRef };
  for (const field of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = references[field];
    if (!reference) continue;
    const { name = '', key } = reference;
    errors.push(
      ...dns1123SubdomainErrors(name).map((message) => invalid(path.child(field, 'name'), name, message)),
    );
    if (!key) errors.push(required(path.child(field, 'key')));
    else
      errors.push(
        ...configMapKeyErrors(key).map((message) => invalid(path.child(field, 'key'), key, message)),
      );
  }
  return errors;
}

/** Models pkg/apis/core/validation ValidateEnvFrom: the number of sources is told of the list, not of the item. */
export function validateEnvFrom({ envFrom = [] }: Container, path: Path): FieldError[] {
  return envFrom.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = path.index(index);
    const errors: FieldError[] = [];
    for (const message of prefix ? environmentVariableNameErrors(prefix) : []) {
      errors.push(invalid(at.child('prefix'), prefix, message));
    }
    if (configMapRef && !configMapRef.name) errors.push(required(at.child('configMapRef', 'name')));
    if (secretRef && !secretRef.name) errors.push(required(at.child('secretRef', 'name')));
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}
