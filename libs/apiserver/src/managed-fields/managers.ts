import type { FieldError } from '@podlab/apimachinery';
import { newInvalid } from '@podlab/apimachinery';
import type { Query } from '../request/query';

/** The longest name of a field manager, in bytes. Models apimachinery meta/v1/validation FieldManagerMaxLength. */
const MANAGER_BYTES = 128;

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
 * The manager's name of a request: `fieldManager`, or the client's program. Throws 422.
 * Models apiserver pkg/endpoints/handlers managerOrUserAgent and apimachinery meta/v1/validation ValidateFieldManager.
 */
export function managerOfRequest(query: Query, userAgent: string, optionsKind: string): string {
  const manager = query.get('fieldManager') ?? '';
  const errors: FieldError[] = [];
  if (manager.length > MANAGER_BYTES) {
    const detail = `may not be more than ${MANAGER_BYTES} bytes`;
    errors.push({ type: 'FieldValueTooLong', field: 'fieldManager', badValue: manager, detail });
  }
  if (/\p{C}/u.test(manager)) {
    const detail = 'should only contain printable characters';
    errors.push({ type: 'FieldValueInvalid', field: 'fieldManager', badValue: manager, detail });
  }
  if (errors.length > 0) throw newInvalid(`${optionsKind}.meta.k8s.io`, '', errors);
  return manager || program(userAgent) || 'unknown';
}

function program(userAgent: string): string {
  return userAgent.split('/')[0].replace(/\p{C}/gu, '').slice(0, MANAGER_BYTES);
}
