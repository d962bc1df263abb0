import type { ClusterRoleBinding, RoleBinding } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn, wideColumn } from '../printing/cells';

type Binding = RoleBinding | ClusterRoleBinding;

/** Models pkg/printers/internalversion printRoleBinding and printClusterRoleBinding. */
export const BINDING_COLUMNS: readonly PrinterColumn<Binding>[] = [
  NAME_COLUMN,
  textColumn(
    'Role',
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error. This field is immutable.',
    ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  ),
  AGE_COLUMN,
  wideColumn('Users', 'Users in the roleBinding', (binding) => subjectsOf(binding, 'User')),
  wideColumn('Groups', 'Groups in the roleBinding', (binding) => subjectsOf(binding, 'Group')),
  wideColumn('ServiceAccounts', 'ServiceAccounts in the roleBinding', (binding) =>
    subjectsOf(binding, 'ServiceAccount'),
  ),
];

/** Models SubjectsStrings. */
function subjectsOf({ subjects = [] }: Binding, kind: string): string {
  return subjects
    .filter((each) => each.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ');
}
