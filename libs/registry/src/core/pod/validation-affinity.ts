import type { Affinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  dns1123LabelErrors,
  forbidden,
  invalid,
  labelNameFieldErrors,
  labelValueErrors,
  required,
  validateLabelSelector,
} from '@podlab/apimachinery';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Models pkg/apis/core/validation validateAffinity. */
export function validateAffinity(
  { nodeAffinity, podAffinity, podAntiAffinity }: Affinity,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (nodeAffinity) errors.push(...validateNodeAffinity(nodeAffinity, path.child('nodeAffinity')));
  if (podAffinity) errors.push(...validatePodAffinity(podAffinity, path.child('podAffinity')));
  if (podAntiAffinity) errors.push(...validatePodAffinity(podAntiAffinity, path.child('podAntiAffinity')));
  return errors;
}

function validateNodeAffinity(affinity: NonNullable<Affinity['nodeAffinity']>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const hard = affinity[REQUIRED];
  if (hard) {
    const at = path.child(REQUIRED, 'nodeSelectorTerms');
    const terms = hard.nodeSelectorTerms ?? [];
    if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'));
    terms.forEach((term, index) => errors.push(...validateTerm(term, at.index(index), true)));
  }
  (affinity[PREFERRED] ?? []).forEach(({ weight, preference }, index) => {
    const at = path.child(PREFERRED).index(index);
    errors.push(
      ...validateWeight(weight, at),
      ...validateTerm(preference ?? {}, at.child('preference'), false),
    );
  });
  return errors;
}

function validateWeight(weight: number, path: Path): FieldError[] {
  return weight >= 1 && weight <= 100
    ? []
    : [invalid(path.child('weight'), weight ?? 0, 'must be in the range 1-100')];
}

function validateTerm(term: NodeSelectorTerm, path: Path, checkValues: boolean): FieldError[] {
  const { matchExpressions = [], matchFields = [] } = term;
  return [
    ...matchExpressions.flatMap((each, index) => {
      const at = path.child('matchExpressions').index(index);
      return [...validateRequirement(each, at), ...(checkValues ? validateValues(each, at) : [])];
    }),
    ...matchFields.flatMap((each, index) => validateField(each, path.child('matchFields').index(index))),
  ];
}

/** Only what must hold has its values checked: a preference may name what no label can be. */
function validateValues({ values = [] }: NodeSelectorRequirement, path: Path): FieldError[] {
  return values.flatMap((value, index) =>
    labelValueErrors(value).map((message) => invalid(path.child('values').index(index), value, message)),
  );
}

/** Models pkg/apis/core/validation ValidateNodeSelectorRequirement. */
function validateRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = path.child('values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      errors.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalid(path.child('operator'), operator ?? '', 'not a valid selector operator'));
  return [...errors, ...labelNameFieldErrors(key ?? '', path.child('key'))];
}

function validateField({ key, operator, values = [] }: NodeSelectorRequirement, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(path.child('operator'), operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(path.child('values'), detail));
  }
  if (key !== 'metadata.name')
    errors.push(invalid(path.child('key'), key ?? '', 'not a valid field selector key'));
  return errors;
}

function validatePodAffinity(affinity: NonNullable<Affinity['podAffinity']>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  (affinity[REQUIRED] ?? []).forEach((term, index) => {
    errors.push(...validatePodTerm(term, path.child(REQUIRED).index(index)));
  });
  (affinity[PREFERRED] ?? []).forEach(({ weight, podAffinityTerm }, index) => {
    const at = path.child(PREFERRED).index(index);
    errors.push(
      ...validateWeight(weight, at),
      ...validatePodTerm(podAffinityTerm ?? {}, at.child('podAffinityTerm')),
    );
  });
  return errors;
}

function validatePodTerm(term: Partial<PodAffinityTerm>, path: Path): FieldError[] {
  const errors = [
    ...validateLabelSelector(term.labelSelector, path.child('labelSelector')),
    ...validateLabelSelector(term.namespaceSelector, path.child('namespaceSelector')),
  ];
  for (const name of term.namespaces ?? []) {
    errors.push(
      ...dns1123LabelErrors(name).map((message) => invalid(path.child('namespace'), name, message)),
    );
  }
  if (!term.topologyKey) errors.push(required(path.child('topologyKey'), 'can not be empty'));
  return [...errors, ...labelNameFieldErrors(term.topologyKey ?? '', path.child('topologyKey'))];
}
