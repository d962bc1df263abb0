/** The forms that names, labels and keys must have, each a function from the text to upstream's complaints. */

const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const DNS_1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_1123_SUBDOMAIN = `${DNS_1123_LABEL}(\\.${DNS_1123_LABEL})*`;
const DNS_1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+';
const HTTP_HEADER_NAME = '[-A-Za-z0-9]+';
const PERCENT = '[0-9]+%';

const QUALIFIED_NAME_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const DNS_1123_LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const DNS_1123_SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS_1035_LABEL_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

const whole = (pattern: string) => new RegExp(`^${pattern}$`);
const QUALIFIED_NAME_PATTERN = whole(QUALIFIED_NAME);
const LABEL_VALUE_PATTERN = whole(LABEL_VALUE);
const DNS_1123_LABEL_PATTERN = whole(DNS_1123_LABEL);
const DNS_1123_SUBDOMAIN_PATTERN = whole(DNS_1123_SUBDOMAIN);
const DNS_1035_LABEL_PATTERN = whole(DNS_1035_LABEL);
const CONFIG_MAP_KEY_PATTERN = whole(CONFIG_MAP_KEY);
const HTTP_HEADER_NAME_PATTERN = whole(HTTP_HEADER_NAME);
const PERCENT_PATTERN = whole(PERCENT);

const EMPTY = 'must be non-empty';
const maximumLength = (length: number) => `must be no more than ${length} bytes`;

/** Models apimachinery pkg/util/validation InclusiveRangeError. */
export const rangeMessage = (low: number, high: number) => `must be between ${low} and ${high}, inclusive`;

/** Models apimachinery pkg/util/validation RegexError. */
export function patternMessage(message: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return examples.length === 0
    ? `${message} (regex used for validation is '${pattern}')`
    : `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

/** A qualified name as label keys are: an optional DNS subdomain and `/`, then a name. Models content.IsLabelKey. */
export function qualifiedNameErrors(value: string): string[] {
  const parts = value.split('/');
  const errors: string[] = [];
  const pattern = () =>
    patternMessage(QUALIFIED_NAME_MESSAGE, QUALIFIED_NAME, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) {
    return [
      `a qualified name ${pattern()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (parts.length === 2) {
    if (parts[0] === '') errors.push(`prefix part ${EMPTY}`);
    else errors.push(...dns1123SubdomainErrors(parts[0]).map((error) => `prefix part ${error}`));
  }
  const name = parts[parts.length - 1];
  if (name === '') errors.push(`name part ${EMPTY}`);
  else if (name.length > 63) errors.push(`name part ${maximumLength(63)}`);
  if (!QUALIFIED_NAME_PATTERN.test(name)) errors.push(`name part ${pattern()}`);
  return errors;
}

/** Models content.IsLabelValue. */
export function labelValueErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push(maximumLength(63));
  if (!LABEL_VALUE_PATTERN.test(value)) {
    errors.push(patternMessage(LABEL_VALUE_MESSAGE, LABEL_VALUE, 'MyValue', 'my_value', '12345'));
  }
  return errors;
}

/** Models validation.IsDNS1123Label. */
export function dns1123LabelErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push(maximumLength(63));
  if (!DNS_1123_LABEL_PATTERN.test(value)) {
    if (DNS_1123_SUBDOMAIN_PATTERN.test(value)) errors.push('must not contain dots');
    else errors.push(patternMessage(DNS_1123_LABEL_MESSAGE, DNS_1123_LABEL, 'my-name', '123-abc'));
  }
  return errors;
}

/** Models validation.IsDNS1123Subdomain. */
export function dns1123SubdomainErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 253) errors.push(maximumLength(253));
  if (!DNS_1123_SUBDOMAIN_PATTERN.test(value)) {
    errors.push(patternMessage(DNS_1123_SUBDOMAIN_MESSAGE, DNS_1123_SUBDOMAIN, 'example.com'));
  }
  return errors;
}

const WILDCARD_DNS_1123_SUBDOMAIN = `\\*\\.${DNS_1123_SUBDOMAIN}`;

