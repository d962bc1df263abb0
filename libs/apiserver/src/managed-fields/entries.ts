import type { FieldOwners, FieldSet, ManagedFieldsEntryLike } from '@podlab/apimachinery';
import { decodeFieldsV1, encodeFieldsV1, unionOf } from '@podlab/apimachinery';
import type { FieldTexts } from './field-texts';

/** One manager of an object as it is stored: its set of fields is JSON text, which takes a tenth of the memory of its tree. */
export interface StoredEntry extends ManagedFieldsEntryLike {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: string;
  subresource?: string;
}

/** Who writes: what an entry says beside its fields and its time. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

/** The managers of one object, and when each last took a field. */
export interface Managers {
  readonly owners: FieldOwners;
  readonly identities: ReadonlyMap<string, ManagerIdentity>;
  readonly times: ReadonlyMap<string, string>;
}

/** Two writes with one key are one manager's. Models util/managedfields/internal BuildManagerIdentifier. */
export function identityKey({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  return [operation, manager, subresource, operation === 'Apply' ? '' : apiVersion].join('\u0000');
}

/** The managers of an object out of its stored entries. */
export function managersOf(entries: readonly StoredEntry[], texts: FieldTexts): Managers {
  const owners = new Map<string, FieldSet>();
  const identities = new Map<string, ManagerIdentity>();
  const times = new Map<string, string>();
  for (const entry of entries) {
    const identity = { ...entry, subresource: entry.subresource ?? '' };
    const key = identityKey(identity);
    owners.set(key, texts.setOf(entry.fieldsV1));
    identities.set(key, identity);
    times.set(key, entry.time);
  }
  return { owners, identities, times };
}

/** How many managers an object remembers beside those that apply. Models managedfields DefaultMaxUpdateManagers. */
const UPDATE_MANAGERS = 10;
const ANCIENT_CHANGES = 'ancient-changes';

/** Entries in upstream's order. Models util/managedfields/internal managedfields.go encodeManagedFields. */
export function storedEntries({ owners, identities, times }: Managers, texts: FieldTexts): StoredEntry[] {
  const entries: StoredEntry[] = [];
  for (const [key, set] of owners) {
    const identity = identities.get(key) as ManagerIdentity;
    entries.push(storedEntry(identity, times.get(key) ?? '', texts.textOf(set)));
  }
  return entries.length < 2 ? entries : capped(entries.sort(inOrder), texts);
}

export function storedEntry(identity: ManagerIdentity, time: string, fieldsV1: string): StoredEntry {
  const { manager, operation, apiVersion, subresource } = identity;
  return {
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource && { subresource }),
  };
}

function inOrder(a: StoredEntry, b: StoredEntry): number {
  return (
    compare(a.operation, b.operation) ||
    compare(a.time, b.time) ||
    compare(a.manager, b.manager) ||
    compare(a.apiVersion, b.apiVersion) ||
    compare(a.subresource ?? '', b.subresource ?? '')
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The oldest updates become one. Models util/managedfields/internal capmanagers.go. */
function capped(entries: StoredEntry[], texts: FieldTexts): StoredEntry[] {
  const updates = entries.filter(({ operation }) => operation === 'Update');
  const surplus = updates.slice(0, Math.max(0, updates.length - UPDATE_MANAGERS + 1));
  if (updates.length <= UPDATE_MANAGERS) return entries;
  const fields = surplus.map(({ fieldsV1 }) => texts.setOf(fieldsV1)).reduce(unionOf);
  const { apiVersion, time } = surplus[surplus.length - 1];
  const ancient = storedEntry(
    { manager: ANCIENT_CHANGES, operation: 'Update', apiVersion, subresource: '' },
    time,
    texts.textOf(fields),
  );
  return [...entries.filter((entry) => !surplus.includes(entry)), ancient].sort(inOrder);
}

/** Entries from a client in their stored form; undefined when there are none or one is malformed. */
export function entriesFromClient(value: readonly ManagedFieldsEntryLike[]): StoredEntry[] | undefined {
  const entries: StoredEntry[] = [];
  for (const {
    manager = '',
    operation,
    apiVersion = '',
    time = '',
    fieldsType,
    fieldsV1,
    subresource,
  } of value) {
    const set = decodeFieldsV1(fieldsV1 ?? {});
    if ((operation !== 'Apply' && operation !== 'Update') || fieldsType !== 'FieldsV1' || !set)
      return undefined;
    const identity: ManagerIdentity = { manager, operation, apiVersion, subresource: subresource ?? '' };
    entries.push(storedEntry(identity, time, encodeFieldsV1(set)));
  }
  return entries.length > 0 ? entries.sort(inOrder) : undefined;
}

/** One empty entry: the client wants no manager to be remembered. Models managedfields isResetManagedFields. */
export function isReset(value: readonly ManagedFieldsEntryLike[]): boolean {
  return value.length === 1 && Object.keys(value[0]).length === 0;
}

/** The entry as the API shows it. */
export function shownEntry(entry: StoredEntry): ManagedFieldsEntryLike {
  return { ...entry, fieldsV1: JSON.parse(entry.fieldsV1) as unknown };
}

/** The JSON text of {@link shownEntry}. */
export function shownEntryText(entry: StoredEntry): string {
  const { manager, operation, apiVersion, time, fieldsType, fieldsV1, subresource } = entry;
  const head = JSON.stringify({ manager, operation, apiVersion, time, fieldsType });
  const tail = subresource ? `,"subresource":${JSON.stringify(subresource)}}` : '}';
  return `${head.slice(0, -1)},"fieldsV1":${fieldsV1}${tail}`;
}
