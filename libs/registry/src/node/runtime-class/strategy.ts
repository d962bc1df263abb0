import type { RuntimeClass } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { dns1123LabelErrors, immutable, invalid, Path, required } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';

const HANDLER = Path.of('handler');

/** Models k8s.io/kubernetes pkg/registry/node/runtimeclass strategy. */
export const runtimeClassStrategy: Strategy<RuntimeClass> = {
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Handler',
      'handler specifies the underlying runtime and configuration that the CRI implementation will use to handle pods of this class.',
      ({ handler }) => handler,
    ),
    AGE_COLUMN,
  ],
  validate: validateClass,
  validateUpdate: (draft, old) => [
    ...(draft.handler === old.handler ? [] : [immutable(HANDLER, draft.handler)]),
  ],
};

/** Models pkg/apis/node/validation ValidateRuntimeClass. */
function validateClass({ handler }: RuntimeClass): FieldError[] {
  if (!handler) return [required(HANDLER)];
  return dns1123LabelErrors(handler).map((message) => invalid(HANDLER, handler, message));
}
