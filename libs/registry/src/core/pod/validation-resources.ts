import type { ResourceRequirements } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  compareQuantities,
  formatQuantity,
  invalid,
  milliValue,
  parseQuantity,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';

const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const isExtended = (name: string) => name.includes('/') && !name.includes('kubernetes.io/');
/** Whether requests may be less than limits. Models pkg/apis/core/helper IsOvercommitAllowed. */
const overcommits = (name: string) => !name.startsWith('hugepages-') && !isExtended(name);

/** Models pkg/apis/core/validation validateResourceRequirements; names in ascending order, so that messages are stable. */
export function validateResources(
  { limits = {}, requests = {} }: ResourceRequirements,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of Object.keys(limits).sort()) {
    errors.push(...validateAmount(name, limits[name], path.child('limits')));
  }
  for (const name of Object.keys(requests).sort()) {
    errors.push(...validateAmount(name, requests[name], path.child('requests')));
    errors.push(...validateRequest(name, requests[name], limits[name], path));
  }
  return errors;
}

function validateAmount(name: string, amount: string, path: Path): FieldError[] {
  const at = path.key(name);
  const errors = validateResourceName(name, at);
  const quantity = parseQuantity(amount);
  if (quantity.nano < 0n)
    errors.push(invalid(at, formatQuantity(quantity), 'must be greater than or equal to 0'));
  if (isExtended(name) && milliValue(quantity) % 1000 !== 0) {
    errors.push(invalid(at, formatQuantity(quantity), 'must be an integer'));
  }
  return errors;
}

function validateRequest(name: string, request: string, limit: string | undefined, path: Path): FieldError[] {
  if (limit === undefined) {
    const detail = 'Limit must be set for non overcommitable resources';
    return overcommits(name) ? [] : [required(path.child('limits'), detail)];
  }
  const [wanted, most] = [parseQuantity(request), parseQuantity(limit)];
  const order = compareQuantities(wanted, most);
  if (order === 0 || (order < 0 && overcommits(name))) return [];
  const relation = overcommits(name) ? 'less than or equal' : 'equal';
  const detail = `must be ${relation} to ${name} limit of ${formatQuantity(most)}`;
  return [invalid(path.child('requests'), formatQuantity(wanted), detail)];
}

/** Models pkg/apis/core/validation validateContainerResourceName. */
function validateResourceName(name: string, path: Path): FieldError[] {
  const errors = qualifiedNameErrors(name).map((message) => invalid(path, name, message));
  if (name.includes('/') || CONTAINER_RESOURCES.has(name) || name.startsWith('hugepages-')) return errors;
  if (errors.length === 0)
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
  return [...errors, invalid(path, name, 'must be a standard resource for containers')];
}
