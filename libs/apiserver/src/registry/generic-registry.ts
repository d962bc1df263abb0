import type { FieldError, GroupResource, KubeObject } from '@podlab/apimachinery';
import {
  generatedName,
  nameIsDnsSubdomain,
  newAlreadyExists,
  newBadRequest,
  newConflict,
  newGenerateNameConflict,
  newForbidden,
  newInvalid,
  newNotFound,
  objectKey,
  OPTIMISTIC_LOCK_ERROR,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@podlab/apimachinery';
import { equalJson, shareEqual } from '@podlab/kernel';
import type { MvccStore } from '@podlab/storage';
import type { AdmissionPlugin, AdmissionRequest } from '../admission/admission';
import type { StoredEntry } from '../managed-fields/entries';
import { FieldManager, type FieldWriter } from '../managed-fields/field-manager';
import { managerOfComponent } from '../managed-fields/managers';
import type { UserInfo } from '../request/kube-request';
import { builtInObject, refuseBuiltIn, withBuiltIns } from './built-in';
import { deletionPlan, type DeleteRequest } from './deletion';
import type { StrategyContext } from './strategy';
import { groupResourceOf, type AnyStrategy } from './strategy-index';

export interface WriteOptions {
  readonly user: UserInfo;
  readonly dryRun?: boolean;
  /** Who takes the fields that are written; a component of the cluster when it is absent. */
  readonly writer?: FieldWriter;
  /** The managers of the object that server-side apply has worked out already. */
  readonly applied?: readonly StoredEntry[];
}

/** What an update may change: everything, or what one subresource stands for. */
export type UpdatePart = 'all' | 'status' | 'binding' | 'finalize' | 'ephemeralcontainers';

/** Pods of one cluster, in objects: each costs several controllers a share of their work. */
export const PODS_LIMIT = 5_000;
/** Objects of any other resource in one cluster. */
export const OBJECTS_LIMIT = 20_000;

/** Models kubernetes staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota controller.go checkRequest. */
function exceededQuota(resource: GroupResource, used: number, limit: number): string {
  const what = `count/${resource}`;
  return `exceeded quota: podlab-limits, requested: ${what}=1, used: ${what}=${used}, limited: ${what}=${limit}`;
}

/**
 * What every kind has in common on the way to storage; what is particular stands in the kind's strategy.
 * Models k8s.io/apiserver pkg/registry/generic/registry Store. All methods throw StatusError.
 */
export class GenericRegistry {
  /** Of the request that runs. */
  private warnings?: string[];
  private readonly warn = (text: string): void => void this.warnings?.push(text);

  /** Who owns which fields of an object. */
  readonly fields: FieldManager;

  constructor(
    private readonly store: MvccStore,
    private readonly context: StrategyContext,
    private readonly admission: readonly AdmissionPlugin[],
  ) {
    this.fields = new FieldManager(() => context.timestamp());
  }

  /** Virtual time as `metav1.Time` writes it. */
  timestamp(): string {
    return this.context.timestamp();
  }

  /** The object, or undefined. */
  find(strategy: AnyStrategy, key: string): KubeObject | undefined {
    return this.store.get(groupResourceOf(strategy), key) ?? builtInObject(strategy, this.context, key);
  }

  get(strategy: AnyStrategy, key: string): KubeObject {
    const object = this.find(strategy, key);
    if (!object) throw newNotFound(groupResourceOf(strategy), nameOf(key));
    return object;
  }

  /** What is stored of a kind, and the built-in objects among it, in the order of keys. */
  list(strategy: AnyStrategy, namespace?: string): readonly KubeObject[] {
    return withBuiltIns(strategy, this.context, this.store.list(groupResourceOf(strategy), namespace));
  }

  /** The same of all namespaces as it was at `rv`; undefined when that is compacted away. */
  listAt(strategy: AnyStrategy, rv: number): readonly KubeObject[] | undefined {
    const stored = this.store.listAt(groupResourceOf(strategy), rv);
    return stored && withBuiltIns(strategy, this.context, stored);
  }

  /** From now on keeps what admission has to say: to a request from outside, for a component's own write has no reader. */
  keepWarnings(): void {
    this.warnings = [];
  }

  /** What was kept, and is kept no more. */
  takeWarnings(): string[] {
    const kept = this.warnings ?? [];
    this.warnings = undefined;
    return kept;
  }

  /** Takes `draft` over: the caller must not use it afterwards. */
  create(strategy: AnyStrategy, namespace: string, draft: KubeObject, options: WriteOptions): KubeObject {
    this.fillMetadata(strategy, namespace, draft);
    this.checkCount(strategy, draft.metadata.name);
    strategy.defaults?.(draft);
    const admission = {
      operation: 'CREATE' as const,
      strategy,
      namespace,
      name: draft.metadata.name,
      object: draft,
      ...this.by(options),
    };
    this.admit(admission);
    strategy.prepareForCreate?.(draft, this.context);
    strategy.begin?.(draft, undefined, this.context);
    const nameRule = strategy.validateName?.bind(strategy) ?? nameIsDnsSubdomain;
    const errors = validateObjectMeta(draft.metadata, strategy.namespaced, nameRule);
    errors.push(...(strategy.validate?.(draft, this.context) ?? []));
    throwInvalid(strategy, draft.metadata.name, errors);
    this.judge(admission);
    const resource = groupResourceOf(strategy);
    const key = objectKey(draft);
    if (this.store.get(resource, key) ?? builtInObject(strategy, this.context, key))
      throw newAlreadyExists(resource, draft.metadata.name);
    setManagers(draft, options.applied ?? this.fields.created(strategy, draft, writerOf(options, 'all')));
    return options.dryRun ? draft : this.store.create(resource, draft);
  }

  /** Replaces an object, or the part of it that a subresource stands for. `draft` is taken over. */
  update(
    strategy: AnyStrategy,
    key: string,
    draft: KubeObject,
    options: WriteOptions,
    part: UpdatePart = 'all',
  ): KubeObject {
    const old = this.get(strategy, key);
    checkPreconditions(strategy, old, draft);
    const wanted = part === 'status' ? withStatus(old, draft) : draft;
    const writer = writerOf(options, part);
    const managers = options.applied ?? (part === 'all' ? this.fields.asked(old, draft, writer) : undefined);
    keepSystemMetadata(wanted, old);
    if (managers) setManagers(wanted, managers);
    if (part === 'all') strategy.defaults?.(wanted);
    if (part === 'all') strategy.begin?.(wanted, old, this.context);
    const rules = rulesOf(strategy, part);
    rules?.prepareForUpdate?.(wanted, old, this.context);
    const next = sharing(wanted, old);
    if (unchanged(next, old, options))
      return isFinished(strategy, old) ? this.remove(strategy, old, options) : old;
    const namespace = old.metadata.namespace ?? '';
    this.requireStored(strategy, key, 'UPDATE');
    const admission = {
      operation: 'UPDATE' as const,
      strategy,
      namespace,
      name: old.metadata.name,
      object: next,
      previous: old,
      subresource: part === 'all' ? '' : part,
      ...this.by(options),
    };
    this.admit(admission);
    throwInvalid(strategy, old.metadata.name, [
      ...validateObjectMetaUpdate(next.metadata, old.metadata),
      ...(rules?.validateUpdate?.(next, old, this.context) ?? []),
    ]);
    this.judge(admission);
    if (!options.applied && part !== 'binding')
      setManagers(next, this.fields.updated(strategy, old, next, writer));
    return this.commitUpdate(strategy, next, old, options);
  }

  /** Returns the object as it is after the call, and whether it is gone. */
  delete(
    strategy: AnyStrategy,
    key: string,
    request: DeleteRequest,
    options: WriteOptions,
  ): { object: KubeObject; gone: boolean } {
    const old = this.get(strategy, key);
    const resource = groupResourceOf(strategy);
    checkDeletePreconditions(resource, old, request);
    this.requireStored(strategy, key, 'DELETE');
    const namespace = old.metadata.namespace ?? '';
    this.admit({ operation: 'DELETE', strategy, namespace, name: old.metadata.name, ...this.by(options) });
    const plan = deletionPlan(strategy, old, request, this.context.now());
    if (plan.kind === 'unchanged') return { object: old, gone: false };
    if (plan.kind === 'remove') {
      return { object: options.dryRun ? old : this.store.delete(resource, key), gone: true };
    }
    return { object: options.dryRun ? plan.draft : this.store.update(resource, plan.draft), gone: false };
  }

  private commitUpdate(
    strategy: AnyStrategy,
    next: KubeObject,
    old: KubeObject,
    options: WriteOptions,
  ): KubeObject {
    const resource = groupResourceOf(strategy);
    if (strategy.hasGeneration && !equalJson(specOf(next), specOf(old))) {
      next.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    if (options.dryRun) return next;
    const stored = this.store.update(resource, next);
    return isFinished(strategy, stored) ? this.remove(strategy, stored, options) : stored;
  }

  private fillMetadata(strategy: AnyStrategy, namespace: string, draft: KubeObject): void {
    const metadata = draft.metadata;
    if (strategy.namespaced) {
      if (metadata.namespace && metadata.namespace !== namespace) throw newBadRequest(NAMESPACE_MISMATCH);
      metadata.namespace = namespace;
    } else {
      delete metadata.namespace;
    }
    if (metadata.resourceVersion)
      throw newBadRequest('resourceVersion should not be set on objects to be created');
    if (!metadata.name && metadata.generateName) {
      metadata.name = this.freeName(strategy, namespace, metadata.generateName);
    }
    metadata.name ??= '';
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    const { random, event_random = random } = this.context;
    metadata.uid = (strategy.kind === 'Event' ? event_random : random).uuid();
    metadata.creationTimestamp = this.context.timestamp();
    if (strategy.hasGeneration) metadata.generation = 1;
    else delete metadata.generation;
  }

  /** A generated name that nobody has. Models registry/generic/registry Store.Create maxNameGenerationCreateAttempts. */
  private freeName(strategy: AnyStrategy, namespace: string, prefix: string): string {
    const resource = groupResourceOf(strategy);
    let name = '';
    for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
      name = generatedName(prefix, this.context.random.suffix(5));
      if (!this.store.get(resource, strategy.namespaced ? `${namespace}/${name}` : name)) return name;
    }
    throw newGenerateNameConflict(resource, name, 1);
  }

  private remove(strategy: AnyStrategy, object: KubeObject, options: WriteOptions): KubeObject {
    return options.dryRun ? object : this.store.delete(groupResourceOf(strategy), objectKey(object));
  }

  /** Keeps one cluster from the memory of all: a controller may be told to make any number of objects. */
  private checkCount(strategy: AnyStrategy, name: string): void {
    const resource = groupResourceOf(strategy);
    const used = this.store.count(resource);
    const limit = resource === 'pods' ? PODS_LIMIT : OBJECTS_LIMIT;
    if (used >= limit) throw newForbidden(resource, name, exceededQuota(resource, used, limit));
  }

  private admit(request: AdmissionRequest): void {
    for (const plugin of this.admission) plugin.admit?.(request);
  }

  private judge(request: AdmissionRequest): void {
    for (const plugin of this.admission) plugin.validate?.(request);
  }

  private requireStored(strategy: AnyStrategy, key: string, operation: 'UPDATE' | 'DELETE'): void {
    if (!strategy.builtIns || this.store.get(groupResourceOf(strategy), key)) return;
    refuseBuiltIn(strategy, nameOf(key), operation);
  }

  private by(options: WriteOptions): Pick<AdmissionRequest, 'user' | 'context' | 'warn'> {
    return { user: options.user, context: this.context, warn: this.warn };
  }
}

function checkPreconditions(strategy: AnyStrategy, old: KubeObject, draft: KubeObject): void {
  const resource = groupResourceOf(strategy);
  const { resourceVersion, uid } = draft.metadata;
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== old.metadata.resourceVersion) {
    throw newConflict(resource, old.metadata.name, OPTIMISTIC_LOCK_ERROR);
  }
  if (uid && uid !== old.metadata.uid) {
    const error = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw newConflict(resource, old.metadata.name, error);
  }
}

