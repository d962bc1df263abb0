import type { FieldError } from '@podlab/apimachinery';
import { forbidden, newBadRequest, newInvalid, notSupported, Path } from '@podlab/apimachinery';
import type { Query } from '../request/query';

const MATCH = Path.of('resourceVersionMatch');
const EXACT = 'Exact';
const NOT_OLDER_THAN = 'NotOlderThan';

/** Throws 400 and 422 for options of a list that contradict each other. Models apimachinery metainternalversion ValidateListOptions. */
export function checkListOptions(query: Query): void {
  checkNumbers(query);
  const errors: FieldError[] = [];
  const match = query.get('resourceVersionMatch');
  if (match) {
    const version = query.get('resourceVersion');
    if (!version) {
      const detail = 'resourceVersionMatch is forbidden unless resourceVersion is provided';
      errors.push(forbidden(MATCH, detail));
    }
    if (query.get('continue')) errors.push(forbidden(MATCH, WITH_CONTINUE));
    if (match !== EXACT && match !== NOT_OLDER_THAN) {
      errors.push(notSupported(MATCH, match, [EXACT, NOT_OLDER_THAN, '']));
    }
    if (match === EXACT && version === '0') {
      const detail = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
      errors.push(forbidden(MATCH, detail));
    }
  }
  if (query.get('sendInitialEvents')) {
    errors.push(forbidden(Path.of('sendInitialEvents'), 'sendInitialEvents is forbidden for list'));
  }
  refuse(errors);
  const version = query.get('resourceVersion');
  if (query.get('continue') && version && version !== '0') {
    throw newBadRequest('specifying resource version is not allowed when using continue');
  }
}

/** The same for a watch. Models apimachinery metainternalversion validateWatchOptions. */
export function checkWatchOptions(query: Query): void {
  checkNumbers(query);
  const errors: FieldError[] = [];
  const match = query.get('resourceVersionMatch') ?? '';
  const withInitialEvents = query.get('sendInitialEvents') !== undefined;
  if (withInitialEvents && match !== NOT_OLDER_THAN) {
    const detail = `sendInitialEvents requires setting resourceVersionMatch to ${NOT_OLDER_THAN}`;
    errors.push(forbidden(MATCH, detail));
  }
  if (match) {
    if (!withInitialEvents) {
      const detail = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
      errors.push(forbidden(MATCH, detail));
    }
    if (match !== NOT_OLDER_THAN) errors.push(notSupported(MATCH, match, [NOT_OLDER_THAN]));
    if (query.get('continue')) errors.push(forbidden(MATCH, WITH_CONTINUE));
  }
  refuse(errors);
}

const WITH_CONTINUE = 'resourceVersionMatch is forbidden when continue is provided';

function checkNumbers(query: Query): void {
  for (const name of ['limit', 'timeoutSeconds']) {
    const value = query.get(name);
    if (value && query.number(name) === undefined) {
      throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    }
  }
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw newInvalid('ListOptions.meta.k8s.io', '', errors);
}
