import { fieldErrorText } from './field-errors';
import { validateObjectMeta, validateObjectMetaUpdate } from './meta-validation';
import { nameIsDnsSubdomain } from './names';
import type { ObjectMetaLike } from './object';

const NAMES = "a qualified name must consist of alphanumeric characters, '-', '_' or '.'";

// Cases of k8s.io/apimachinery pkg/api/validation/objectmeta_test.go.
describe('metadata of a new object', () => {
  const errorsOf = (meta: Partial<ObjectMetaLike>, namespaced = true) =>
    validateObjectMeta(
      { name: 'a', ...(namespaced && { namespace: 'b' }), ...meta },
      namespaced,
      nameIsDnsSubdomain,
    ).map(fieldErrorText);

  test.each<[string, Partial<ObjectMetaLike>, boolean, string[]]>([
    ['is fine', { labels: { 'example.com/a': 'b' } }, true, []],
    ['has no name', { name: '' }, true, ['metadata.name: Required value: name or generateName is required']],
    ['has no namespace', { namespace: '' }, true, ['metadata.namespace: Required value']],
    [
      'has a namespace where there is none',
      { namespace: 'x' },
      false,
      ['metadata.namespace: Forbidden: not allowed on this type'],
    ],
    [
      'has an unqualified finalizer',
      { finalizers: ['mine'] },
      true,
      [
        'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
    [
      'has too large annotations',
      { annotations: { a: 'x'.repeat(256 * 1024) } },
      true,
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
  ])('%s', (_title, meta, namespaced, messages) => {
    expect(errorsOf(meta, namespaced)).toEqual(messages);
  });

  test('names bad label keys and values', () => {
    const [key] = errorsOf({ labels: { 'a/b/c': 'x' } });
    expect(key).toContain(`metadata.labels: Invalid value: "a/b/c": ${NAMES}`);
    const [value] = errorsOf({ labels: { a: 'b c' } });
    expect(value).toContain(
      'metadata.labels[a]: Invalid value: "b c": a valid label must be an empty string or consist of',
    );
  });

  test('two controllers are one too many', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', uid: '1', controller: true };
    const [message] = errorsOf({
      ownerReferences: [
        { ...owner, name: 'a' },
        { ...owner, name: 'b', uid: '2' },
      ],
    });
    expect(message).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for "Pod/a" and "Pod/b"',
    );
  });
});

test.each<[string, Partial<ObjectMetaLike>, Partial<ObjectMetaLike>, string[]]>([
  ['nothing changed', {}, {}, []],
  ['a new name', { name: 'x' }, {}, ['metadata.name: Invalid value: "x": field is immutable']],
  ['a new uid', { uid: 'x' }, { uid: 'y' }, ['metadata.uid: Invalid value: "x": field is immutable']],
  [
    'a finalizer on what is being deleted',
    { finalizers: ['a/b'], deletionTimestamp: 'x' },
    { deletionTimestamp: 'x' },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ["a/b"]',
    ],
  ],
])('metadata of an update: %s', (_title, meta, old, messages) => {
  expect(validateObjectMetaUpdate({ name: 'a', ...meta }, { name: 'a', ...old }).map(fieldErrorText)).toEqual(
    messages,
  );
});
