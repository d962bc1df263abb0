import type { Namespace } from '@podlab/api';
import { nameIsDnsLabel } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const FINALIZER = 'kubernetes';

/** Models k8s.io/kubernetes pkg/registry/core/namespace strategy. */
export const namespaceStrategy: Strategy<Namespace> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'The status of the namespace', (namespace) => namespace.status?.phase ?? ''),
    AGE_COLUMN,
  ],
  validateName: nameIsDnsLabel,
  defaults(draft) {
    draft.spec ??= {};
    const { metadata } = draft;
    if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Active' };
    const finalizers = draft.spec.finalizers ?? [];
    if (!finalizers.includes(FINALIZER)) draft.spec.finalizers = finalizers.concat(FINALIZER);
  },
  prepareForUpdate(draft, old) {
    draft.spec = old.spec;
    draft.status = old.status;
  },
  prepareForDelete(draft) {
    draft.status = { ...draft.status, phase: 'Terminating' };
  },
  isHeld: (namespace) => (namespace.spec.finalizers ?? []).length > 0,
  status: {},
  selectableFields: (namespace) => ({ 'status.phase': namespace.status?.phase ?? '' }),
};
