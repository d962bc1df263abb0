import type { FieldError } from './field-errors';
import { forbidden, invalid, required } from './field-errors';
import type { Path } from './field-path';
import type { LabelOperator, LabelRequirement, Selector } from './labels';
import { NOTHING, formatSelector, newRequirement, selectorFromMap } from './labels';
import { labelValueErrors } from './names';
import { labelNameFieldErrors, validateLabels } from './meta-validation';

/** A selector as objects carry it; fits `LabelSelector` of `@podlab/api`. */
export interface LabelSelectorLike {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorRequirementLike[];
}

export interface LabelSelectorRequirementLike {
  key: string;
  operator: string;
  values?: string[];
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/**
 * What an object's selector selects: an absent one nothing, an empty one everything.
 * Throws LabelSelectorError on an operator that is none. Models apimachinery meta/v1 LabelSelectorAsSelector.
 */
export function selectorFromLabelSelector(selector: LabelSelectorLike | undefined): Selector {
  if (!selector) return NOTHING;
  const expressions = (selector.matchExpressions ?? []).map((expression): LabelRequirement => {
    const operator = Object.hasOwn(OPERATORS, expression.operator)
      ? OPERATORS[expression.operator]
      : undefined;
    if (!operator) throw new TypeError(`"${expression.operator}" is not a valid label selector operator`);
    return newRequirement(expression.key, operator, expression.values ?? []);
  });
  const requirements = [...selectorFromMap(selector.matchLabels).requirements, ...expressions];
  return { requirements: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
}

/** The text of an object's selector in columns. Models apimachinery meta/v1 FormatLabelSelector. */
export function formatLabelSelector(selector: LabelSelectorLike | undefined): string {
  const compiled = selectorFromLabelSelector(selector);
  if (compiled.nothing) return '<none>';
  return formatSelector(compiled) || '<none>';
}

/** Models apimachinery meta/v1/validation ValidateLabelSelector. */
export function validateLabelSelector(selector: LabelSelectorLike | undefined, path: Path): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, path.child('matchLabels'));
  (selector.matchExpressions ?? []).forEach((expression, index) => {
    errors.push(...validateExpression(expression, path.child('matchExpressions').index(index)));
  });
  return errors;
}

function validateExpression(
  { key, operator, values = [] }: LabelSelectorRequirementLike,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbidden(path.child('values'), detail));
    }
  } else errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'));
  errors.push(...labelNameFieldErrors(key, path.child('key')));
  values.forEach((value, index) => {
    for (const message of labelValueErrors(value)) {
      errors.push(invalid(path.child('values').index(index), value, message));
    }
  });
  return errors;
}
