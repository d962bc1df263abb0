import type { CustomResourceDefinition } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { KubeObject, OwnerReferenceLike } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, DeleteOptions, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { nameOf, OwnerIndex, type Item } from './owner-index';
import { isBuiltInKind, OwnerKinds } from './owner-kinds';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** `unresolvable`: a namespaced owner of an object that is in no namespace. */
type OwnerState = 'absent' | 'waiting' | 'solid' | 'unresolvable';

/**
 * Deletes what lost its owners, waits for dependents where the deletion is foreground, frees them where it orphans.
 * Models k8s.io/kubernetes pkg/controller/garbagecollector; the graph is an index by owner.
 */
export const garbageCollector: ComponentFactory = (context) => new GarbageCollector(context);

class GarbageCollector {
  readonly name: string;
  private readonly queue: WorkQueue;
  private readonly dependents = new OwnerIndex();
  private readonly kinds: OwnerKinds;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.queue = context.workQueue('objects', (key) => this.reconcile(key));
    const definitions = context.informers.for<CustomResourceDefinition>(DEFINITIONS);
    this.kinds = new OwnerKinds(definitions);
    definitions.addHandlers({
      onUpdate: (definition, { status }) => {
        if (definition.status !== status) this.lookAtOwnedBy(definition);
      },
    });
    this.eachObject((item) => this.dependents.add(item));
    context.informers.addHandlers({
      onAdd: (resource, object) => {
        this.dependents.add({ resource, object });
        if (object.metadata.ownerReferences?.some((owner) => this.stateOf(owner, object) !== 'solid')) {
          this.add({ resource, object });
        }
      },
      onUpdate: (resource, object, previous) => {
        if (object.metadata.ownerReferences !== previous.metadata.ownerReferences) {
          this.dependents.remove({ resource, object: previous });
          this.dependents.add({ resource, object });
        }
        if (changedForCollection(object, previous)) this.add({ resource, object });
      },
      onDelete: (resource, object) => {
        this.dependents.remove({ resource, object });
        this.deleted(object);
      },
    });
  }

  start(): void {
    this.eachObject((item) => {
      if (needsLook(item.object)) this.add(item);
    });
  }

  private eachObject(act: (item: Item) => void): void {
    const { informers } = this.context;
    for (const resource of informers.resources()) {
      for (const object of informers.for(resource).list()) act({ resource, object });
    }
  }

  /** A kind has come to be served: what names owners of it may have lost them. */
  private lookAtOwnedBy({ spec: { group, names } }: CustomResourceDefinition): void {
    const prefix = `${group}/`;
    this.eachObject((item) => {
      const { ownerReferences = [] } = item.object.metadata;
      if (
        ownerReferences.some(({ apiVersion, kind }) => kind === names.kind && apiVersion.startsWith(prefix))
      )
        this.add(item);
    });
  }

  /** Dependents of what is gone lose an owner; an owner that waits for it may go on. */
  private deleted(object: KubeObject): void {
    for (const dependent of this.dependentsOf(object)) this.addOrphaned(dependent, object);
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = this.ownerOf(reference, object);
      if (owner && isForeground(owner.object)) this.add(owner);
    }
  }

  private add({ resource, object }: Item): void {
    this.queue.add(nameOf({ resource, object }));
  }

  /**
   * A custom kind may be gone too by the time that the dependents of its last object are looked at: the entry says who
   * went. Models absentOwnerCache of the graph builder.
   */
  private addOrphaned(dependent: Item, { apiVersion, kind, metadata }: KubeObject): void {
    const isCustom = !isBuiltInKind(apiVersion, kind);
    this.queue.add(isCustom ? `${nameOf(dependent)} ${metadata.uid}` : nameOf(dependent));
  }

  private reconcile(queued: string): void {
    const [resource, key, gone] = queued.split(' ');
    const object = this.context.informers.for(resource).get(key);
    if (!object) return;
    const item = { resource, object };
    if (object.metadata.deletionTimestamp && object.metadata.finalizers?.includes(ORPHAN))
      this.orphanDependents(item);
    else if (isForeground(object)) this.awaitDependents(item);
    else if (!object.metadata.deletionTimestamp) this.collect(item, gone);
  }

  /** Models orphanDependents: takes the owner out of all dependents, then lets it go. */
  private orphanDependents(item: Item): void {
    for (const dependent of this.dependentsOf(item.object)) {
      this.keepOwners(dependent, (reference) => reference.uid !== item.object.metadata.uid);
    }
    this.removeFinalizer(item, ORPHAN);
  }

  /** Models processDeletingDependentsItem: waits for those that block, and has all of them deleted. */
  private awaitDependents(item: Item): void {
    const { uid } = item.object.metadata;
    const dependents = this.dependentsOf(item.object);
    const blocks = ({ object }: Item) =>
      object.metadata.ownerReferences?.some(
        (reference) => reference.uid === uid && reference.blockOwnerDeletion === true,
      );
    if (!dependents.some(blocks)) this.removeFinalizer(item, FOREGROUND);
    for (const dependent of dependents) if (!dependent.object.metadata.deletionTimestamp) this.add(dependent);
  }

  /** Models attemptToDeleteItem: an object with a living owner only loses the references to dead ones. */
  private collect(item: Item, gone: string | undefined): void {
    const { object } = item;
    const references = object.metadata.ownerReferences ?? [];
    if (references.length === 0) return;
    const states = new Map(
      references.map((reference) => [
        reference.uid,
        reference.uid === gone ? ('absent' as const) : this.stateOf(reference, object),
      ]),
    );
    const has = (state: OwnerState) => [...states.values()].includes(state);
    if (has('unresolvable')) return;
    if (has('solid')) {
      if (has('absent') || has('waiting')) this.keepOwners(item, ({ uid }) => states.get(uid) === 'solid');
      return;
    }
    const foreground = has('waiting') && this.dependentsOf(object).length > 0;
    this.remove(item, foreground ? 'Foreground' : policyOf(object));
  }

  private remove({ resource, object }: Item, propagationPolicy: DeleteOptions['propagationPolicy']): void {
    const options = { propagationPolicy, preconditions: { uid: object.metadata.uid } };
    ignoringNotFound(() => this.context.client.delete(resource, objectKey(object), options));
  }

  private keepOwners({ resource, object }: Item, keep: (reference: OwnerReferenceLike) => boolean): void {
    const ownerReferences = object.metadata.ownerReferences?.filter(keep);
    const metadata = { ...object.metadata, ownerReferences };
    ignoringNotFound(() => this.context.client.update(resource, { ...object, metadata }));
  }

  private removeFinalizer({ resource, object }: Item, finalizer: string): void {
    const finalizers = object.metadata.finalizers?.filter((each) => each !== finalizer);
    const metadata = { ...object.metadata, finalizers };
    ignoringNotFound(() => this.context.client.update(resource, { ...object, metadata }));
  }

  /** Everything that names the object as an owner, in one order. */
  private dependentsOf({ metadata: { uid } }: KubeObject): Item[] {
    return this.dependents.of(uid as string).flatMap((name): Item[] => {
      const [resource, key] = name.split(' ');
      const object = this.context.informers.for(resource).get(key);
      return object ? [{ resource, object }] : [];
    });
  }

  private stateOf(reference: OwnerReferenceLike, dependent: KubeObject): OwnerState {
    // A kind that is not known here may well exist: what it owns is left alone.
    const kind = this.kinds.find(reference);
    if (kind === undefined) return 'solid';
    if (kind.namespaced && !dependent.metadata.namespace) return 'unresolvable';
    const owner = this.ownerOf(reference, dependent);
    if (!owner) return 'absent';
    return isForeground(owner.object) ? 'waiting' : 'solid';
  }

  private ownerOf(reference: OwnerReferenceLike, dependent: KubeObject): Item | undefined {
    const kind = this.kinds.find(reference);
    if (kind === undefined) return undefined;
    const { resource, namespaced } = kind;
    const key = namespaced ? `${dependent.metadata.namespace}/${reference.name}` : reference.name;
    const object = this.context.informers.for(resource).get(key);
    return object?.metadata.uid === reference.uid ? { resource, object: object as KubeObject } : undefined;
  }
}

function isForeground({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;
}

function needsLook({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined || (metadata.ownerReferences?.length ?? 0) > 0;
}

function changedForCollection({ metadata }: KubeObject, { metadata: previous }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined) {
    return (
      metadata.ownerReferences !== undefined && !equalJson(metadata.ownerReferences, previous.ownerReferences)
    );
  }
  return (
    metadata.deletionTimestamp !== previous.deletionTimestamp ||
    !equalJson(metadata.finalizers, previous.finalizers)
  );
}

/** What the object's own finalizers ask for. */
function policyOf({ metadata: { finalizers = [] } }: KubeObject): DeleteOptions['propagationPolicy'] {
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
