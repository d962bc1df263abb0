import { matchesFields, parseFieldSelector, unsupportedFieldMessage } from './fields';

// Cases of k8s.io/apimachinery pkg/fields/selector_test.go.
describe('a field selector', () => {
  test.each([
    ['', {}, true],
    ['x=a', { x: 'a' }, true],
    ['x==a', { x: 'b' }, false],
    ['x!=a', { x: 'b' }, true],
    ['x=a,y=b', { x: 'a', y: 'b' }, true],
    ['x=', {}, true],
    ['x=a\\,b', { x: 'a,b' }, true],
    ['x=a\\=b', { x: 'a=b' }, true],
  ])('%s on %j: %s', (text, fields, expected) => {
    expect(matchesFields(parseFieldSelector(text), fields as Record<string, string>)).toBe(expected);
  });

  test.each([
    ['x', "invalid selector: 'x'; can't understand 'x'"],
    ['x=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['x=a=b', 'invalid field selector: unescaped character in value: ='],
  ])('%s is refused', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(message);
  });

  test('an unknown field is named', () => {
    expect(unsupportedFieldMessage('spec.foo', true)).toBe('field label not supported: spec.foo');
    expect(unsupportedFieldMessage('spec.foo', false)).toBe(
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });
});
