import type { LimitRange, LimitRangeItem } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  compareQuantities,
  duplicate,
  forbidden,
  invalid,
  parseQuantity,
  Path,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';

const LIMITS = Path.of('spec', 'limits');
const TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];
const BOUNDS = ['min', 'defaultRequest', 'default', 'max'] as const;
const WORDS: Readonly<Record<(typeof BOUNDS)[number], string>> = {
  min: 'min',
  defaultRequest: 'default request',
  default: 'default',
  max: 'max',
};

/** Models k8s.io/kubernetes pkg/apis/core/validation ValidateLimitRange. */
export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec?.limits ?? []).forEach((limit, index) => {
    const path = LIMITS.index(index);
    if (!TYPES.includes(limit.type) && !limit.type?.includes('/'))
      errors.push(
        invalid(path.child('type'), limit.type, 'must be a standard limit type or fully qualified'),
      );
    if (seen.has(limit.type)) errors.push(duplicate(path.child('type'), limit.type));
    seen.add(limit.type);
    errors.push(...validateItem(limit, path));
  });
  return errors;
}

function validateItem(limit: LimitRangeItem, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (limit.type === 'Pod')
    for (const each of ['default', 'defaultRequest'] as const)
      if (Object.keys(limit[each] ?? {}).length > 0)
        errors.push(forbidden(path.child(each), "may not be specified when `type` is 'Pod'"));
  if (limit.type === 'PersistentVolumeClaim' && !limit.min?.storage && !limit.max?.storage)
    errors.push(
      required(
        path.child('limits'),
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  const names = new Set(
    [...BOUNDS.map((each) => limit[each]), limit.maxLimitRequestRatio].flatMap((each) =>
      Object.keys(each ?? {}),
    ),
  );
  for (const name of [...names].sort()) {
    for (const message of qualifiedNameErrors(name)) errors.push(invalid(path.key(name), name, message));
    errors.push(...orderErrors(limit, name, path));
  }
  return errors;
}

/** Each bound may be no more than any that stands above it, and a ratio no less than 1. */
function orderErrors(limit: LimitRangeItem, name: string, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  BOUNDS.forEach((low, at) => {
    for (const high of BOUNDS.slice(at + 1)) {
      const [a, b] = [limit[low]?.[name], limit[high]?.[name]];
      if (a === undefined || b === undefined || compareQuantities(parseQuantity(a), parseQuantity(b)) <= 0)
        continue;
      const detail = `${WORDS[low]} value ${a} is greater than ${WORDS[high]} value ${b}`;
      errors.push(invalid(path.child(low).key(name), a, detail));
    }
  });
  const ratio = limit.maxLimitRequestRatio?.[name];
  if (ratio !== undefined && compareQuantities(parseQuantity(ratio), parseQuantity('1')) < 0)
    errors.push(
      invalid(path.child('maxLimitRequestRatio').key(name), ratio, `ratio ${ratio} is less than 1`),
    );
  return errors;
}
