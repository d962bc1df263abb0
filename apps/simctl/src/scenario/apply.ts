import type { Cluster } from '@podlab/cluster';
import { parseAllDocuments } from 'yaml';
import { kubeJson, KubeCallError } from './kube-call';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

const CLUSTER_SCOPED = new Set(['Namespace', 'Node']);

/** Creates each document, or replaces what differs; one line a document, as `kubectl apply` prints. */
export function applyManifests(cluster: Cluster, text: string): string {
  const documents = parseAllDocuments(text, { version: '1.1' }).map(
    (document) => document.toJS() as Manifest | null,
  );
  return documents.flatMap((manifest) => (manifest ? [applyOne(cluster, manifest)] : [])).join('\n');
}

function applyOne(cluster: Cluster, manifest: Manifest): string {
  const path = collectionPath(manifest);
  const label = `${manifest.kind.toLowerCase()}/${manifest.metadata.name}`;
  try {
    kubeJson(cluster, { method: 'POST', path, body: manifest });
    return `${label} created`;
  } catch (error) {
    if (!(error instanceof KubeCallError) || error.code !== 409) throw error;
  }
  const content_type = 'application/strategic-merge-patch+json';
  kubeJson(cluster, {
    method: 'PATCH',
    path: `${path}/${manifest.metadata.name}`,
    content_type,
    body: manifest,
  });
  return `${label} configured`;
}

function collectionPath({ apiVersion, kind, metadata }: Manifest): string {
  const prefix = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const lower = kind.toLowerCase();
  const plural =
    /(s|x|ch|sh)$/.test(lower) && lower !== 'endpoints'
      ? `${lower}es`
      : lower === 'endpoints'
        ? lower
        : `${lower}s`;
  const scope = CLUSTER_SCOPED.has(kind) ? '' : `/namespaces/${metadata.namespace ?? 'default'}`;
  return `${prefix}${scope}/${plural}`;
}
