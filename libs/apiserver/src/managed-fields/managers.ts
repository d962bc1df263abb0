import type { FieldError } from '@podlab/apimachinery';
import { invalid, newInvalid, Path, tooLong } from '@podlab/apimachinery';
import { utf8Encode } from '@podlab/kernel';
import type { Query } from '../request/query';

/** The longest name of a field manager, in bytes. Models apimachinery meta/v1/validation FieldManagerMaxLength. */
const MANAGER_BYTES = 128;
const FIELD = Path.of('fieldManager');

/** Upstream's process for components that are processes of their own there. */
const PROCESSES: Readonly<Record<string, string>> = {
  'kubernetes-admin': 'kubeadm',
  'system:scheduler': 'kube-scheduler',
  'system:kubelet': 'kubelet',
  'system:kube-proxy': 'kube-proxy',
  'system:cloud-provider': 'cloud-controller-manager',
  'system:ingress-controller': 'nginx-ingress-controller',
};

/** The manager's name of a write by one of the cluster's own components. */
export function managerOfComponent(user: string): string {
  return PROCESSES[user] ?? 'kube-controller-manager';
}

/**
 * The manager's name of a request; the transport fills it in from the client's program where the query has none.
 * Throws 422. Models apimachinery meta/v1/validation ValidateFieldManager.
 */
export function managerOfRequest(query: Query, optionsKind: string): string {
  const manager = query.get('fieldManager') ?? '';
  const errors: FieldError[] = [];
  if (utf8Encode(manager).length > MANAGER_BYTES) errors.push(tooLong(FIELD, MANAGER_BYTES));
  if (/\p{C}/u.test(manager))
    errors.push(invalid(FIELD, manager, 'should only contain printable characters'));
  if (errors.length > 0) throw newInvalid(`${optionsKind}.meta.k8s.io`, '', errors);
  return manager || 'unknown';
}
