import { equalJson } from '@podlab/kernel';
import { appliedFields } from './applied-fields';
import { compareFields, type Comparison } from './compare';
import {
  differenceOf,
  EMPTY_FIELDS,
  intersectionOf,
  isEmptyFields,
  pathsOf,
  recursiveDifferenceOf,
  unionOf,
  type FieldPathElements,
  type FieldSet,
} from './field-set';
import { mergeApplied, removeFields, withNamedFields } from './merge';
import type { TypeAt, TypeFields } from './structure';

/** Which manager owns which fields of one object, by the manager's identity. Never changed in place. */
export type FieldOwners = ReadonlyMap<string, FieldSet>;

/** A field that an applier wants to set and another manager owns with another value. */
export interface FieldConflict {
  readonly manager: string;
  readonly path: FieldPathElements;
}

/** An apply that would take fields from others without force. */
export class FieldConflicts extends Error {
  override readonly name = 'FieldConflicts';
  constructor(readonly conflicts: readonly FieldConflict[]) {
    super('other managers own fields of the applied object');
  }
}

/** A kind, and the fields of it that a request can't change (the status of the object, all but it of its status). */
export interface OwnedType {
  readonly typeFields: TypeFields;
  readonly type: TypeAt;
  readonly ignored: FieldSet;
}

/** The owners after `manager` wrote `next` over `old`. Models structured-merge-diff merge.Updater Update. */
export function ownersAfterUpdate(
  { typeFields, type, ignored }: OwnedType,
  owners: FieldOwners,
  manager: string,
  old: unknown,
  next: unknown,
): { owners: Map<string, FieldSet>; took: boolean } {
  const change = compareFields(typeFields, type, old, next);
  const after = withoutTaken(owners, manager, change);
  const taken = recursiveDifferenceOf(unionOf(change.modified, change.added), ignored);
  const kept = differenceOf(owners.get(manager) ?? EMPTY_FIELDS, change.removed);
  setOrDelete(after, manager, unionOf(kept, taken));
  return { owners: after, took: !isEmptyFields(taken) };
}

export interface AppliedObject {
  readonly object: unknown;
  readonly owners: Map<string, FieldSet>;
}

/**
 * The object and its owners after `manager` applied `config`. Throws {@link FieldConflicts} unless forced, and
 * AppliedFieldsError. Models structured-merge-diff merge.Updater Apply.
 */
export function applyConfiguration(
  { typeFields, type, ignored }: OwnedType,
  owners: FieldOwners,
  manager: string,
  live: unknown,
  config: unknown,
  force: boolean,
): AppliedObject {
  const own = recursiveDifferenceOf(appliedFields(typeFields, type, config), ignored);
  const applied = removeIgnored(typeFields, type, config, ignored);
  const before = owners.get(manager) ?? EMPTY_FIELDS;
  const withOwn = new Map(owners).set(manager, own);
  const merged = mergeApplied(typeFields, type, live, applied);
  const object = prune(typeFields, type, merged, before, withOwn);
  const change = compareFields(typeFields, type, live, object);
  const conflicts = force ? [] : conflictsOf(withOwn, manager, change);
  if (conflicts.length > 0) throw new FieldConflicts(conflicts);
  const after = withoutTaken(withOwn, manager, change);
  setOrDelete(after, manager, own);
  return { object: equalJson(object, live) ? live : object, owners: after };
}

function removeIgnored(typeFields: TypeFields, type: TypeAt, config: unknown, ignored: FieldSet): unknown {
  return removeFields(typeFields, type, config, ignored) ?? {};
}

/** What the manager applied before, and neither it nor anybody else wants now, goes. */
function prune(
  typeFields: TypeFields,
  type: TypeAt,
  merged: unknown,
  before: FieldSet,
  owners: FieldOwners,
): unknown {
  if (isEmptyFields(before)) return merged;
  let wanted = EMPTY_FIELDS;
  for (const set of owners.values()) wanted = unionOf(wanted, set);
  const unwanted = differenceOf(
    withNamedFields(typeFields, type, before),
    withNamedFields(typeFields, type, wanted),
  );
  return removeFields(typeFields, type, merged, unwanted) ?? {};
}

function conflictsOf(owners: FieldOwners, manager: string, change: Comparison): FieldConflict[] {
  const written = unionOf(change.modified, change.added);
  const conflicts: FieldConflict[] = [];
  for (const [other, set] of owners) {
    if (other === manager) continue;
    for (const path of pathsOf(intersectionOf(set, written))) conflicts.push({ manager: other, path });
  }
  return conflicts;
}

/** The others' sets without what was set otherwise or removed. */
function withoutTaken(
  owners: FieldOwners,
  manager: string,
  { added, modified, removed }: Comparison,
): Map<string, FieldSet> {
  const taken = unionOf(unionOf(added, modified), removed);
  const after = new Map<string, FieldSet>();
  for (const [other, set] of owners) {
    setOrDelete(after, other, other === manager ? set : differenceOf(set, taken));
  }
  return after;
}

function setOrDelete(owners: Map<string, FieldSet>, manager: string, set: FieldSet): void {
  if (isEmptyFields(set)) owners.delete(manager);
  else owners.set(manager, set);
}
