import type { LimitRange, LimitRangeItem } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  compareQuantities,
  duplicate,
  forbidden,
  formatQuantity,
  invalid,
  milliValue,
  parseQuantity,
  Path,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';

const LIMITS = Path.of('spec', 'limits');
const TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];
const BOUNDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Bound = 'min' | 'max' | 'default' | 'defaultRequest';
/** What may be no more than what, in upstream's order: of the field told, its value or the other one is shown. */
const ORDERS: readonly [low: Bound, high: Bound, at: Bound, shown: Bound, text: string][] = [
  ['min', 'max', 'min', 'min', 'min value % is greater than max value %'],
  [
    'min',
    'defaultRequest',
    'defaultRequest',
    'defaultRequest',
    'min value % is greater than default request value %',
  ],
  [
    'defaultRequest',
    'max',
    'defaultRequest',
    'defaultRequest',
    'default request value % is greater than max value %',
  ],
  [
    'defaultRequest',
    'default',
    'defaultRequest',
    'defaultRequest',
    'default request value % is greater than default limit value %',
  ],
  ['min', 'default', 'default', 'min', 'min value % is greater than default value %'],
  ['default', 'max', 'default', 'max', 'default value % is greater than max value %'],
];

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
  for (const bound of BOUNDS)
    for (const name of Object.keys(limit[bound] ?? {}).sort())
      errors.push(...nameErrors(name, path.child(bound).key(name)));
  const names = new Set(BOUNDS.flatMap((bound) => Object.keys(limit[bound] ?? {})));
  for (const name of [...names].sort())
    errors.push(...orderErrors(limit, name, path), ...ratioErrors(limit, name, path));
  return errors;
}

/** Models validateLimitRangeResourceName for what is no container's: any standard name will do. */
function nameErrors(name: string, path: Path): FieldError[] {
  return qualifiedNameErrors(name).map((message) => invalid(path, name, message));
}

function orderErrors(limit: LimitRangeItem, name: string, path: Path): FieldError[] {
  return ORDERS.flatMap(([low, high, at, shown, text]) => {
    const [less, more] = [limit[low]?.[name], limit[high]?.[name]];
    if (less === undefined || more === undefined) return [];
    const [a, b] = [parseQuantity(less), parseQuantity(more)];
    if (compareQuantities(a, b) <= 0) return [];
    const detail = text.replace('%', formatQuantity(a)).replace('%', formatQuantity(b));
    return [invalid(path.child(at).key(name), formatQuantity(shown === low ? a : b), detail)];
  });
}

/** A ratio is no less than 1, and no more than the bounds leave room for. */
function ratioErrors(limit: LimitRangeItem, name: string, path: Path): FieldError[] {
  const given = limit.maxLimitRequestRatio?.[name];
  if (given === undefined) return [];
  const ratio = parseQuantity(given);
  const text = formatQuantity(ratio);
  const at = path.child('maxLimitRequestRatio').key(name);
  const errors: FieldError[] = [];
  if (compareQuantities(ratio, parseQuantity('1')) < 0)
    errors.push(invalid(at, text, `ratio ${text} is less than 1`));
  const [min, max] = [limit.min?.[name], limit.max?.[name]];
  if (min === undefined || max === undefined) return errors;
  const most = milliValue(parseQuantity(max)) / milliValue(parseQuantity(min));
  if (milliValue(ratio) / 1000 > most)
    errors.push(invalid(at, text, `ratio ${text} is greater than max/min = ${most.toFixed(6)}`));
  return errors;
}
