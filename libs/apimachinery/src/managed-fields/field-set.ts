/**
 * A set of paths of an object. A path element is written as fieldsV1 writes it: `f:name` a field, `k:{"name":"web"}` the
 * item of a list with that key, `v:"x"` the item of a set, `i:0` an item by index. Never changed once made.
 * Models sigs.k8s.io/structured-merge-diff fieldpath.Set.
 */
export interface FieldSet {
  /** The path that leads here is itself in the set. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

const NO_CHILDREN: ReadonlyMap<string, FieldSet> = new Map();
/** The path itself, and nothing below. */
export const LEAF_FIELDS: FieldSet = Object.freeze({ member: true, children: NO_CHILDREN });

export const EMPTY_FIELDS: FieldSet = Object.freeze({ member: false, children: NO_CHILDREN });

export type FieldPathElements = readonly string[];

export function isEmptyFields(set: FieldSet): boolean {
  return !set.member && set.children.size === 0;
}

/** Collects paths one after another. */
export class FieldSetBuilder {
  private member = false;
  private readonly children = new Map<string, FieldSetBuilder>();

  insert(path: FieldPathElements, depth = 0): void {
    if (depth === path.length) {
      this.member = true;
      return;
    }
    const element = path[depth];
    let child = this.children.get(element);
    if (!child) this.children.set(element, (child = new FieldSetBuilder()));
    child.insert(path, depth + 1);
  }

  build(): FieldSet {
    if (this.children.size === 0) return this.member ? LEAF_FIELDS : EMPTY_FIELDS;
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) children.set(element, child.build());
    return { member: this.member, children };
  }
}

/** A set of the paths given. */
export function fieldSetOf(paths: readonly FieldPathElements[]): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.insert(path);
  return builder.build();
}

/** The paths of both; `a` itself where `b` has no other. */
export function unionOf(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptyFields(b)) return a;
  if (isEmptyFields(a)) return b;
  let children: Map<string, FieldSet> | undefined;
  for (const [element, child] of b.children) {
    const own = a.children.get(element);
    const both = own ? unionOf(own, child) : child;
    if (both !== own) (children ??= new Map(a.children)).set(element, both);
  }
  const member = a.member || b.member;
  return children || member !== a.member ? { member, children: children ?? a.children } : a;
}

/** The paths of `a` that are not in `b`; what lies below a path of `b` stays. `a` itself where none is in `b`. */
export function differenceOf(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptyFields(a) || isEmptyFields(b)) return a;
  return filtered(a, b, a.member && !b.member, differenceOf);
}

/** The paths of `a` that are neither in `b` nor below a path of it. */
export function recursiveDifferenceOf(a: FieldSet, b: FieldSet): FieldSet {
  if (b.member) return EMPTY_FIELDS;
  if (isEmptyFields(a) || isEmptyFields(b)) return a;
  return filtered(a, b, a.member, recursiveDifferenceOf);
}

function filtered(
  a: FieldSet,
  b: FieldSet,
  member: boolean,
  without: (a: FieldSet, b: FieldSet) => FieldSet,
): FieldSet {
  let children: Map<string, FieldSet> | undefined;
  for (const [element, other] of b.children) {
    const child = a.children.get(element);
    const rest = child && without(child, other);
    if (rest === child) continue;
    children ??= new Map(a.children);
    if (rest === undefined || isEmptyFields(rest)) children.delete(element);
    else children.set(element, rest);
  }
  return children || member !== a.member ? made(member, children ?? a.children) : a;
}

export function intersectionOf(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const both = other ? intersectionOf(child, other) : EMPTY_FIELDS;
    if (!isEmptyFields(both)) children.set(element, both);
  }
  return made(a.member && b.member, children);
}

function made(member: boolean, children: ReadonlyMap<string, FieldSet>): FieldSet {
  if (children.size > 0) return { member, children };
  return member ? LEAF_FIELDS : EMPTY_FIELDS;
}

export function equalFields(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.member !== b.member || a.children.size !== b.children.size) return false;
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (!other || !equalFields(child, other)) return false;
  }
  return true;
}

/** Every path of the set, in the order of fieldsV1. */
export function pathsOf(set: FieldSet, prefix: FieldPathElements = []): FieldPathElements[] {
  const paths: FieldPathElements[] = set.member ? [prefix] : [];
  for (const element of orderedElements(set)) {
    paths.push(...pathsOf(set.children.get(element) as FieldSet, [...prefix, element]));
  }
  return paths;
}

/** The elements below a set in ascending order: the same text for the same set. */
export function orderedElements({ children }: FieldSet): string[] {
  if (children.size > FEW_ELEMENTS) return [...children.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  // Few, and mostly in order already: to sort them would cost more than all else that is done with them.
  const elements: string[] = [];
  for (const element of children.keys()) {
    let at = elements.length;
    while (at > 0 && elements[at - 1] > element) at--;
    if (at === elements.length) elements.push(element);
    else elements.splice(at, 0, element);
  }
  return elements;
}

const FEW_ELEMENTS = 16;

/** A path as conflicts name it: `.spec.template.spec.containers[name="web"].image`. */
export function pathText(path: FieldPathElements): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k': {
      const key = JSON.parse(rest) as Record<string, unknown>;
      return `[${Object.keys(key)
        .map((name) => `${name}=${JSON.stringify(key[name])}`)
        .join(',')}]`;
    }
    case 'v':
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}
