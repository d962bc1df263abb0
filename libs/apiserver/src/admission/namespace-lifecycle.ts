import type { Namespace } from '@podlab/api';
import { newForbidden, newNotFound, StatusError } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin, AdmissionRequest } from './admission';

const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Objects live only in namespaces that exist and are not going away.
 * Models k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle.
 */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admit(request) {
    if (request.operation === 'DELETE') refuseImmortal(request);
    if (request.operation === 'CREATE' && request.strategy.namespaced) requireNamespace(request);
  },
};

function refuseImmortal({ strategy, name }: AdmissionRequest): void {
  if (groupResourceOf(strategy) === 'namespaces' && IMMORTAL.has(name)) {
    throw newForbidden('namespaces', name, 'this namespace may not be deleted');
  }
}

function requireNamespace({ strategy, namespace, name, context }: AdmissionRequest): void {
  const found = context.get('namespaces', namespace) as Namespace | undefined;
  if (!found) throw newNotFound('namespaces', namespace);
  if (found.status?.phase !== 'Terminating' && !found.metadata.deletionTimestamp) return;
  const reason = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = newForbidden(groupResourceOf(strategy), name, reason);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw new StatusError({ ...error.status, details: { ...error.status.details, causes: [cause] } });
}
