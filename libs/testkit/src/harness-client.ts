import type { GroupResource, KubeObject, ObjectMetaLike } from '@podlab/apimachinery';
import {
  newAlreadyExists,
  newBadRequest,
  newConflict,
  newForbidden,
  newNotFound,
  objectKey,
  OPTIMISTIC_LOCK_ERROR,
} from '@podlab/apimachinery';
import type { Client, DeleteOptions, ScaleState, ScaleTarget } from '@podlab/client';
import { cloneJson, equalJson, rfc3339 } from '@podlab/kernel';
import type { Prng } from '@podlab/kernel';
import type { MvccStore } from '@podlab/storage';

type Draft = KubeObject & Record<string, unknown> & { metadata: ObjectMetaLike };

interface PodLike {
  spec: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string; conditions?: object[] };
}

interface Scaled {
  spec: { replicas?: number; selector?: { matchLabels?: Record<string, string> } };
  status?: { replicas?: number };
}

const resourceOf = ({ group, kind }: ScaleTarget): GroupResource => `${kind.toLowerCase()}s.${group}`;

/**
 * The generic registry in small: names, uid, generation, resourceVersion, finalizers, graceful deletion; no defaults,
 * no validation. A test that needs those uses libs/cluster.
 */
export class HarnessClient implements Client {
  constructor(
    private readonly store: MvccStore,
    private readonly random: Prng,
    private readonly now: () => number,
  ) {}

  create<T extends KubeObject>(resource: GroupResource, object: T): T {
    const draft = cloneJson(object) as unknown as Draft;
    const { metadata } = draft;
    if (!metadata.name) metadata.name = `${metadata.generateName}${this.random.suffix(5)}`;
    const key = objectKey(draft);
    if (this.store.get(resource, key)) throw newAlreadyExists(resource, metadata.name);
    this.refuseInTerminatingNamespace(resource, metadata);
    metadata.uid ??= this.random.uuid();
    metadata.creationTimestamp = rfc3339(this.now());
    if ('spec' in draft) metadata.generation = 1;
    delete metadata.resourceVersion;
    if (resource === 'namespaces') {
      draft['spec'] = { finalizers: ['kubernetes'] };
      draft['status'] ??= { phase: 'Active' };
    }
    if (resource === 'pods') draft['status'] ??= { phase: 'Pending', qosClass: 'BestEffort' };
    return this.store.create(resource, draft) as T;
  }

  update<T extends KubeObject>(resource: GroupResource, object: T): T {
    const stored = this.stored(resource, object);
    const draft = cloneJson(object) as unknown as Draft;
    if ('status' in stored) draft['status'] = cloneJson(stored['status']);
    this.keepSystemFields(draft, stored);
    if ('spec' in draft && !equalJson(draft['spec'], stored['spec'])) {
      draft.metadata.generation = (stored.metadata.generation ?? 1) + 1;
    }
    return this.commit(resource, draft, stored) as T;
  }

  updateStatus<T extends KubeObject>(resource: GroupResource, object: T): T {
    const stored = this.stored(resource, object);
    const draft = cloneJson(stored);
    draft['status'] = cloneJson((object as unknown as Draft)['status']);
    return this.commit(resource, draft, stored) as T;
  }

  finalizeNamespace(name: string): void {
    const stored = this.store.get('namespaces', name) as Draft | undefined;
    if (!stored) throw newNotFound('namespaces', name);
    const { finalizers = [] } = stored['spec'] as { finalizers?: string[] };
    const draft = {
      ...cloneJson(stored),
      spec: { finalizers: finalizers.filter((each) => each !== 'kubernetes') },
    };
    this.commit('namespaces', draft, stored);
  }

  delete(resource: GroupResource, key: string, options: DeleteOptions = {}): void {
    const stored = this.store.get(resource, key) as Draft | undefined;
    const name = key.slice(key.indexOf('/') + 1);
    if (!stored) throw newNotFound(resource, name);
    const { preconditions } = options;
    if (preconditions?.uid !== undefined && preconditions.uid !== stored.metadata.uid) {
      throw newConflict(resource, name, 'Precondition failed: UID');
    }
    const draft = cloneJson(stored);
    this.addPropagationFinalizer(draft, options.propagationPolicy);
    const grace = gracePeriod(resource, stored, options.gracePeriodSeconds);
    if (
      draft.metadata.deletionTimestamp === undefined ||
      grace < (draft.metadata.deletionGracePeriodSeconds ?? 0)
    ) {
      draft.metadata.deletionTimestamp = rfc3339(this.now() + grace * 1000);
      draft.metadata.deletionGracePeriodSeconds = grace;
    }
    if (resource === 'namespaces') draft['status'] = { ...(draft['status'] as object), phase: 'Terminating' };
    this.commit(resource, draft, stored);
  }

