/** A JSON merge patch from what was applied before, what is to be applied now, and what is there. */

type Data = Record<string, unknown>;

const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What `modified` says is set, what `original` said and `modified` no longer does is removed, the rest stays.
 * Models kubernetes staging/src/k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go CreateThreeWayJSONMergePatch.
 */
export function threeWayMergePatch(original: Data, modified: Data, current: Data): Data {
  const patch: Data = {};
  for (const key of Object.keys(original)) if (!(key in modified) && key in current) patch[key] = null;
  for (const [key, wanted] of Object.entries(modified)) {
    const there = current[key];
    if (isData(wanted) && isData(there)) {
      const before = original[key];
      const inner = threeWayMergePatch(isData(before) ? before : {}, wanted, there);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (JSON.stringify(wanted) !== JSON.stringify(there)) patch[key] = wanted;
  }
  return patch;
}
