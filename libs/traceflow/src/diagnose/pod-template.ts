import type { Pod } from '@podlab/api';
import type { JsonPatchOperation } from '@podlab/contracts';
import type { ClusterObjects } from '../cluster-objects';
import { referenceTo } from '../cluster-objects';
import type { Fix } from './finding';

type Change = (spec: string) => JsonPatchOperation | readonly JsonPatchOperation[];

/**
 * A fix that changes the pod template that a pod comes from; `change` gets the JSON Pointer of the pod's spec in it.
 * Undefined for a pod by itself, of whose spec little can be changed.
 */
export function changeTemplate(pod: Pod, objects: ClusterObjects, change: Change): Fix | undefined {
  const owner = objects.templateOwner(pod);
  if (owner === pod) return undefined;
  const patch = [change('/spec/template/spec')].flat() as JsonPatchOperation[];
  return { action: 'Patch', object: referenceTo(owner), patch };
}

/** The same for what may be changed in a pod that runs, too. */
export function changeSpec(pod: Pod, objects: ClusterObjects, change: Change): Fix {
  const fix = changeTemplate(pod, objects, change);
  return (
    fix ?? {
      action: 'Patch',
      object: referenceTo(pod),
      patch: [change('/spec')].flat() as JsonPatchOperation[],
    }
  );
}
