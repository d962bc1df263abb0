import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { NAME_COLUMN, textColumn } from '../../printing/cells';
import { validateDefinition, validateDefinitionUpdate } from './validation';

/** Keeps a definition until all objects of its kind are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

function rememberStored({ spec, status }: CustomResourceDefinition, draft: CustomResourceDefinition): void {
  const stored = spec.versions.find(({ storage }) => storage)?.name;
  const known = status?.storedVersions ?? [];
  if (stored && !known.includes(stored))
    draft.status = { ...draft.status, storedVersions: [...known, stored] };
}

/** Models k8s.io/apiextensions-apiserver pkg/registry/customresourcedefinition strategy. */
export const customResourceDefinitionStrategy: Strategy<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  columns: [
    NAME_COLUMN,
    textColumn('Created At', 'When the definition was made', (each) => each.metadata.creationTimestamp ?? ''),
  ],
  hasGeneration: true,
  defaults(draft) {
    draft.spec.conversion ??= { strategy: 'None' };
    const { names } = draft.spec;
    if (!names?.kind) return;
    names.singular ||= names.kind.toLowerCase();
    names.listKind ||= `${names.kind}List`;
  },
  prepareForCreate(draft, context) {
    draft.status = { acceptedNames: { plural: '', kind: '' }, conditions: [], storedVersions: [] };
    rememberStored(draft, draft);
    if (!draft.metadata.creationTimestamp) draft.metadata.creationTimestamp = context.timestamp();
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
    rememberStored(draft, draft);
  },
  /** Models pkg/registry/customresourcedefinition etcd.go Delete. */
  prepareForDelete(draft) {
    const { finalizers = [], deletionTimestamp } = draft.metadata;
    if (finalizers.includes(CLEANUP_FINALIZER) || isTerminating(draft)) return;
    draft.metadata.finalizers = [...finalizers, CLEANUP_FINALIZER];
    const condition: CustomResourceDefinitionCondition = {
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: deletionTimestamp,
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    };
    draft.status = { ...draft.status, conditions: [...(draft.status?.conditions ?? []), condition] };
  },
  isHeld: ({ metadata }) => !metadata.deletionTimestamp,
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  status: {},
};

function isTerminating({ status }: CustomResourceDefinition): boolean {
  return status?.conditions?.some(({ type }) => type === 'Terminating') ?? false;
}
