import type { EphemeralContainer, Pod } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { forbidden, Path } from '@podlab/apimachinery';
import { cloneJson, equalJson } from '@podlab/kernel';
import { defaultPodSpec } from './defaults';
import { validateStoredPod } from './validation';

/** Writes of `pods/ephemeralcontainers`. Models pkg/registry/core/pod podEphemeralContainersStrategy. */
export const ephemeralContainersRules = {
  /** Nothing of the pod but its ephemeral containers is taken from the draft. */
  prepareForUpdate(draft: Pod, old: Pod): void {
    const { ephemeralContainers } = draft.spec;
    draft.spec = cloneJson(old.spec);
    draft.status = old.status;
    const { managedFields } = draft.metadata;
    draft.metadata = { ...cloneJson(old.metadata), ...(managedFields && { managedFields }) };
    delete draft.spec.ephemeralContainers;
    if (ephemeralContainers?.length) draft.spec.ephemeralContainers = ephemeralContainers;
    defaultPodSpec(draft.spec);
  },
  validateUpdate(draft: Pod, old: Pod): FieldError[] {
    return [...validateStoredPod(draft), ...validateKept(draft, old)];
  },
};

/** Those that are there stay as they are. Models pkg/apis/core/validation ValidatePodEphemeralContainersUpdate. */
function validateKept(pod: Pod, old: Pod): FieldError[] {
  const path = Path.of('spec', 'ephemeralContainers');
  const byName = new Map(pod.spec.ephemeralContainers?.map((each) => [each.name, each]));
  return (old.spec.ephemeralContainers ?? []).flatMap((before) => {
    const after = byName.get(before.name);
    const which = `existing ephemeral containers ${JSON.stringify(before.name)}`;
    if (!after) return [forbidden(path, `${which} may not be removed\n`)];
    if (equalJson(after, before)) return [];
    return [forbidden(path, `${which} may not be changed\n${difference(after, before)}`)];
  });
}

/** The fields that differ, one a line. Upstream prints a diff of Go structs. */
function difference(after: EphemeralContainer, before: EphemeralContainer): string {
  const [to, from] = [after, before] as unknown as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return names
    .filter((name) => !equalJson(from[name] ?? null, to[name] ?? null))
    .map((name) => `- ${name}: ${JSON.stringify(from[name])}\n+ ${name}: ${JSON.stringify(to[name])}`)
    .join('\n');
}
