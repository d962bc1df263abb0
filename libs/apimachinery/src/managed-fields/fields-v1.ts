import { isJsonObject, type JsonObject } from '../patch/json-value';
import { EMPTY_FIELDS, orderedElements, type FieldSet } from './field-set';

const SELF = '.';
const ELEMENT = /^(?:f:|k:\{|v:|i:-?\d)/;

/** A set as the JSON text of the `fieldsV1` of a managedFields entry. Models structured-merge-diff fieldpath serialize.go. */
export function encodeFieldsV1(set: FieldSet): string {
  let fields = set.member && set.children.size > 0 ? `"${SELF}":{}` : '';
  for (const element of orderedElements(set)) {
    const below = encodeFieldsV1(set.children.get(element) as FieldSet);
    fields += `${fields === '' ? '' : ','}${JSON.stringify(element)}:${below}`;
  }
  return `{${fields}}`;
}

/** The set that a `fieldsV1` names; undefined when it is none. The root itself is never a member. */
export function decodeFieldsV1(value: unknown): FieldSet | undefined {
  if (!isJsonObject(value)) return undefined;
  if (Object.keys(value).length === 0) return EMPTY_FIELDS;
  const root = decodeNode(value);
  return root && { member: false, children: root.children };
}

function decodeNode(value: JsonObject): FieldSet | undefined {
  const children = new Map<string, FieldSet>();
  let member = Object.keys(value).length === 0;
  for (const key of Object.keys(value)) {
    if (key === SELF) {
      member = true;
      continue;
    }
    const below = value[key];
    const child = isElement(key) && isJsonObject(below) ? decodeNode(below) : undefined;
    if (!child) return undefined;
    children.set(key, child);
  }
  return { member, children };
}

function isElement(text: string): boolean {
  if (!ELEMENT.test(text)) return false;
  if (text[0] === 'f' || text[0] === 'i') return true;
  try {
    JSON.parse(text.slice(2));
    return true;
  } catch {
    return false; // not JSON: no path element
  }
}
