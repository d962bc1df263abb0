import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '@podlab/api';
import type { FieldError, KubeObject } from '@podlab/apimachinery';
import { newMethodNotSupported } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { applyDefaults } from '../schema/defaulting';
import { prune } from '../schema/prune';
import { isObject, type JsonObject } from '../schema/types';
import { validateValue } from '../schema/validate';
import { customColumns } from './columns';
import { parseJsonPath, valuesAt } from './json-path';
import { byVersionPriority } from './version-priority';

/** Whether a condition of a definition is true. */
export function isTrue({ status }: CustomResourceDefinition, type: string): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
}

/** The strategies of the kind that a definition declares, its preferred version first; none until it is established. */
export function customStrategies(definition: CustomResourceDefinition): Strategy[] {
  if (!isTrue(definition, 'Established')) return [];
  return definition.spec.versions
    .filter(({ served, storage }) => served || storage)
    .sort((a, b) => byVersionPriority(a.name, b.name))
    .map((version) => customStrategy(definition, version));
}

/** Models k8s.io/apiextensions-apiserver pkg/registry/customresource strategy. */
function customStrategy(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): Strategy {
  const { group, names, scope } = definition.spec;
  const schema = version.schema?.openAPIV3Schema ?? {};
  const stored = definition.spec.versions.find(({ storage }) => storage)?.name ?? version.name;
  const storedVersion = `${group}/${stored}`;
  const apiVersion = `${group}/${version.name}`;
  const { status, scale } = version.subresources ?? {};
  const toStored = (draft: KubeObject) => void (draft.apiVersion = storedVersion);
  const refused = (draft: KubeObject) => validateCustom(draft, schema);
  return {
    group,
    version: version.name,
    kind: names.kind,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    ...(names.shortNames && { shortNames: names.shortNames }),
    ...(names.categories && { categories: names.categories }),
    namespaced: scope === 'Namespaced',
    columns: customColumns(version.additionalPrinterColumns),
    custom: {
      served: version.served,
      storedVersion,
      prune: (body) => prune(body as JsonObject, schema),
      schema,
    },
    hasGeneration: true,
    defaults: (draft) => applyDefaults(draft, withoutMetadata(schema)),
    prepareForCreate(draft) {
      if (isTrue(definition, 'Terminating'))
        throw newMethodNotSupported(`${names.plural}.${group}`, 'create');
      toStored(draft);
      if (status) delete (draft as unknown as JsonObject)['status'];
    },
    prepareForUpdate(draft, old) {
      toStored(draft);
      if (status) copyStatus(draft, old);
    },
    validate: refused,
    validateUpdate: refused,
    present: (object) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion }),
    ...(version.deprecated && {
      deprecation: version.deprecationWarning ?? `${apiVersion} ${names.kind} is deprecated`,
    }),
    ...(version.selectableFields && {
      selectableFields: (object: KubeObject) => selectable(object, version.selectableFields ?? []),
    }),
    ...(status !== undefined && { status: { validateUpdate: refused } }),
    ...(scale && { scale: scaleOf(scale) }),
  };
}

function withoutMetadata(schema: JSONSchemaProps): JSONSchemaProps {
  const { metadata: _, ...properties } = schema.properties ?? {};
  return { ...schema, properties };
}

function validateCustom(draft: KubeObject, schema: JSONSchemaProps): FieldError[] {
  return validateValue(draft, withoutMetadata(schema));
}

function copyStatus(draft: KubeObject, old: KubeObject): void {
  const [to, from] = [draft as unknown as JsonObject, old as unknown as JsonObject];
  if (from['status'] === undefined) delete to['status'];
  else to['status'] = from['status'];
}

function selectable(object: KubeObject, fields: readonly { jsonPath: string }[]): Record<string, string> {
  const values = fields.map(({ jsonPath }) => {
    const [value] = valuesAt(object, parseJsonPath(jsonPath) ?? []);
    return [jsonPath.slice(1), value === undefined || typeof value === 'object' ? '' : String(value)];
  });
  return Object.fromEntries(values) as Record<string, string>;
}

function scaleOf(paths: {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}): NonNullable<Strategy['scale']> {
  const at = (object: KubeObject, path = '') => valuesAt(object, parseJsonPath(path) ?? [])[0];
  const count = (object: KubeObject, path: string) => Number(at(object, path) ?? 0);
  return {
    replicas: (object) => ({
      spec: count(object, paths.specReplicasPath),
      status: count(object, paths.statusReplicasPath),
      selector: paths.labelSelectorPath ? String(at(object, paths.labelSelectorPath) ?? '') : '',
    }),
    setReplicas(draft, replicas) {
      const names = paths.specReplicasPath.slice(1).split('.');
      let place = draft as unknown as JsonObject;
      for (const name of names.slice(0, -1)) {
        const next = Object.hasOwn(place, name) ? place[name] : undefined;
        place = (place[name] = isObject(next) ? next : {}) as JsonObject;
      }
      place[names[names.length - 1]] = replicas;
    },
  };
}
