import * as errors from './errors';
import {
  aggregateText,
  duplicate,
  fieldErrorText,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from './field-errors';
import { Path } from './field-path';
import { quote } from './quote';

const port = Path.of('spec').child('ports').index(0).child('port');

// Cases of k8s.io/apimachinery pkg/util/validation/field/errors_test.go.
describe('a wrong field in words', () => {
  test.each([
    [required(Path.of('spec', 'ports')), 'spec.ports: Required value'],
    [required(port, 'why'), 'spec.ports[0].port: Required value: why'],
    [
      invalid(port, 70000, 'must be between 1 and 65535, inclusive'),
      'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [invalid(port, 'a"b', 'no'), 'spec.ports[0].port: Invalid value: "a\\"b": no'],
    [invalid(port, { a: '<' }, 'no'), 'spec.ports[0].port: Invalid value: {"a":"\\u003c"}: no'],
    [invalid(port, null, 'no'), 'spec.ports[0].port: Invalid value: null: no'],
    [
      notSupported(port, 'X', ['TCP', 'UDP']),
      'spec.ports[0].port: Unsupported value: "X": supported values: "TCP", "UDP"',
    ],
    [duplicate(port, 'x'), 'spec.ports[0].port: Duplicate value: "x"'],
    [forbidden(port, 'no'), 'spec.ports[0].port: Forbidden: no'],
    [tooLong(port, 1), 'spec.ports[0].port: Too long: may not be more than 1 byte'],
    [tooMany(port, 3, 2), 'spec.ports[0].port: Too many: 3: must have at most 2 items'],
    [invalid(Path.root.child('a').key('b'), 1, ''), 'a[b]: Invalid value: 1'],
  ])('%j', (error, text) => {
    expect(fieldErrorText(error)).toBe(text);
  });

  test('several are listed in brackets, each once', () => {
    const [a, b] = [required(Path.of('a')), required(Path.of('b'))];
    expect(aggregateText([a, b, a])).toBe('[a: Required value, b: Required value]');
    expect(aggregateText([a, a])).toBe('a: Required value');
  });
});

// Cases of k8s.io/apimachinery pkg/api/errors/errors_test.go.
describe('a Status', () => {
  test.each<[errors.StatusError, number, string, string, object | undefined]>([
    [
      errors.newNotFound('pods', 'web'),
      404,
      'NotFound',
      'pods "web" not found',
      { name: 'web', kind: 'pods' },
    ],
    [
      errors.newNotFound('deployments.apps', 'web'),
      404,
      'NotFound',
      'deployments.apps "web" not found',
      { name: 'web', group: 'apps', kind: 'deployments' },
    ],
    [
      errors.newAlreadyExists('services', 's'),
      409,
      'AlreadyExists',
      'services "s" already exists',
      { name: 's', kind: 'services' },
    ],
    [
      errors.newConflict('pods', 'p', errors.OPTIMISTIC_LOCK_ERROR),
      409,
      'Conflict',
      'Operation cannot be fulfilled on pods "p": the object has been modified; please apply your changes to the latest version and try again',
      { name: 'p', kind: 'pods' },
    ],
    [
      errors.newForbidden('pods', 'p', 'no'),
      403,
      'Forbidden',
      'pods "p" is forbidden: no',
      { name: 'p', kind: 'pods' },
    ],
    [errors.newForbidden('pods', '', 'no'), 403, 'Forbidden', 'pods is forbidden: no', { kind: 'pods' }],
    [errors.newBadRequest('what'), 400, 'BadRequest', 'what', undefined],
    [
      errors.newMethodNotSupported('pods', 'patch'),
      405,
      'MethodNotAllowed',
      'patch is not supported on resources of kind "pods"',
      { kind: 'pods' },
    ],
    [errors.newTooOldResourceVersion(1, 5), 410, 'Expired', 'too old resource version: 1 (5)', undefined],
    [
      errors.newTooLarge('limit is 3145728'),
      413,
      'RequestEntityTooLarge',
      'Request entity too large: limit is 3145728',
      undefined,
    ],
    [
      errors.newInternal('x'),
      500,
      'InternalError',
      'Internal error occurred: x',
      { causes: [{ message: 'x' }] },
    ],
    [
      errors.newUnsupportedMediaType(['a', 'b']),
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: a, b',
      undefined,
    ],
  ])('%s', (error, code, reason, message, details) => {
    const { metadata, ...rest } = error.status;
    expect(metadata).toEqual({});
    const expected = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
    expect(rest).toEqual(details ? { ...expected, details } : expected);
  });

  test('an invalid object names each field', () => {
    const { status } = errors.newInvalid('Deployment.apps', 'web', [
      required(Path.of('a')),
      invalid(Path.of('b'), 1, 'no'),
    ]);
    expect(status.message).toBe(
      'Deployment.apps "web" is invalid: [a: Required value, b: Invalid value: 1: no]',
    );
    expect(status.code).toBe(422);
    expect(status.details).toEqual({
      name: 'web',
      group: 'apps',
      kind: 'Deployment',
      causes: [
        { reason: 'FieldValueRequired', message: 'Required value', field: 'a' },
        { reason: 'FieldValueInvalid', message: 'Invalid value: 1: no', field: 'b' },
      ],
    });
  });
});

test.each([
  ['plain', '"plain"'],
  ['a\tb\n', '"a\\tb\\n"'],
  ['\\ "', '"\\\\ \\""'],
  ['\u0001', '"\\x01"'],
  ['한글', '"한글"'],
])('%j is quoted as Go does', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});
