import {
  configMapKeyErrors,
  dns1035LabelErrors,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  environmentVariableNameErrors,
  generatedName,
  labelValueErrors,
  nameIsDnsLabel,
  portNameErrors,
  portNumberErrors,
  qualifiedNameErrors,
} from './names';

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

// Cases of k8s.io/apimachinery pkg/util/validation/validation_test.go.
describe('names', () => {
  test.each<[string, (value: string) => string[], string, string[]]>([
    ['a DNS label', dns1123LabelErrors, 'my-name', []],
    ['a DNS label with a dot', dns1123LabelErrors, 'my.name', ['must not contain dots']],
    ['a DNS label of 64', dns1123LabelErrors, 'a'.repeat(64), ['must be no more than 63 bytes']],
    ['a DNS subdomain', dns1123SubdomainErrors, 'a.b-c.d', []],
    ['an upper-case subdomain', dns1123SubdomainErrors, 'Web', [SUBDOMAIN]],
    ['a path as a name', dns1123SubdomainErrors, '../etc', [SUBDOMAIN]],
    [
      'a DNS-1035 label that begins with a digit',
      dns1035LabelErrors,
      '1a',
      [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    ['a label key with a prefix', qualifiedNameErrors, 'example.com/Name_1', []],
    ['a label key with an empty prefix', qualifiedNameErrors, '/a', ['prefix part must be non-empty']],
    ['a label key with a bad prefix', qualifiedNameErrors, 'A/a', [`prefix part ${SUBDOMAIN}`]],
    ['an empty label value', labelValueErrors, '', []],
    ['a port name', portNameErrors, 'http-2', []],
    ['a port name of 16', portNameErrors, 'a'.repeat(16), ['must be no more than 15 bytes']],
    ['a port name of digits', portNameErrors, '8080', ['must contain at least one letter (a-z)']],
    [
      'a port name with capitals',
      portNameErrors,
      'HTTP',
      [
        'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'must contain at least one letter (a-z)',
      ],
    ],
    ['a port name with two hyphens', portNameErrors, 'a--b', ['must not contain consecutive hyphens']],
    ['a port name that ends with a hyphen', portNameErrors, 'a-', ['must not begin or end with a hyphen']],
    ['a config key', configMapKeyErrors, '.a_b-C', []],
    ['a config key of two dots', configMapKeyErrors, '..', ["must not be '..'"]],
    ['a config key upwards', configMapKeyErrors, '..a', ["must not start with '..'"]],
    ['a variable with a space', environmentVariableNameErrors, 'A B', []],
    [
      'a variable with an equals sign',
      environmentVariableNameErrors,
      'A=B',
      ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
    ],
  ])('%s', (_title, rule, value, messages) => {
    expect(rule(value)).toEqual(messages);
  });

  test('ports are between 1 and 65535', () => {
    expect([0, 1, 65535, 65536].map((port) => portNumberErrors(port))).toEqual([
      ['must be between 1 and 65535, inclusive'],
      [],
      [],
      ['must be between 1 and 65535, inclusive'],
    ]);
  });

  test('a generateName may end with a hyphen', () => {
    expect(nameIsDnsLabel('web-', true)).toEqual([]);
    expect(nameIsDnsLabel('web-', false)).not.toEqual([]);
  });

  test('a generated name is at most 63 long', () => {
    expect(generatedName('web-', 'abcde')).toBe('web-abcde');
    expect(generatedName('x'.repeat(70), 'abcde')).toBe(`${'x'.repeat(58)}abcde`);
  });
});
