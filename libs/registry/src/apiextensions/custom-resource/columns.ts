import type { CustomResourceColumnDefinition } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { PrinterColumn } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, since } from '../../printing/cells';
import { parseJsonPath, valuesAt } from './json-path';

/** The columns of a custom kind. Models k8s.io/apiextensions-apiserver pkg/registry/customresource/tableconvertor New. */
export function customColumns(
  definitions: readonly CustomResourceColumnDefinition[] = [],
): PrinterColumn<KubeObject>[] {
  if (definitions.length === 0) return [NAME_COLUMN, AGE_COLUMN];
  return [NAME_COLUMN, ...definitions.map(customColumn)];
}

function customColumn(definition: CustomResourceColumnDefinition): PrinterColumn<KubeObject> {
  const { name, type, format, description, priority } = definition;
  const path = parseJsonPath(definition.jsonPath) ?? [];
  return {
    name,
    type: type as PrinterColumn<KubeObject>['type'],
    ...(format && { format }),
    description:
      description ?? `Custom resource definition column (in JSONPath format): ${definition.jsonPath}`,
    priority: priority ? 1 : 0,
    value: (object, now) => cellOf(valuesAt(object, path)[0], type, now),
  };
}

/** Models cellForJSONValue: what is absent, or of another type than the column's, is an empty cell. */
function cellOf(value: unknown, type: string, now: number): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? since(value, now) : null;
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
