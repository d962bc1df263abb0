import { formatSelector, matchesLabels, parseLabelSelector } from './labels';
import { formatLabelSelector, selectorFromLabelSelector, validateLabelSelector } from './label-selector';
import { fieldErrorText } from './field-errors';
import { Path } from './field-path';

// Cases of k8s.io/apimachinery pkg/labels/selector_test.go.
describe('a label selector in text', () => {
  test.each([
    ['', {}, true],
    ['x=a', { x: 'a' }, true],
    ['x==a', { x: 'b' }, false],
    ['x!=a', { x: 'b' }, true],
    ['x!=a', {}, true],
    ['x', { x: '' }, true],
    ['!x', { x: '' }, false],
    ['!x', {}, true],
    ['x in (a,b)', { x: 'b' }, true],
    ['x in (a,b)', {}, false],
    ['x notin (a,b)', { x: 'b' }, false],
    ['x notin (a,b)', {}, true],
    ['x in (,a)', { x: '' }, true],
    ['x>1', { x: '2' }, true],
    ['x<1', { x: '2' }, false],
    ['x>1', { x: 'z' }, false],
    ['x=', { x: '' }, true],
    ['x=a,y=b', { x: 'a', y: 'b' }, true],
    ['x=a,y=b', { x: 'a' }, false],
    ['x in (notin)', { x: 'notin' }, true],
    ['constructor', {}, false],
  ])('%s on %j: %s', (text, labels, expected) => {
    expect(matchesLabels(parseLabelSelector(text), labels as Record<string, string>)).toBe(expected);
  });

  test.each([
    ['z = a , b in (c, a), !d', 'b in (a,c),!d,z=a'],
    ['x==a', 'x==a'],
    ['a>1,b<2', 'a>1,b<2'],
  ])('%s prints as %s', (text, expected) => {
    expect(formatSelector(parseLabelSelector(text))).toBe(expected);
  });

  test.each([
    [
      'x=a||y=b',
      "unable to parse requirement: values[0][x]: Invalid value: \"a||y\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
    ['x in', "unable to parse requirement: found '' expected: '('"],
    ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      'x in ()',
      "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    ],
    ['x a', "unable to parse requirement: found 'a', expected: in, notin, =, ==, !=, gt, lt"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['x=a,', "found '', expected: identifier after ','"],
    [
      'x>a',
      "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      'a/b/c=d',
      "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
  ])('%s is refused', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });
});

describe('a selector of an object', () => {
  test.each([
    [undefined, { a: '1' }, false, '<none>'],
    [{}, { a: '1' }, true, '<none>'],
    [{ matchLabels: { a: '1' } }, { a: '1' }, true, 'a=1'],
    [
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['2', '1'] }] },
      { a: '1' },
      true,
      'a in (1,2)',
    ],
    [
      { matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] },
      { b: '1' },
      true,
      '!a,b=1',
    ],
  ])('%j on %j: %s', (selector, labels, expected, text) => {
    expect(matchesLabels(selectorFromLabelSelector(selector), labels as Record<string, string>)).toBe(
      expected,
    );
    expect(formatLabelSelector(selector)).toBe(text);
  });

  test.each([
    [
      { key: 'a', operator: 'In' },
      "s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
    [
      { key: 'a', operator: 'Exists', values: ['x'] },
      "s.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
    [
      { key: 'a', operator: 'Is' },
      's.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    ],
  ])('%j is refused', (expression, message) => {
    expect(
      validateLabelSelector({ matchExpressions: [expression] }, Path.of('s')).map(fieldErrorText),
    ).toEqual([message]);
  });
});
