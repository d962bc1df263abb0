import type { Node, Taint } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  duplicate,
  forbidden,
  invalid,
  labelNameFieldErrors,
  labelValueErrors,
  notSupported,
  required,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { isCIDR } from '../../validation/addresses';

const SPEC = Path.of('spec');
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Models pkg/apis/core/validation ValidateNode. */
export function validateNode(node: Node): FieldError[] {
  return [
    // Upstream names them under metadata.
    ...validateTaints(node.spec.taints ?? [], Path.of('metadata', 'taints')),
    ...validatePodRanges(node.spec.podCIDRs ?? [], SPEC.child('podCIDRs')),
  ];
}

/** Models pkg/apis/core/validation ValidateNodeUpdate. */
export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const errors = validateNode(node);
  if ((old.spec.podCIDRs ?? []).length > 0 && !equalJson(old.spec.podCIDRs, node.spec.podCIDRs)) {
    const detail = 'node updates may not change podCIDR except from "" to valid';
    errors.push(forbidden(SPEC.child('podCIDRs'), detail));
  }
  if (old.spec.providerID && old.spec.providerID !== node.spec.providerID) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden(SPEC.child('providerID'), detail));
  }
  return errors;
}

function validatePodRanges(ranges: readonly string[], path: Path): FieldError[] {
  const errors = ranges.flatMap((range, index) => {
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    return isCIDR(range) ? [] : [invalid(path.index(index), range, detail)];
  });
  if (errors.length > 0 || ranges.length < 2) return errors;
  const families = new Set(ranges.map((range) => range.includes(':')));
  if (families.size === 2 && ranges.length === 2) return [];
  return [invalid(path, ranges, 'may specify no more than one CIDR for each IP family')];
}

function validateTaints(taints: readonly Taint[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  taints.forEach((taint, index) => {
    const at = path.index(index);
    errors.push(...labelNameFieldErrors(taint.key, at.child('key')));
    const messages = labelValueErrors(taint.value ?? '');
    if (messages.length > 0) errors.push(invalid(at.child('value'), taint.value, messages.join(';')));
    if (!taint.effect) errors.push(required(at.child('effect')));
    else if (!EFFECTS.includes(taint.effect))
      errors.push(notSupported(at.child('effect'), taint.effect, EFFECTS));
    const identity = `${taint.key}:${taint.effect}`;
    if (seen.has(identity)) {
      errors.push({
        ...duplicate(at, internalTaint(taint)),
        detail: 'taints must be unique by key and effect pair',
      });
    }
    seen.add(identity);
  });
  return errors;
}

/** A taint as upstream's internal type prints. */
function internalTaint({
  key,
  value = '',
  effect,
  timeAdded = null,
}: Omit<Taint, 'timeAdded'> & { timeAdded?: string | null }): object {
  return { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
}
