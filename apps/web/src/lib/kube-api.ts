import { callJson } from './http';
import type { KubeObject } from './kube-object';
import { pluralOf } from './plural';

type Reference = { apiVersion: string; kind: string; namespace?: string; name: string };

const refer = (object: KubeObject | Reference): Reference =>
  'metadata' in object
    ? {
        apiVersion: object.apiVersion,
        kind: object.kind,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
      }
    : object;

export function kubePath(cluster: string, reference: Reference): string {
  const version = reference.apiVersion.includes('/')
    ? `apis/${reference.apiVersion}`
    : `api/${reference.apiVersion}`;
  const plural = pluralOf(reference.kind);
  const scope = reference.namespace ? `namespaces/${encodeURIComponent(reference.namespace)}/` : '';
  return `/clusters/${encodeURIComponent(cluster)}/${version}/${scope}${plural}/${encodeURIComponent(reference.name)}`;
}

export const deleteObject = (cluster: string, object: KubeObject | Reference) =>
  callJson<unknown>(kubePath(cluster, refer(object)), { method: 'DELETE' });

export const scaleObject = (cluster: string, object: KubeObject | Reference, replicas: number) =>
  callJson<unknown>(`${kubePath(cluster, refer(object))}/scale`, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    json: { spec: { replicas } },
  });

/** RFC 6902. */
export const patchObject = (cluster: string, object: KubeObject | Reference, patch: readonly unknown[]) =>
  callJson<unknown>(kubePath(cluster, refer(object)), {
    method: 'PATCH',
    contentType: 'application/json-patch+json',
    json: patch,
  });
