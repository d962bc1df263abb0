import type { FieldConflict, KubeObject, OwnedType } from '@podlab/apimachinery';
import {
  AppliedFieldsError,
  appliedFields,
  compareFields,
  differenceOf,
  fieldSetOf,
  isEmptyFields,
  unionOf,
} from '@podlab/apimachinery';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Whether all fields in conflict are as kubectl applied them from the client's side before: then they are its own.
 * Models k8s.io/apimachinery pkg/util/managedfields/internal lastappliedmanager.go.
 */
export function allowedByLastApplied(
  { typeFields, type }: OwnedType,
  live: KubeObject,
  conflicts: readonly FieldConflict[],
): boolean {
  const lastApplied = lastAppliedOf(live);
  if (!lastApplied) return false;
  try {
    const { added, modified, removed } = compareFields(typeFields, type, lastApplied, live);
    const changed = unionOf(unionOf(added, modified), removed);
    const unchanged = differenceOf(appliedFields(typeFields, type, lastApplied), changed);
    return isEmptyFields(differenceOf(fieldSetOf(conflicts.map(({ path }) => path)), unchanged));
  } catch (error) {
    if (error instanceof AppliedFieldsError) return false; // an annotation that names no object allows nothing
    throw error;
  }
}

/** Keeps the annotation of client-side apply in step, where it is. Models internal lastappliedupdater.go. */
export function withLastApplied(live: KubeObject, merged: KubeObject, config: KubeObject): KubeObject {
  if (lastAppliedOf(live) === undefined) return merged;
  const annotations = { ...merged.metadata.annotations, [LAST_APPLIED]: `${JSON.stringify(config)}\n` };
  return { ...merged, metadata: { ...merged.metadata, annotations } };
}

function lastAppliedOf({ metadata }: KubeObject): object | undefined {
  const text = metadata.annotations?.[LAST_APPLIED];
  if (!text) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // somebody wrote the annotation by hand
  }
}
