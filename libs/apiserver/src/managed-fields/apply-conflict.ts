import type { FieldConflict, StatusError } from '@podlab/apimachinery';
import { newApplyConflict, pathText } from '@podlab/apimachinery';
import type { ManagerIdentity } from './entries';

/** 409 with upstream's words. Models k8s.io/apimachinery pkg/util/managedfields/internal conflict.go. */
export function applyConflict(
  conflicts: readonly FieldConflict[],
  identities: ReadonlyMap<string, ManagerIdentity>,
): StatusError {
  const named = conflicts.map(({ manager, path }) => ({
    manager: managerText(identities.get(manager) as ManagerIdentity),
    path: pathText(path),
  }));
  const causes = named.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field: path,
  }));
  return newApplyConflict(conflictMessage(named), causes);
}

function conflictMessage(named: readonly { manager: string; path: string }[]): string {
  if (named.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${named[0].manager}: ${named[0].path}`;
  }
  const managers = [...new Set(named.map(({ manager }) => manager))].sort();
  const lines = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...named.filter((each) => each.manager === manager).map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${named.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ manager, subresource, operation, apiVersion }: ManagerIdentity): string {
  const name = JSON.stringify(manager);
  const whole = subresource ? `${name} with subresource ${JSON.stringify(subresource)}` : name;
  return operation === 'Update' ? `${whole} using ${apiVersion}` : whole;
}
