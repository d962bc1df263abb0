import type { Pod, PodSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, forbidden, invalid } from '@podlab/apimachinery';
import { cloneJson, equalJson } from '@podlab/kernel';
import { validateStoredPod } from './validation';
import { validateGatedChange, validateGatesChange } from './validation-gated';

const SPEC = Path.of('spec');
const UPDATABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Models pkg/apis/core/validation ValidatePodUpdate. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = validateStoredPod(pod);
  for (const list of ['containers', 'initContainers'] as const) {
    if ((pod.spec[list] ?? []).length === (old.spec[list] ?? []).length) continue;
    return [...errors, forbidden(SPEC.child(list), 'pod updates may not add or remove containers')];
  }
  errors.push(...validateDeadline(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds));
  errors.push(...validateTolerations(pod.spec, old.spec), ...validateGatesChange(pod.spec, old.spec, SPEC));
  const gated = (old.spec.schedulingGates ?? []).length > 0;
  if (gated) errors.push(...validateGatedChange(pod.spec, old.spec, SPEC));
  if (!equalJson(withoutUpdatable(pod.spec, old.spec), cloneJson(old.spec))) {
    errors.push(forbidden(SPEC, `${UPDATABLE}\n${difference(pod.spec, old.spec)}`));
  }
  return errors;
}

/** Models pkg/apis/core/validation ValidatePodStatusUpdate. */
export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const path = Path.of('status');
  if (pod.spec.nodeName !== old.spec.nodeName) {
    errors.push(forbidden(path.child('nodeName'), 'may not be changed directly'));
  }
  (pod.status?.containerStatuses ?? []).forEach((container, index) => {
    if (container.restartCount < 0) {
      const at = path.child('containerStatuses').index(index).child('restartCount');
      errors.push(invalid(at, container.restartCount, 'must be greater than or equal to 0'));
    }
  });
  return errors;
}

function validateDeadline(next: number | undefined, old: number | undefined): FieldError[] {
  const path = SPEC.child('activeDeadlineSeconds');
  if (next === undefined) {
    return old === undefined
      ? []
      : [invalid(path, next, 'must not update from a positive integer to nil value')];
  }
  if (next < 0 || next > 2_147_483_647)
    return [invalid(path, next, 'must be between 0 and 2147483647, inclusive')];
  if (old === undefined || next <= old) return [];
  return [invalid(path, next, `must be less than or equal to previous value`)];
}

/** Tolerations may be added; those that are there may only change their seconds. */
function validateTolerations(spec: PodSpec, old: PodSpec): FieldError[] {
  const identity = ({ key, operator, value, effect }: NonNullable<PodSpec['tolerations']>[number]) =>
    JSON.stringify([key ?? '', operator ?? '', value ?? '', effect ?? '']);
  const present = new Set((spec.tolerations ?? []).map(identity));
  const lost = (old.tolerations ?? []).some((toleration) => !present.has(identity(toleration)));
  return lost
    ? [
        forbidden(
          SPEC.child('tolerations'),
          'existing toleration can not be modified except its tolerationSeconds',
        ),
      ]
    : [];
}

/** The new spec with everything taken from the old one that a client may change. */
function withoutUpdatable(spec: PodSpec, old: PodSpec): PodSpec {
  const masked = cloneJson(spec);
  for (const list of ['containers', 'initContainers'] as const) {
    masked[list]?.forEach((container, index) => restore(container, old[list]?.[index] ?? {}, 'image'));
  }
  restore(masked, old, 'activeDeadlineSeconds');
  restore(masked, old, 'tolerations');
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    restore(masked, old, 'terminationGracePeriodSeconds');
  }
  restore(masked, old, 'schedulingGates');
  if ((old.schedulingGates ?? []).length > 0) {
    restore(masked, old, 'nodeSelector');
    restoreNodeAffinity(masked, old);
  }
  return masked;
}

/** A gated pod's node affinity was judged by itself; the other affinities may not change. */
function restoreNodeAffinity(masked: PodSpec, old: PodSpec): void {
  const affinity = { ...masked.affinity };
  restore(affinity, old.affinity ?? {}, 'nodeAffinity');
  if (old.affinity || Object.keys(affinity).length > 0) masked.affinity = affinity;
  else delete masked.affinity;
}

function restore<T extends object, K extends keyof T>(target: T, source: Partial<T>, key: K): void {
  if (source[key] === undefined) delete target[key];
  else target[key] = cloneJson(source[key]) as T[K];
}

/** The fields that differ, one a line, `-` before and `+` after. Upstream prints a diff of Go structs. */
function difference(spec: PodSpec, old: PodSpec): string {
  const before = old as unknown as Record<string, unknown>;
  const after = spec as unknown as Record<string, unknown>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = names.filter((name) => !equalJson(before[name] ?? null, after[name] ?? null));
  return changed
    .map((name) => `- ${name}: ${JSON.stringify(before[name])}\n+ ${name}: ${JSON.stringify(after[name])}`)
    .join('\n');
}
