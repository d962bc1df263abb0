/** Applies YAML as `kubectl apply` does, document by document, through the cluster's own API. */
import { createThreeWayMergePatch } from '@podlab/apimachinery';
import type { AppliedDocument, KubernetesStatus } from '@podlab/contracts';
import type { Cluster } from '../cluster-host/core';
import { callKube, type KubeCall, type KubeResult } from '../cluster-host/kube-call';
import { type Resource, resourcePath, resourcesOf } from '../cluster-host/objects';
import { type Manifest, readManifests } from './manifests';
import { runDue } from './run-due';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const DEFAULT_USER = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** Reports per document; one that is refused does not stop the others. */
export function applyManifests(
  core: Cluster,
  text: string,
  user: KubeCall['user'] = DEFAULT_USER,
): AppliedDocument[] {
  const resources = resourcesOf(core);
  return readManifests(text).map((document, index) => applyDocument(core, resources, document, index, user));
}

/**
 * The same in a cluster whose time goes on: what was refused is tried again after all that was due at this moment, as a
 * pod waits for the service account that its namespace, one document before, is given at once. kubectl sends each
 * document on its own, so that a cluster's controllers have the time between. A paused cluster has none.
 */
export function applyManifestsInTime(core: Cluster, text: string, user: KubeCall['user']): AppliedDocument[] {
  const first = applyManifests(core, text, user);
  if (!first.some(isRefused)) return first;
  runDue(core);
  const resources = resourcesOf(core);
  return readManifests(text).map((document, index) =>
    isRefused(first[index]) ? applyDocument(core, resources, document, index, user) : first[index],
  );
}

export const isRefused = ({ result }: AppliedDocument): boolean => result === 'Refused';

function applyDocument(
  core: Cluster,
  resources: readonly Resource[],
  document: ReturnType<typeof readManifests>[number],
  index: number,
  user: KubeCall['user'],
): AppliedDocument {
  if ('error' in document)
    return refused({ index }, { code: 400, reason: 'BadRequest', message: document.error });
  return applyOne(core, resources, document.manifest, index, user);
}

function applyOne(
  core: Cluster,
  resources: readonly Resource[],
  manifest: Manifest,
  index: number,
  user: KubeCall['user'],
): AppliedDocument {
  const { apiVersion, kind, metadata } = manifest;
  const resource = resources.find((one) => one.apiVersion === apiVersion && one.kind === kind);
  const namespace = !resource || resource.namespaced ? (metadata.namespace ?? 'default') : undefined;
  const about = { index, apiVersion, kind, ...(namespace && { namespace }), name: metadata.name };
  if (!resource) {
    const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
    return refused(about, { code: 404, reason: 'NotFound', message });
  }
  const call = (method: string, path: string, body?: unknown, contentType?: string) =>
    callKube(core, {
      method,
      path,
      body,
      contentType,
      query: 'fieldManager=podlab&fieldValidation=Strict',
      user,
    });
  const path = resourcePath(resource, namespace, metadata.name);
  const applied = { ...manifest, metadata: namespace ? { ...metadata, namespace } : metadata };
  const there = call('GET', path);
  if (there.status === 404) {
    const made = call('POST', resourcePath(resource, namespace), withLastApplied(applied));
    return made.status < 300 ? { ...about, result: 'Created' } : refused(about, made.body);
  }
  if (there.status !== 200) return refused(about, there.body);
  if (annotationOf(there.body) === annotationOf(withLastApplied(applied)))
    return { ...about, result: 'Unchanged' };
  return configured(
    about,
    there,
    call('PATCH', path, patchFor(applied, there.body), 'application/strategic-merge-patch+json'),
  );
}

function configured(
  about: Omit<AppliedDocument, 'result'>,
  before: KubeResult,
  after: KubeResult,
): AppliedDocument {
  if (after.status >= 300) return refused(about, after.body);
  const revision = (result: KubeResult) =>
    (result.body.metadata as { resourceVersion?: string }).resourceVersion;
  return { ...about, result: revision(before) === revision(after) ? 'Unchanged' : 'Configured' };
}

const refused = (about: Omit<AppliedDocument, 'result'>, status: KubernetesStatus): AppliedDocument => ({
  ...about,
  result: 'Refused',
  status,
});

/** As kubectl writes it, so that a later `kubectl apply` goes on from here. */
function withLastApplied(manifest: Manifest): Manifest {
  const { [LAST_APPLIED]: _, ...annotations } = manifest.metadata.annotations ?? {};
  const plain = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const text = `${JSON.stringify(plain)}\n`;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } },
  };
}

/** What was applied last, as the object keeps it. */
function annotationOf(object: object): string | undefined {
  const { metadata } = object as { metadata?: { annotations?: Record<string, string> } };
  return metadata?.annotations?.[LAST_APPLIED];
}

function patchFor(manifest: Manifest, current: Record<string, unknown>): Record<string, unknown> {
  const annotations = (current.metadata as { annotations?: Record<string, string> }).annotations ?? {};
  const applied = lastApplied(annotations[LAST_APPLIED]);
  return createThreeWayMergePatch(manifest.kind, applied, { ...withLastApplied(manifest) }, current);
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
