import { isJsonObject } from '../patch/json-value';
import { FieldSetBuilder, pathText, type FieldPathElements, type FieldSet } from './field-set';
import {
  childOf,
  elementOfItem,
  elementOfMember,
  isNothing,
  structureOf,
  type FieldsStructure,
  type Structure,
  type TypeAt,
  type TypeFields,
} from './structure';

/** An applied object that does not fit its kind; the message is upstream's. */
export class AppliedFieldsError extends Error {
  override readonly name = 'AppliedFieldsError';
}

/**
 * Every field that an applied object has an opinion on. Throws {@link AppliedFieldsError}.
 * Models sigs.k8s.io/structured-merge-diff typed tofieldset.go and validate.go.
 */
export function appliedFields(typeFields: TypeFields, type: TypeAt, value: unknown): FieldSet {
  const builder = new FieldSetBuilder();
  visit(typeFields, type, value, [], builder);
  return builder.build();
}

function visit(
  typeFields: TypeFields,
  type: TypeAt,
  value: unknown,
  path: FieldPathElements,
  builder: FieldSetBuilder,
): void {
  const structure = structureOf(typeFields, type, value);
  if (structure.kind === 'leaf') return builder.insert(path);
  if (structure.kind === 'fields') return visitFields(typeFields, structure, value, path, builder);
  if (!Array.isArray(value)) return;
  const seen = new Set<string>();
  value.forEach((item: unknown, index) => {
    const element = elementAt(structure, item, index, path);
    if (seen.has(element)) {
      throw new AppliedFieldsError(`${pathText(path)}: duplicate entries for key ${elementName(element)}`);
    }
    seen.add(element);
    const below = [...path, element];
    if (structure.kind === 'items') visit(typeFields, structure.item, item, below, builder);
    builder.insert(below);
  });
}

function visitFields(
  typeFields: TypeFields,
  structure: FieldsStructure,
  value: unknown,
  path: FieldPathElements,
  builder: FieldSetBuilder,
): void {
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    const below = [...path, `f:${key}`];
    const child = childOf(structure, key);
    if (!child) throw new AppliedFieldsError(`${pathText(below)}: field not declared in schema`);
    visit(typeFields, child, value[key], below, builder);
    const isEmptyMap = value[key] === null || (isJsonObject(value[key]) && isNothing(value[key]));
    if (structure.isMap || isEmptyMap) builder.insert(below);
  }
}

function elementAt(structure: Structure, item: unknown, index: number, path: FieldPathElements): string {
  if (structure.kind !== 'items') return elementOfMember(item);
  const values = isJsonObject(item) ? item : {};
  const missing = structure.keys.find(
    ({ name, default: byDefault }) => (values[name] ?? byDefault) === undefined,
  );
  if (missing) {
    throw new AppliedFieldsError(
      `${pathText(path)}: element ${index}: associative list with keys has an element that omits key field "${missing.name}"`,
    );
  }
  return elementOfItem(structure.keys, item);
}

const elementName = (element: string) => pathText([element]);
