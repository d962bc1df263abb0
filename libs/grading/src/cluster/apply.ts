import { createThreeWayMergePatch } from '@podlab/apimachinery';
import type { UserInfo } from '@podlab/apiserver';
import type { Cluster } from '@podlab/cluster';
import type { AppliedDocument, KubernetesStatus } from '@podlab/contracts';
import { callKube, type KubeJson, type KubeResult } from './kube';
import { readManifests, type ReadManifest } from './manifests';
import { pathOf, resourceOf, UnknownKind, type Resource } from './resources';
import { settle } from './settle';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const QUERY = 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict';
/** For what an earlier document brings about: a namespace's service account, a definition's kind. */
const RETRY_MS = 10_000;

export interface Applying {
  readonly user: UserInfo;
  /** Of objects that name none. */
  readonly namespace: string;
}

/**
 * Applies YAML as `kubectl apply` does, and reports per document. What leans on an earlier document and is refused for
 * that is tried once more when that one has had its time.
 */
export function applyManifests(cluster: Cluster, text: string, applying: Applying): AppliedDocument[] {
  const manifests = readManifests(text);
  const first = manifests.map((manifest, index) => applyDocument(cluster, manifest, index, applying));
  if (!first.some(({ result }) => result === 'Refused')) return first;
  settle(cluster, RETRY_MS);
  return first.map((document, index) =>
    document.result === 'Refused' ? applyDocument(cluster, manifests[index], index, applying) : document,
  );
}

function applyDocument(
  cluster: Cluster,
  read: ReadManifest,
  index: number,
  applying: Applying,
): AppliedDocument {
  if ('status' in read) return { index, result: 'Refused', status: read.status };
  const { manifest } = read;
  const { apiVersion = '', kind = '', metadata } = manifest;
  const about = { index, apiVersion, kind, name: metadata.name };
  try {
    const resource = resourceOf(cluster, apiVersion, kind);
    const namespace = resource.namespaced ? (metadata.namespace ?? applying.namespace) : undefined;
    const placed = { ...manifest, metadata: namespace ? { ...metadata, namespace } : metadata };
    const outcome = applyObject(cluster, resource, placed, applying.user);
    return { ...about, ...(namespace !== undefined && { namespace }), ...outcome };
  } catch (error) {
    if (!(error instanceof UnknownKind)) throw error;
    const status = { status: 'Failure', reason: 'NotFound', code: 404, message: error.message };
    return { ...about, result: 'Refused', status };
  }
}

type Outcome = Pick<AppliedDocument, 'result' | 'status'>;

function applyObject(cluster: Cluster, resource: Resource, manifest: KubeJson, user: UserInfo): Outcome {
  const { namespace, name } = manifest.metadata;
  const path = pathOf(resource, namespace, name);
  const there = callKube(cluster, user, { method: 'GET', path });
  if (there.status === 404) {
    const collection = pathOf(resource, namespace);
    const body = withLastApplied(manifest);
    return made(callKube(cluster, user, { method: 'POST', path: collection, query: QUERY, body }));
  }
  if (there.status !== 200) return refused(there.body);
  const before = there.body as unknown as KubeJson;
  const body = patchFor(manifest, before);
  const content_type = isBuiltIn(resource)
    ? 'application/strategic-merge-patch+json'
    : 'application/merge-patch+json';
  const after = callKube(cluster, user, { method: 'PATCH', path, query: QUERY, content_type, body });
  if (after.status >= 300) return refused(after.body);
  const { metadata } = after.body as unknown as KubeJson;
  const same = metadata.resourceVersion === before.metadata.resourceVersion;
  return { result: same ? 'Unchanged' : 'Configured' };
}

const made = ({ status, body }: KubeResult): Outcome =>
  status < 300 ? { result: 'Created' } : refused(body);
const refused = (status: KubernetesStatus): Outcome => ({ result: 'Refused', status });

/** Custom objects know no strategic merge: kubectl sends them a merge patch. */
const isBuiltIn = ({ apiVersion }: Resource): boolean =>
  !apiVersion.split('/')[0].includes('.') || apiVersion.split('/')[0].endsWith('.k8s.io');

/** As kubectl writes it, so that a later `kubectl apply` goes on from here. */
function withLastApplied(manifest: KubeJson): KubeJson {
  const { [LAST_APPLIED]: _, ...annotations } = manifest.metadata.annotations ?? {};
  const plain = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const text = `${JSON.stringify(plain)}\n`;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } },
  };
}

function patchFor(manifest: KubeJson, current: KubeJson): object {
  const applied = lastApplied(current.metadata.annotations?.[LAST_APPLIED]);
  const { kind = '' } = manifest;
  return createThreeWayMergePatch(kind, applied, { ...withLastApplied(manifest) }, { ...current });
}

function lastApplied(text: string | undefined): Record<string, unknown> {
  try {
    const applied: unknown = JSON.parse(text ?? '{}');
    return typeof applied === 'object' && applied !== null ? { ...applied } : {};
  } catch {
    // Somebody wrote the annotation by hand: as if nothing had been applied.
    return {};
  }
}
