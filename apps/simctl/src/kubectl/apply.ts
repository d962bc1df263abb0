import type { KubeObject } from '@podlab/apimachinery';
import { parseAllDocuments } from 'yaml';
import { kubeJson, KubeCallError, type KubeDoor } from './kube-call';
import { kindOf, pathOf, titleOf } from './resources';

/** Creates each document, or merges what differs; one line a document, as `kubectl apply` prints. */
export function applyManifests(cluster: KubeDoor, text: string, namespace: string): string {
  return parseAllDocuments(text, { version: '1.1' })
    .map((document) => document.toJS() as KubeObject | null)
    .flatMap((manifest) => (manifest ? [applyOne(cluster, manifest, namespace)] : []))
    .join('\n');
}

function applyOne(cluster: KubeDoor, manifest: KubeObject, namespace: string): string {
  const kind = kindOf(manifest);
  const { name = '' } = manifest.metadata;
  if (!kind) return `error: no matches for kind "${manifest.kind}" in version "${manifest.apiVersion}"`;
  const home = manifest.metadata.namespace ?? namespace;
  const path = pathOf(kind, home, name);
  const before = findVersion(cluster, path);
  if (before === undefined) {
    kubeJson(cluster, { method: 'POST', path: pathOf(kind, home), body: manifest });
    return `${titleOf(kind, name)} created`;
  }
  const content_type = 'application/strategic-merge-patch+json';
  const after = kubeJson<KubeObject>(cluster, { method: 'PATCH', path, content_type, body: manifest });
  const changed = after.metadata.resourceVersion !== before;
  return `${titleOf(kind, name)} ${changed ? 'configured' : 'unchanged'}`;
}

function findVersion(cluster: KubeDoor, path: string): string | undefined {
  try {
    return kubeJson<KubeObject>(cluster, { method: 'GET', path }).metadata.resourceVersion;
  } catch (error) {
    if (error instanceof KubeCallError && error.status.code === 404) return undefined;
    throw error;
  }
}
