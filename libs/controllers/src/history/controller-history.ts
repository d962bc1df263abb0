import type { ControllerRevision, LabelSelector, PodTemplateSpec } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { Client, Informer } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { podTemplateHash } from '../deployment/pod-template-hash';
import { claim, controllerReference, ignoringNotFound } from '../ownership/claim';

const RESOURCE = 'controllerrevisions.apps';

/** A StatefulSet or a DaemonSet: its template's states are kept as ControllerRevisions. */
export interface Versioned extends KubeObject {
  spec: { selector: LabelSelector; template: PodTemplateSpec; revisionHistoryLimit?: number };
}

export interface HistoryPorts {
  readonly client: Client;
  readonly informer: Informer<ControllerRevision>;
  /** The label of a revision that has its hash. */
  readonly hashLabel: string;
}

/** The revisions of `owner`, oldest first. Models pkg/controller/history ListControllerRevisions and SortControllerRevisions. */
export function revisionsOf({ client, informer }: HistoryPorts, owner: Versioned): ControllerRevision[] {
  const ports = { client, informer, resource: RESOURCE };
  return claim(ports, owner, owner.spec.selector).sort((a, b) => a.revision - b.revision);
}

/**
 * The revision of the owner's template as it is now: the newest one that is equal, numbered anew when it is not the
 * last, or a new one. Models k8s.io/kubernetes pkg/controller/statefulset getStatefulSetRevisions and
 * pkg/controller/daemon constructHistory.
 */
export function currentRevision(
  ports: HistoryPorts,
  owner: Versioned,
  revisions: readonly ControllerRevision[],
): ControllerRevision {
  const data = templatePatch(owner.spec.template);
  const last = revisions[revisions.length - 1];
  const next = (last?.revision ?? 0) + 1;
  const equal = revisions.filter((revision) => equalJson(revision.data, data)).pop();
  if (!equal) return createRevision(ports, owner, data, next);
  if (equal === last) return equal;
  return ports.client.update(RESOURCE, { ...equal, revision: next });
}

/** The template that a revision keeps. Models ApplyRevision. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { template } = (revision.data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec;
  const { $patch: _directive, ...rest } = template;
  return rest;
}

/** Deletes the oldest revisions beyond the limit that no pod and no status names. Models truncateHistory. */
export function truncateHistory(
  { client }: HistoryPorts,
  owner: Versioned,
  revisions: readonly ControllerRevision[],
  isLive: (revision: ControllerRevision) => boolean,
): void {
  const past = revisions.filter((revision) => !isLive(revision));
  const surplus = past.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of past.slice(0, Math.max(0, surplus))) {
    ignoringNotFound(() => client.delete(RESOURCE, `${metadata.namespace}/${metadata.name}`));
  }
}

function templatePatch(template: PodTemplateSpec): object {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** Models pkg/controller/history NewControllerRevision. */
function createRevision(
  { client, hashLabel, informer }: HistoryPorts,
  owner: Versioned,
  data: object,
  revision: number,
): ControllerRevision {
  const { name, namespace, annotations } = owner.metadata;
  const { template } = owner.spec;
  let collisions: number | undefined;
  for (;;) {
    const hash = podTemplateHash(template, collisions);
    const taken = informer.get(`${namespace}/${name}-${hash}`);
    if (taken) {
      collisions = (collisions ?? 0) + 1;
      continue;
    }
    return client.create<ControllerRevision>(RESOURCE, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: { ...template.metadata?.labels, [hashLabel]: hash },
        ...(annotations && { annotations }),
        ownerReferences: [controllerReference(owner)],
      },
      data,
      revision,
    });
  }
}
