import type { ControllerRevision } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, controllerOf, immutable, required } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN, countColumn, textColumn } from '../../printing/cells';
import { validateNonNegative } from '../../validation/ports';

/** Models k8s.io/kubernetes pkg/registry/apps/controllerrevision strategy. */
export const controllerRevisionStrategy: Strategy<ControllerRevision> = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn('Controller', 'Controller of the object', controllerCell),
    countColumn(
      'Revision',
      'Revision indicates the revision of the state represented by Data.',
      ({ revision }) => revision,
    ),
    AGE_COLUMN,
  ],
  defaults(draft) {
    draft.revision ??= 0;
  },
  validate: validateControllerRevision,
  validateUpdate(draft, old) {
    const errors = validateControllerRevision(draft);
    if (!equalJson(draft.data, old.data)) errors.push(immutable(Path.of('data'), draft.data));
    return errors;
  },
};

/** Models pkg/apis/apps/validation ValidateControllerRevision. */
function validateControllerRevision({ data, revision }: ControllerRevision): FieldError[] {
  return [
    ...(data === undefined || data === null ? [required(Path.of('data'), 'data is mandatory')] : []),
    ...validateNonNegative(revision, Path.of('revision')),
  ];
}

/** `statefulset.apps/web`. Models pkg/printers/internalversion printControllerRevision. */
function controllerCell(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return '<none>';
  const slash = owner.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
  return `${(owner.kind + group).toLowerCase()}/${owner.name}`;
}
