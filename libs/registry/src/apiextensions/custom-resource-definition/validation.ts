import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  dns1035LabelErrors,
  dns1123SubdomainErrors,
  forbidden,
  immutable,
  invalid,
  notSupported,
  Path,
  required,
} from '@podlab/apimachinery';
import { parseJsonPath } from '../custom-resource/json-path';
import { structuralErrors } from './structural';

const SPEC = Path.of('spec');
const SCOPES = ['Cluster', 'Namespaced'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

/** Models k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation ValidateCustomResourceDefinition. */
export function validateDefinition(draft: CustomResourceDefinition): FieldError[] {
  const { spec, metadata } = draft;
  const errors: FieldError[] = [];
  if (metadata.name !== `${spec.names.plural}.${spec.group}`) {
    const detail = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalid(Path.of('metadata', 'name'), metadata.name, detail));
  }
  return [
    ...errors,
    ...preserveErrors(draft),
    ...groupErrors(spec.group),
    ...scopeErrors(spec.scope),
    ...namesErrors(draft),
    ...versionsErrors(draft),
    ...conversionErrors(draft),
  ];
}

function preserveErrors({ spec }: CustomResourceDefinition): FieldError[] {
  const path = SPEC.child('preserveUnknownFields');
  return spec.preserveUnknownFields ? [invalid(path, true, 'must be false')] : [];
}

function groupErrors(group: string): FieldError[] {
  const path = SPEC.child('group');
  if (!group) return [required(path)];
  const errors = dns1123SubdomainErrors(group).map((text) => invalid(path, group, text));
  if (!group.includes('.')) errors.push(invalid(path, group, 'should be a domain with at least one dot'));
  if (group.endsWith('.k8s.io') || group.endsWith('.kubernetes.io')) {
    const detail = 'groups of Kubernetes itself are left out of this simulation';
    errors.push(forbidden(path, detail));
  }
  return errors;
}

function scopeErrors(scope: string): FieldError[] {
  const path = SPEC.child('scope');
  if (!scope) return [required(path)];
  return SCOPES.includes(scope) ? [] : [notSupported(path, scope, SCOPES)];
}

/** Models ValidateCustomResourceDefinitionNames. */
function namesErrors({ spec: { names } }: CustomResourceDefinition): FieldError[] {
  const path = SPEC.child('names');
  const errors: FieldError[] = [];
  const check = (field: string, value: string) => {
    if (!value) errors.push(required(path.child(field)));
    else
      for (const text of dns1035LabelErrors(value.toLowerCase()))
        errors.push(invalid(path.child(field), value, text));
  };
  check('plural', names.plural);
  check('singular', names.singular ?? '');
  check('kind', names.kind);
  check('listKind', names.listKind ?? '');
  if (names.plural && names.plural !== names.plural.toLowerCase())
    errors.push(invalid(path.child('plural'), names.plural, 'must be lowercase'));
  names.shortNames?.forEach((name, index) => {
    for (const text of dns1035LabelErrors(name))
      errors.push(invalid(path.child('shortNames').index(index), name, text));
  });
  if (names.kind && names.kind === names.listKind)
    errors.push(invalid(path.child('listKind'), names.listKind, 'kind and listKind may not be the same'));
  return errors;
}

function versionsErrors({ spec: { versions } }: CustomResourceDefinition): FieldError[] {
  const path = SPEC.child('versions');
  const errors: FieldError[] = [];
  const names = versions.map(({ name }) => name);
  if (new Set(names).size < names.length)
    errors.push(invalid(path, names, 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalid(path, names, 'must have exactly one version marked as storage version'));
  versions.forEach((version, index) => errors.push(...versionErrors(version, path.index(index))));
  return errors;
}

function versionErrors(version: CustomResourceDefinitionVersion, path: Path): FieldError[] {
  const { name, schema, subresources, additionalPrinterColumns = [] } = version;
  const errors = dns1035LabelErrors(name).map((text) => invalid(path.child('name'), name, text));
  const schemaPath = path.child('schema', 'openAPIV3Schema');
  if (!schema?.openAPIV3Schema) errors.push(required(schemaPath, 'schemas are required'));
  else errors.push(...structuralErrors(schema.openAPIV3Schema, schemaPath));
  if (subresources?.scale)
    errors.push(...scaleErrors(subresources.scale, path.child('subresources', 'scale')));
  additionalPrinterColumns.forEach(({ name: column, type, jsonPath }, index) => {
    const at = path.child('additionalPrinterColumns').index(index);
    if (!column) errors.push(required(at.child('name')));
    if (!type) errors.push(required(at.child('type'), `must be one of ${COLUMN_TYPES.join(',')}`));
    else if (!COLUMN_TYPES.includes(type)) {
      errors.push(invalid(at.child('type'), type, `must be one of ${COLUMN_TYPES.join(',')}`));
    }
    if (!jsonPath) errors.push(required(at.child('jsonPath')));
    else if (!jsonPath.startsWith('.') || !parseJsonPath(jsonPath)) {
      errors.push(
        invalid(at.child('jsonPath'), jsonPath, 'is no JSONPath that columns of this simulation can have'),
      );
    }
  });
  return errors;
}

/** Models ValidateCustomResourceDefinitionSubresources. */
function scaleErrors(
  scale: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string },
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  const check = (field: 'specReplicasPath' | 'statusReplicasPath' | 'labelSelectorPath', roots: string[]) => {
    const value = scale[field];
    if (!value) {
      if (field !== 'labelSelectorPath') errors.push(required(path.child(field)));
    } else if (!roots.some((root) => value.startsWith(root)) || /[[\]]|__proto__|\.\.|\.$/.test(value)) {
      const wanted = roots.map((root) => root.slice(0, -1)).join(' or ');
      errors.push(invalid(path.child(field), value, `should be a json path under ${wanted}`));
    }
  };
  check('specReplicasPath', ['.spec.']);
  check('statusReplicasPath', ['.status.']);
  check('labelSelectorPath', ['.spec.', '.status.']);
  return errors;
}

function conversionErrors({ spec: { conversion } }: CustomResourceDefinition): FieldError[] {
  const path = SPEC.child('conversion', 'strategy');
  const strategy = conversion?.strategy ?? 'None';
  if (strategy === 'Webhook') return [forbidden(path, 'conversion webhooks are left out of this simulation')];
  return strategy === 'None' ? [] : [notSupported(path, strategy, ['None', 'Webhook'])];
}

/** Models ValidateCustomResourceDefinitionUpdate: an established kind keeps its scope and names. */
export function validateDefinitionUpdate(
  draft: CustomResourceDefinition,
  old: CustomResourceDefinition,
): FieldError[] {
  const errors = validateDefinition(draft);
  if (draft.spec.group !== old.spec.group) errors.push(immutable(SPEC.child('group'), draft.spec.group));
  if (draft.spec.scope !== old.spec.scope) errors.push(immutable(SPEC.child('scope'), draft.spec.scope));
  for (const field of ['plural', 'kind'] as const) {
    const value = draft.spec.names[field];
    if (value !== old.spec.names[field]) errors.push(immutable(SPEC.child('names', field), value));
  }
  return errors;
}
