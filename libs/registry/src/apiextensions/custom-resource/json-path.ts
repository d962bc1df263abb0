import { isObject } from '../schema/types';

type Segment =
  | { readonly kind: 'child'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly path: Segment[]; readonly equal: boolean; readonly value: string };

const LENGTH_LIMIT = 1_000;
const SEGMENT =
  /^(?:\.([A-Za-z_$][\w$/-]*(?:\\\.[\w$/-]+)*)|\.?\[(\*)\]|\.(\*)|\[(-?\d+)\]|\[['"]([^'"]+)['"]\]|\[\?\(@((?:\.[\w-]+)+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*\)\])/;

/** A path of the part of kubectl's JSONPath that columns use; undefined for another. Models client-go util/jsonpath. */
export function parseJsonPath(text: string): readonly Segment[] | undefined {
  if (text.length > LENGTH_LIMIT) return undefined;
  const segments: Segment[] = [];
  let rest = text;
  while (rest !== '') {
    const found = SEGMENT.exec(rest);
    if (!found) return undefined;
    rest = rest.slice(found[0].length);
    const [, child, star, dotStar, index, quoted, filterPath, operator, double, single, bare] = found;
    if (star || dotStar) segments.push({ kind: 'all' });
    else if (index !== undefined) segments.push({ kind: 'index', index: Number(index) });
    else if (filterPath !== undefined) {
      const path = parseJsonPath(filterPath) as Segment[];
      segments.push({ kind: 'filter', path, equal: operator === '==', value: double ?? single ?? bare });
    } else segments.push({ kind: 'child', name: (child ?? quoted).replace(/\\\./g, '.') });
  }
  return segments;
}

/** All values at the path, in order. */
export function valuesAt(value: unknown, path: readonly Segment[]): unknown[] {
  let values = [value];
  for (const segment of path) values = values.flatMap((each) => step(each, segment));
  return values;
}

function step(value: unknown, segment: Segment): unknown[] {
  switch (segment.kind) {
    case 'child':
      return isObject(value) && Object.hasOwn(value, segment.name) ? [value[segment.name]] : [];
    case 'index': {
      if (!Array.isArray(value)) return [];
      const at = segment.index < 0 ? value.length + segment.index : segment.index;
      return at in value ? [value[at]] : [];
    }
    case 'all':
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    default:
      if (!Array.isArray(value)) return [];
      return value.filter((each) => {
        const [found] = valuesAt(each, segment.path);
        return found !== undefined && (String(found) === segment.value) === segment.equal;
      });
  }
}
