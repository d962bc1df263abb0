import { createThreeWayMergePatch } from '@podlab/apimachinery';
import type { UserInfo } from '@podlab/apiserver';
import type { AppliedDocument, KubernetesStatus } from '@podlab/contracts';
import type { Cluster } from '../cluster';
import { callKube, type KubeJson, type KubeResult } from './kube-call';
import type { ReadManifest } from './manifests';
import { pathOf, resourceOf, UnknownKind, type Resource } from './resources';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const QUERY = 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict';

export interface Applying {
  readonly user: UserInfo;
  /** Of objects that name none. */
  readonly namespace?: string;
  /**
   * Gives the cluster time, after which what was refused is tried once more: a pod waits for the service account that its
   * namespace, one document before, is given at once. kubectl sends each document on its own, so that controllers have
   * the time between.
   */
  readonly between?: () => void;
}

/**
 * Applies YAML as `kubectl apply` does, document by document, through the cluster's own API, and reports on each; one
 * that is refused does not stop the others. Models kubectl pkg/cmd/apply (client side).
 */
export function applyManifests(
  cluster: Cluster,
  manifests: readonly ReadManifest[],
  applying: Applying,
): AppliedDocument[] {
  const apply = (index: number) => applyDocument(cluster, manifests[index], index, applying);
  const first = manifests.map((_, index) => apply(index));
  if (!applying.between || !first.some(isRefused)) return first;
  applying.between();
  return first.map((document, index) => (isRefused(document) ? apply(index) : document));
}

export const isRefused = ({ result }: AppliedDocument): boolean => result === 'Refused';

function applyDocument(
  cluster: Cluster,
  read: ReadManifest,
  index: number,
  { user, namespace: usual = 'default' }: Applying,
): AppliedDocument {
  if ('status' in read) return { index, result: 'Refused', status: read.status };
  const { manifest } = read;
  const { apiVersion = '', kind = '', metadata } = manifest;
  const about = { index, apiVersion, kind, name: metadata.name };
  try {
    const resource = resourceOf(cluster, apiVersion, kind);
    const namespace = resource.namespaced ? (metadata.namespace ?? usual) : undefined;
    const placed = { ...manifest, metadata: namespace ? { ...metadata, namespace } : metadata };
    const outcome = applyObject(cluster, resource, placed, user);
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
  const body = patchFor(resource, manifest, before);
  // kubectl sends no patch that says nothing.
  if (Object.keys(body).length === 0) return { result: 'Unchanged' };
  const content_type = resource.custom
    ? 'application/merge-patch+json'
    : 'application/strategic-merge-patch+json';
  const after = callKube(cluster, user, { method: 'PATCH', path, query: QUERY, content_type, body });
  if (after.status >= 300) return refused(after.body);
  const { metadata } = after.body as unknown as KubeJson;
  const same = metadata.resourceVersion === before.metadata.resourceVersion;
  return { result: same ? 'Unchanged' : 'Configured' };
}

const made = ({ status, body }: KubeResult): Outcome =>
  status < 300 ? { result: 'Created' } : refused(body);
const refused = (status: KubernetesStatus): Outcome => ({ result: 'Refused', status });

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

/** Custom objects know no strategic merge: their lists are replaced as a whole. */
function patchFor({ custom }: Resource, manifest: KubeJson, current: KubeJson): object {
  const applied = lastApplied(current.metadata.annotations?.[LAST_APPLIED]);
  const kind = custom ? '' : (manifest.kind ?? '');
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