/** Models validation.IsWildcardDNS1123Subdomain. */
export function wildcardDns1123SubdomainErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 253) errors.push(maximumLength(253));
  if (!whole(WILDCARD_DNS_1123_SUBDOMAIN).test(value)) {
    const message =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
    errors.push(patternMessage(message, WILDCARD_DNS_1123_SUBDOMAIN, '*.example.com'));
  }
  return errors;
}

const DNS_1123_LABEL_WITH_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const DNS_1123_SUBDOMAIN_WITH_UNDERSCORE = `${DNS_1123_LABEL_WITH_UNDERSCORE}(\\.${DNS_1123_LABEL_WITH_UNDERSCORE})*`;

/** A domain to search in, where services such as SRV have underscores. Models validation.IsDNS1123SubdomainWithUnderscore. */
export function dns1123SubdomainWithUnderscoreErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 253) errors.push(maximumLength(253));
  if (!whole(DNS_1123_SUBDOMAIN_WITH_UNDERSCORE).test(value)) {
    const message =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
    errors.push(patternMessage(message, DNS_1123_SUBDOMAIN_WITH_UNDERSCORE, 'example.com'));
  }
  return errors;
}

/** Models validation.IsDNS1035Label. */
export function dns1035LabelErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push(maximumLength(63));
  if (!DNS_1035_LABEL_PATTERN.test(value)) {
    errors.push(patternMessage(DNS_1035_LABEL_MESSAGE, DNS_1035_LABEL, 'my-name', 'abc-123'));
  }
  return errors;
}

/** Models validation.IsValidPortNum. */
export function portNumberErrors(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : [rangeMessage(1, 65535)];
}

/** Models validation.IsValidPortName. */
export function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push(maximumLength(15));
  if (!/^[-a-z0-9]+$/.test(name)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** Models validation.IsValidPercent. */
export function percentErrors(value: string): string[] {
  if (PERCENT_PATTERN.test(value)) return [];
  const message = "a valid percent string must be a numeric string followed by an ending '%'";
  return [patternMessage(message, PERCENT, '1%', '93%')];
}

/** Models validation.IsHTTPHeaderName. */
export function httpHeaderNameErrors(value: string): string[] {
  if (HTTP_HEADER_NAME_PATTERN.test(value)) return [];
  const message = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [patternMessage(message, HTTP_HEADER_NAME, 'X-Header-Name')];
}

/** Models validation.IsRelaxedEnvVarName, the rule since 1.34. */
export function environmentVariableNameErrors(value: string): string[] {
  if (value === '') return [`environment variable name ${EMPTY}`];
  if (/^[ -<>-~]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** Models validation.IsConfigMapKey. */
export function configMapKeyErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 253) errors.push(maximumLength(253));
  if (!CONFIG_MAP_KEY_PATTERN.test(value)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    errors.push(patternMessage(message, CONFIG_MAP_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.') errors.push("must not be '.'");
  else if (value === '..') errors.push("must not be '..'");
  else if (value.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

/** A rule for metadata.name; with `prefix` for a generateName. Models apimachinery pkg/api/validation ValidateNameFunc. */
export type NameRule = (name: string, prefix: boolean) => string[];

export const nameIsDnsSubdomain: NameRule = (name, prefix) =>
  dns1123SubdomainErrors(prefix ? maskTrailingDash(name) : name);
export const nameIsDnsLabel: NameRule = (name, prefix) =>
  dns1123LabelErrors(prefix ? maskTrailingDash(name) : name);
export const nameIsDns1035Label: NameRule = (name, prefix) =>
  dns1035LabelErrors(prefix ? maskTrailingDash(name) : name);

/** A name that may stand in a path. Models apimachinery pkg/api/validation/path IsValidPathSegmentName. */
export function pathSegmentNameErrors(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  const errors: string[] = [];
  for (const part of ['/', '%']) if (name.includes(part)) errors.push(`may not contain '${part}'`);
  return errors;
}

/** The most characters of a generateName that come before the five drawn ones. */
const GENERATED_BASE_LENGTH = 58;
export const GENERATED_SUFFIX_LENGTH = 5;

/** A name from a generateName; `suffix` has five characters. Models apiserver pkg/storage/names SimpleNameGenerator. */
export function generatedName(base: string, suffix: string): string {
  return base.slice(0, GENERATED_BASE_LENGTH) + suffix;
}

function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name;
}
