import { withoutManagedFields, type KubeObject } from '@podlab/apimachinery';
import { withShownManagers } from '../managed-fields/field-manager';
import type { AnyStrategy } from '../registry/strategy-index';

/** How much of each object a Table's rows carry: the query parameter `includeObject`. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** A meta.k8s.io/v1 Table of `objects`. Models k8s.io/apiserver pkg/endpoints/handlers asTable. */
export function tableOf(
  strategy: AnyStrategy,
  objects: readonly KubeObject[],
  options: { now: number; include: IncludeObject; metadata: object; headers: boolean },
): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: options.headers ? columnDefinitions(strategy) : null,
    rows: objects.map((object) => ({
      cells: strategy.columns.map((column) => column.value(object, options.now)),
      object: rowObject(object, options.include),
    })),
  };
}

function columnDefinitions(strategy: AnyStrategy): object[] {
  return strategy.columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
}

function rowObject(object: KubeObject, include: IncludeObject): object | null {
  if (include === 'None') return null;
  if (include === 'Object') return withShownManagers(object);
  const { metadata } = withoutManagedFields(object);
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
