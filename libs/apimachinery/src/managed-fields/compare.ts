import { equalJson } from '@podlab/kernel';
import { isJsonObject } from '../patch/json-value';
import { FieldSetBuilder, type FieldPathElements, type FieldSet } from './field-set';
import {
  isNothing,
  itemsByElement,
  structureOf,
  type Structure,
  type TypeAt,
  type TypeFields,
} from './structure';

/** What differs between two states of an object. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Models sigs.k8s.io/structured-merge-diff typed compare.go. */
export function compareFields(typeFields: TypeFields, type: TypeAt, old: unknown, next: unknown): Comparison {
  const walk = new CompareWalk(typeFields);
  walk.compare(type, old, next, []);
  return { added: walk.added.build(), modified: walk.modified.build(), removed: walk.removed.build() };
}

class CompareWalk {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();

  constructor(private readonly typeFields: TypeFields) {}

  compare(type: TypeAt, old: unknown, next: unknown, path: FieldPathElements): void {
    if (old === next) return;
    const structure = structureOf(this.typeFields, type, next ?? old);
    const isLeaf =
      structure.kind === 'leaf' ||
      (isNothing(old) && isNothing(next)) ||
      !fits(structure, old) ||
      !fits(structure, next);
    if (!isLeaf) this.descend(structure, old, next, path);
    if (path.length === 0) return;
    if (old === undefined) this.added.insert(path);
    else if (next === undefined) this.removed.insert(path);
    else if (isLeaf && !equalJson(old, next)) this.modified.insert(path);
  }

  private descend(structure: Structure, old: unknown, next: unknown, path: FieldPathElements): void {
    if (structure.kind === 'fields') return this.fields(structure, asFields(old), asFields(next), path);
    const olds = itemsByElement(structure, old);
    const nexts = itemsByElement(structure, next);
    const item: TypeAt = structure.kind === 'items' ? structure.item : { type: 'string' };
    for (const element of new Set([...olds.keys(), ...nexts.keys()])) {
      this.compare(item, olds.get(element), nexts.get(element), [...path, element]);
    }
  }

  private fields(
    structure: Structure & { kind: 'fields' },
    old: Readonly<Record<string, unknown>>,
    next: Readonly<Record<string, unknown>>,
    path: FieldPathElements,
  ): void {
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
      const child = structure.child(key) ?? { type: 'any' };
      this.compare(child, old[key], next[key], [...path, `f:${key}`]);
    }
  }
}

/** Whether a value is there as its structure has it: anything else counts as one value. */
function fits(structure: Structure, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return structure.kind === 'fields' ? isJsonObject(value) : Array.isArray(value);
}

const NO_FIELDS: Readonly<Record<string, unknown>> = Object.freeze({});
const asFields = (value: unknown) => (isJsonObject(value) ? value : NO_FIELDS);