/** How often a name is drawn for one object. */
const NAME_ATTEMPTS = 8;

const NAMESPACE_MISMATCH =
  'the namespace of the provided object does not match the namespace sent on the request';

/** What the kind has to say about a write of this part. */
function rulesOf(
  strategy: AnyStrategy,
  part: UpdatePart,
): Pick<AnyStrategy, 'prepareForUpdate' | 'validateUpdate'> | undefined {
  if (part === 'all') return strategy;
  if (part === 'status') return strategy.status;
  return part === 'ephemeralcontainers' ? strategy.ephemeralContainers : undefined;
}

const nameOf = (key: string) => key.slice(key.indexOf('/') + 1);
const specOf = (object: KubeObject) => (object as { spec?: unknown }).spec;

function withStatus(old: KubeObject, draft: KubeObject): KubeObject {
  const { status } = draft as { status?: unknown };
  return { ...old, metadata: { ...old.metadata }, status } as KubeObject;
}

/**
 * The draft with all that it leaves as it was taken from the old object, so that whoever compares the two need not look
 * below. What is its own may still change: the object itself and its metadata.
 */
function sharing(draft: KubeObject, old: KubeObject): KubeObject {
  const next = shareEqual(draft, old);
  if (next === old || next.metadata !== old.metadata) return next;
  next.metadata = { ...old.metadata };
  return next;
}

