import type { KubeObject, ManagedFieldsEntryLike } from '@podlab/apimachinery';
import {
  applyConfiguration,
  AppliedFieldsError,
  compareFields,
  EMPTY_FIELDS,
  encodeFieldsV1,
  equalFields,
  FieldConflicts,
  isEmptyFields,
  newBadRequest,
  ownersAfterUpdate,
  recursiveDifferenceOf,
  unionOf,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import type { AnyStrategy } from '../registry/strategy-index';
import { applyConflict } from './apply-conflict';
import { derivedEntries } from './derived-managers';
import {
  entriesFromClient,
  identityKey,
  isReset,
  managersOf,
  shownEntry,
  shownEntryText,
  storedEntries,
  storedEntry,
  type ManagerIdentity,
  type Managers,
  type StoredEntry,
} from './entries';
import { FieldTexts } from './field-texts';
import { allowedByLastApplied, withLastApplied } from './last-applied';
import { ownedTypeOf, typeNameOf, zeroObject } from './owned-type';

/** Who writes an object. */
export interface FieldWriter {
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** A write from outside: from then on the object's managers are stored. */
  readonly isClient: boolean;
}

export interface Applied {
  readonly object: KubeObject;
  readonly entries: StoredEntry[];
}

/** kubectl's own name as an applier: it takes over what it applied on the client's side before. */
const KUBECTL = 'kubectl';

/**
 * Keeps `metadata.managedFields`. An object that no client has written stores none; they are derived when it is shown.
 * Models k8s.io/apimachinery pkg/util/managedfields/internal fieldmanager.go.
 */
export class FieldManager {
  /** What a new object of a type is compared with. */
  private readonly zeros = new Map<string, object>();
  private readonly texts = new FieldTexts();

  constructor(private readonly timestamp: () => string) {}

  /** The entries of a new object. */
  created(strategy: AnyStrategy, draft: KubeObject, writer: FieldWriter): StoredEntry[] | undefined {
    if (!writer.isClient) return undefined;
    const { typeFields, type, ignored } = ownedTypeOf(strategy, draft, writer.subresource);
    const { added, modified } = compareFields(typeFields, type, this.zeroOf(type.type), draft);
    const taken = recursiveDifferenceOf(unionOf(modified, added), ignored);
    if (isEmptyFields(taken)) return [];
    return [storedEntry(identityOf(draft, writer, 'Update'), this.timestamp(), encodeFieldsV1(taken))];
  }

  /** The entries that a client's update asks for instead of the stored ones; undefined when it asks for no others. */
  asked(old: KubeObject, draft: KubeObject, writer: FieldWriter): StoredEntry[] | undefined {
    const { managedFields } = draft.metadata;
    if (!writer.isClient || writer.subresource !== '' || !managedFields) return undefined;
    if (managedFields === old.metadata.managedFields) return undefined;
    if (isReset(managedFields)) return [];
    const asked = entriesFromClient(managedFields);
    return asked && !equalJson(asked, entriesOf(old)) ? asked : undefined;
  }

  /** The entries of an object after `next` was written over `old`; `next` has the stored or the asked ones. */
  updated(
    strategy: AnyStrategy,
    old: KubeObject,
    next: KubeObject,
    writer: FieldWriter,
  ): StoredEntry[] | undefined {
    const stored = next.metadata.managedFields as StoredEntry[] | undefined;
    if (!stored && !writer.isClient) return undefined;
    return this.written(strategy, this.managersOf(stored ?? derivedEntries(old)), old, next, writer);
  }

  /** What server-side apply makes of an object, or of nothing. Throws 400 and 409. */
  apply(
    strategy: AnyStrategy,
    live: KubeObject | undefined,
    config: KubeObject,
    writer: FieldWriter,
    force: boolean,
  ): Applied {
    const managers = this.managersOf(live ? entriesOf(live) : []);
    const identity = identityOf(config, writer, 'Apply');
    const key = identityKey(identity);
    const { managedFields: _, ...metadata } = (live ?? config).metadata;
    const base = live ? { ...live, metadata } : zeroObject(typeNameOf(config));
    const owned = ownedTypeOf(strategy, config, writer.subresource);
    const merge = (byForce: boolean) =>
      applyConfiguration(owned, managers.owners, key, base, config, byForce);
    const identities = new Map(managers.identities).set(key, identity);
    const result = refusing(config, identities, () => {
      try {
        return merge(force);
      } catch (error) {
        const mayTake = error instanceof FieldConflicts && writer.manager === KUBECTL && live;
        if (!mayTake || !allowedByLastApplied(owned, live, error.conflicts)) throw error;
        return merge(true);
      }
    });
    const merged = { ...(result.object as KubeObject), apiVersion: config.apiVersion, kind: config.kind };
    const object = writer.manager === KUBECTL && live ? withLastApplied(live, merged, config) : merged;
    const before = managers.owners.get(key) ?? EMPTY_FIELDS;
    const own = result.owners.get(key) ?? EMPTY_FIELDS;
    const changed = result.object !== base || !equalFields(before, own);
    const times = changed ? new Map(managers.times).set(key, this.timestamp()) : managers.times;
    return { object, entries: storedEntries({ owners: result.owners, identities, times }, this.texts) };
  }

  private zeroOf(type: string): object {
    let zero = this.zeros.get(type);
    if (!zero) this.zeros.set(type, (zero = zeroObject(type)));
    return zero;
  }

  private written(
    strategy: AnyStrategy,
    managers: Managers,
    old: object,
    next: KubeObject,
    writer: FieldWriter,
  ): StoredEntry[] {
    const identity = identityOf(next, writer, 'Update');
    const key = identityKey(identity);
    const owned = ownedTypeOf(strategy, next, writer.subresource);
    const { owners, took } = ownersAfterUpdate(owned, managers.owners, key, old, next);
    const times = took ? new Map(managers.times).set(key, this.timestamp()) : managers.times;
    const identities = new Map(managers.identities).set(key, identity);
    return storedEntries({ owners, identities, times }, this.texts);
  }

  private managersOf(entries: readonly StoredEntry[]): Managers {
    return managersOf(entries, this.texts);
  }
}

function identityOf(
  { apiVersion }: KubeObject,
  { manager, subresource }: FieldWriter,
  operation: 'Apply' | 'Update',
): ManagerIdentity {
  return { manager, operation, apiVersion, subresource };
}

function entriesOf(object: KubeObject): readonly StoredEntry[] {
  return (object.metadata.managedFields as StoredEntry[] | undefined) ?? derivedEntries(object);
}

function refusing<T>(
  { apiVersion, kind, metadata }: KubeObject,
  identities: ReadonlyMap<string, ManagerIdentity>,
  act: () => T,
): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FieldConflicts) throw applyConflict(error.conflicts, identities);
    if (!(error instanceof AppliedFieldsError)) throw error;
    const what = `${metadata.namespace ?? ''}/${metadata.name}; ${apiVersion}, Kind=${kind}`;
    throw newBadRequest(`failed to create typed patch object (${what}): ${error.message}`);
  }
}

