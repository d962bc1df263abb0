import { callJson, readLines } from './http';
import type { KubeObject } from './kube-object';
import { pluralOf } from './plural';
import { asProblem, problemFromBody } from './problem';

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

export interface WatchLine {
  type: string;
  object: KubeObject;
}

/**
 * Every revision of an object that the cluster keeps, oldest first: a watch from the beginning, left as soon as it has
 * come to the present one. `cut`: the beginning is kept no more.
 */
export async function objectRevisions(
  cluster: string,
  object: KubeObject,
): Promise<{ revisions: WatchLine[]; cut: boolean }> {
  const { name, resourceVersion } = object.metadata;
  const path = kubePath(cluster, refer(object));
  const list = path.slice(0, path.lastIndexOf('/'));
  const from = (start: string) =>
    readLines<WatchLine>(
      `${list}?watch=1&timeoutSeconds=2&fieldSelector=metadata.name%3D${name}&resourceVersion=${start}`,
      (line) => line.object.metadata?.resourceVersion === resourceVersion,
    );
  const refused = (lines: readonly WatchLine[]) => lines.find(({ type }) => type === 'ERROR')?.object;
  const lines = await from('1').catch((error: unknown) => {
    if (asProblem(error).status === 410) return null;
    throw error;
  });
  if (lines && !refused(lines)) return { revisions: lines, cut: false };
  const kept = await from('');
  const problem = refused(kept);
  if (problem) throw problemFromBody(500, problem);
  return { revisions: kept, cut: true };
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
