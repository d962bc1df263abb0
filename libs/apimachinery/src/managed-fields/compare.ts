import { equalJson } from '@podlab/kernel';
import { isJsonObject } from '../patch/json-value';
import { FieldSetBuilder, type FieldSet } from './field-set';
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
  walk.compare(type, old, next);
  return { added: walk.added.build(), modified: walk.modified.build(), removed: walk.removed.build() };
}

class CompareWalk {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  /** Where the walk stands. */
  private readonly path: string[] = [];

  constructor(private readonly typeFields: TypeFields) {}

  compare(type: TypeAt, old: unknown, next: unknown): void {
    if (old === next) return;
    const { path } = this;
    const structure = structureOf(this.typeFields, type, next ?? old);
    const isLeaf =
      structure.kind === 'leaf' ||
      (isNothing(old) && isNothing(next)) ||
      !fits(structure, old) ||
      !fits(structure, next);
    if (!isLeaf) this.descend(structure, old, next);
    if (path.length === 0) return;
    if (old === undefined) this.added.insert(path);
    else if (next === undefined) this.removed.insert(path);
    else if (isLeaf && !equalJson(old, next)) this.modified.insert(path);
  }

  private descend(structure: Structure, old: unknown, next: unknown): void {
    if (structure.kind === 'fields') return this.fields(structure, asFields(old), asFields(next));
    const olds = itemsByElement(structure, old);
    const nexts = itemsByElement(structure, next);
    const item: TypeAt = structure.kind === 'items' ? structure.item : { type: 'string' };
    for (const element of new Set([...olds.keys(), ...nexts.keys()])) {
      this.below(element, item, olds.get(element), nexts.get(element));
    }
  }

  private fields(
    structure: Structure & { kind: 'fields' },
    old: Readonly<Record<string, unknown>>,
    next: Readonly<Record<string, unknown>>,
  ): void {
    const childOf = (key: string) => structure.child(key) ?? UNTYPED;
    for (const key of Object.keys(next)) this.below(`f:${key}`, childOf(key), old[key], next[key]);
    for (const key of Object.keys(old)) {
      if (!Object.hasOwn(next, key)) this.below(`f:${key}`, childOf(key), old[key], next[key]);
    }
  }

  private below(element: string, type: TypeAt, old: unknown, next: unknown): void {
    this.path.push(element);
    this.compare(type, old, next);
    this.path.pop();
  }
}

const UNTYPED: TypeAt = { type: 'any' };

/** Whether a value is there as its structure has it: anything else counts as one value. */
function fits(structure: Structure, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return structure.kind === 'fields' ? isJsonObject(value) : Array.isArray(value);
}

const NO_FIELDS: Readonly<Record<string, unknown>> = Object.freeze({});
const asFields = (value: unknown) => (isJsonObject(value) ? value : NO_FIELDS);