/** The server's own metadata does not change by an update. Models k8s.io/apiserver pkg/registry/rest BeforeUpdate. */
function keepSystemMetadata(next: KubeObject, old: KubeObject): void {
  const { metadata } = next;
  metadata.uid = old.metadata.uid;
  metadata.creationTimestamp = old.metadata.creationTimestamp;
  metadata.resourceVersion = old.metadata.resourceVersion;
  copyOrDelete(metadata, old.metadata, 'namespace');
  copyOrDelete(metadata, old.metadata, 'generation');
  copyOrDelete(metadata, old.metadata, 'generateName');
  copyOrDelete(metadata, old.metadata, 'deletionTimestamp');
  copyOrDelete(metadata, old.metadata, 'deletionGracePeriodSeconds');
  copyOrDelete(metadata, old.metadata, 'managedFields');
}

/** An apply that changes nothing but when it was is no change. Models managedfields IgnoreManagedFieldsTimestampsTransformer. */
function unchanged(next: KubeObject, old: KubeObject, { applied }: WriteOptions): boolean {
  if (!applied) return equalJson(next, old);
  const { managedFields } = old.metadata;
  if (managedFields?.length !== applied.length) return false;
  const timeless = applied.map((entry, index) => ({ ...entry, time: managedFields[index].time }));
  const metadata = { ...next.metadata, managedFields: timeless };
  return equalJson({ ...next, metadata }, old);
}

