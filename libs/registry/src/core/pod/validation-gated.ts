import type { Affinity, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { forbidden, invalid } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';

/** Gates go, none comes. Models pkg/apis/core/validation validateOnlyDeletedSchedulingGates. */
export function validateGatesChange(spec: PodSpec, old: PodSpec, path: Path): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name }) => {
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return before.has(name) ? [] : [forbidden(path.child('schedulingGates'), detail)];
  });
}

/** Where a pod may go can be narrowed while it waits for its gates. Models validateNodeSelectorMutation. */
export function validateGatedChange(spec: PodSpec, old: PodSpec, path: Path): FieldError[] {
  const selector = spec.nodeSelector ?? {};
  const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => selector[key] === value);
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [
    ...(kept ? [] : [invalid(path.child('nodeSelector'), selector, detail)]),
    ...validateAffinityChange(
      spec.affinity,
      old.affinity,
      path.child('affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'),
    ),
  ];
}

const termsOf = (affinity: Affinity | undefined): readonly NodeSelectorTerm[] =>
  affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];

/** Models validateNodeAffinityMutation. */
function validateAffinityChange(
  affinity: Affinity | undefined,
  old: Affinity | undefined,
  path: Path,
): FieldError[] {
  const [before, after] = [termsOf(old), termsOf(affinity)];
  if (before.length === 0) return [];
  const at = path.child('nodeSelectorTerms');
  if (before.length !== after.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    const terms = after.length > 0 ? after.map(internalTerm) : null;
    return [invalid(at, terms, detail)];
  }
  return after.flatMap((term, index) => {
    const narrower = (['matchExpressions', 'matchFields'] as const).every((list) =>
      (before[index][list] ?? []).every((each, place) => equalJson(each, term[list]?.[place] ?? null)),
    );
    const detail = 'only additions are allowed (no mutations or deletions)';
    return narrower ? [] : [invalid(at.index(index), internalTerm(term), detail)];
  });
}

/** A term as upstream's internal type prints. */
function internalTerm({ matchExpressions, matchFields }: NodeSelectorTerm): object {
  const internal = (list: readonly NodeSelectorRequirement[] | undefined) =>
    list?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ??
    null;
  return { MatchExpressions: internal(matchExpressions), MatchFields: internal(matchFields) };
}