/** The object as the API shows it, with the managers of its fields. */
export function withShownManagers<T extends object>(value: T): T {
  const { metadata } = value as { metadata?: KubeObject['metadata'] };
  if (!metadata?.uid) return value;
  const entries = entriesOf(value as unknown as KubeObject);
  const { managedFields: _, ...rest } = metadata;
  const managedFields: ManagedFieldsEntryLike[] = entries.map(shownEntry);
  return { ...value, metadata: managedFields.length > 0 ? { ...rest, managedFields } : rest };
}

/** The JSON text of {@link withShownManagers}; a set of fields is text already, and is not parsed for it. */
export function shownText(value: object): string {
  const { metadata } = value as { metadata?: KubeObject['metadata'] };
  if (!metadata?.uid) return JSON.stringify(value);
  const managers = entriesOf(value as KubeObject).map(shownEntryText);
  const { managedFields: _, ...rest } = metadata;
  const plain = JSON.stringify(rest);
  const shown =
    managers.length > 0 ? `${plain.slice(0, -1)},"managedFields":[${managers.join(',')}]}` : plain;
  let text = '';
  for (const key of Object.keys(value)) {
    const field = key === 'metadata' ? shown : JSON.stringify((value as Record<string, unknown>)[key]);
    if (field !== undefined) text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${field}`;
  }
  return `${text}}`;
}