  bind(podKey: string, node: string): void {
    const stored = this.store.get('pods', podKey) as Draft | undefined;
    if (!stored) throw newNotFound('pods', podKey);
    const draft = cloneJson(stored) as Draft & PodLike;
    if (draft.spec.nodeName) throw newConflict('pods/binding', stored.metadata.name, 'already assigned');
    draft.spec.nodeName = node;
    const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: rfc3339(this.now()) };
    draft.status = { ...draft.status, conditions: [scheduled] };
    this.store.update('pods', draft);
  }

  getScale(target: ScaleTarget): ScaleState {
    const { spec, status } = this.scaled(target) as Draft & Scaled;
    const { matchLabels = {} } = spec.selector ?? {};
    const selector = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
    return {
      replicas: spec.replicas ?? 1,
      observed: status?.replicas ?? 0,
      selector: selector.join(','),
    };
  }

  updateScale(target: ScaleTarget, replicas: number): void {
    const stored = this.scaled(target);
    this.update(resourceOf(target), {
      ...stored,
      spec: { ...(stored['spec'] as object), replicas },
    } as Draft);
  }

  private scaled(target: ScaleTarget): Draft {
    const { kind, group, namespace, name } = target;
    const stored = this.store.get(resourceOf(target), `${namespace}/${name}`) as Draft | undefined;
    if (!/^(Deployment|ReplicaSet|StatefulSet)$/.test(kind))
      throw newBadRequest(`no matches for kind "${kind}" in group "${group}"`);
    if (!stored) throw newNotFound(resourceOf(target), name);
    return stored;
  }

  private stored(resource: GroupResource, object: KubeObject): Draft {
    const stored = this.store.get(resource, objectKey(object)) as Draft | undefined;
    if (!stored) throw newNotFound(resource, object.metadata.name);
    const expected = object.metadata.resourceVersion;
    if (expected !== undefined && expected !== stored.metadata.resourceVersion) {
      throw newConflict(resource, object.metadata.name, OPTIMISTIC_LOCK_ERROR);
    }
    return stored;
  }

  private keepSystemFields(draft: Draft, stored: Draft): void {
    const { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } =
      stored.metadata;
    Object.assign(draft.metadata, {
      uid,
      creationTimestamp,
      generation,
      deletionTimestamp,
      deletionGracePeriodSeconds,
    });
  }

  private addPropagationFinalizer(draft: Draft, policy: DeleteOptions['propagationPolicy']): void {
    const finalizer =
      policy === 'Foreground' ? 'foregroundDeletion' : policy === 'Orphan' ? 'orphan' : undefined;
    const finalizers = draft.metadata.finalizers ?? [];
    if (finalizer && !finalizers.includes(finalizer)) draft.metadata.finalizers = [...finalizers, finalizer];
  }

  /** Writes a changed draft; one that is being deleted and that nothing holds any more goes. */
  private commit(resource: GroupResource, draft: Draft, stored: Draft): KubeObject {
    const { metadata } = draft;
    const held =
      (metadata.finalizers?.length ?? 0) > 0 ||
      (metadata.deletionGracePeriodSeconds ?? 0) > 0 ||
      (resource === 'namespaces' &&
        ((draft['spec'] as { finalizers?: string[] }).finalizers?.length ?? 0) > 0);
    if (metadata.deletionTimestamp !== undefined && !held)
      return this.store.delete(resource, objectKey(draft));
    const sameVersion = {
      ...draft,
      metadata: { ...metadata, resourceVersion: stored.metadata.resourceVersion },
    };
    return equalJson(sameVersion, stored) ? stored : this.store.update(resource, draft);
  }

  private refuseInTerminatingNamespace(resource: GroupResource, metadata: ObjectMetaLike): void {
    if (metadata.namespace === undefined) return;
    const namespace = this.store.get('namespaces', metadata.namespace);
    if (namespace?.metadata.deletionTimestamp)
      throw newForbidden(resource, metadata.name, 'the namespace is being terminated');
  }
}

function gracePeriod(resource: GroupResource, stored: Draft, requested: number | undefined): number {
  if (resource !== 'pods') return 0;
  const pod = stored as Draft & PodLike;
  const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (!pod.spec.nodeName || over) return 0;
  return requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}