function writerOf({ writer, user }: WriteOptions, part: UpdatePart): FieldWriter {
  if (writer) return writer;
  const subresource = part === 'all' ? '' : part;
  return { manager: managerOfComponent(user.name), subresource, isClient: false };
}

function setManagers(draft: KubeObject, entries: readonly StoredEntry[] | undefined): void {
  if (entries) draft.metadata.managedFields = [...entries];
  else delete draft.metadata.managedFields;
}

function copyOrDelete<K extends keyof KubeObject['metadata']>(
  to: KubeObject['metadata'],
  from: KubeObject['metadata'],
  key: K,
): void {
  if (from[key] === undefined) delete to[key];
  else to[key] = from[key];
}

function throwInvalid(strategy: AnyStrategy, name: string, errors: FieldError[]): void {
  if (errors.length === 0) return;
  const { group } = strategy.conversion?.stored ?? strategy;
  throw newInvalid(group ? `${strategy.kind}.${group}` : strategy.kind, name, errors);
}

/** An object that waits for its deletion goes when its last finalizer has been taken off. */
function isFinished(strategy: AnyStrategy, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  return (
    !!deletionTimestamp && !finalizers?.length && !deletionGracePeriodSeconds && !strategy.isHeld?.(object)
  );
}

function checkDeletePreconditions(
  resource: GroupResource,
  old: KubeObject,
  { preconditions }: DeleteRequest,
): void {
  const { uid, resourceVersion, name } = old.metadata;
  if (preconditions?.uid && preconditions.uid !== uid) {
    const error = `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`;
    throw newConflict(resource, name, error);
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    const error = `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
    throw newConflict(resource, name, error);
  }
}
