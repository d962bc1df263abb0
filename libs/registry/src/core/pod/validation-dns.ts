import type { PodSpec } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  dns1123SubdomainErrors,
  dns1123SubdomainWithUnderscoreErrors,
  invalid,
  required,
} from '@podlab/apimachinery';
import { validateIP } from '../../validation/addresses';

/** Limits of the resolver in libc. Models pkg/apis/core/validation MaxDNSNameservers and its sisters. */
const MAXIMUM_NAME_SERVERS = 3;
const MAXIMUM_SEARCH_PATHS = 32;
const MAXIMUM_SEARCH_CHARACTERS = 2048;

/** Models pkg/apis/core/validation validatePodDNSConfig. */
export function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, path: Path): FieldError[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && !dnsConfig) {
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    return [required(path.child('nameservers'), detail)];
  }
  const errors: FieldError[] = [];
  if (nameservers.length > MAXIMUM_NAME_SERVERS) {
    errors.push(invalid(path.child('nameservers'), nameservers, 'must not have more than 3 nameservers'));
  }
  nameservers.forEach((server, index) =>
    errors.push(...validateIP(server, path.child('nameservers').index(index))),
  );
  errors.push(...validateSearches(searches, path.child('searches')));
  options.forEach((option, index) => {
    if (!option.name) errors.push(required(path.child('options').index(index), 'must not be empty'));
  });
  return errors;
}

function validateSearches(searches: readonly string[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (searches.length > MAXIMUM_SEARCH_PATHS) {
    errors.push(invalid(path, searches, `must not have more than ${MAXIMUM_SEARCH_PATHS} search paths`));
  }
  if (searches.join(' ').length > MAXIMUM_SEARCH_CHARACTERS) {
    const detail = `must not have more than ${MAXIMUM_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.push(invalid(path, searches, detail));
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const name = search.replace(/\.$/, '');
    for (const message of dns1123SubdomainWithUnderscoreErrors(name)) {
      errors.push(invalid(path.index(index), name, message));
    }
  });
  return errors;
}

/** Models pkg/apis/core/validation ValidateHostAliases. */
export function validateHostAliases({ hostAliases = [] }: PodSpec, path: Path): FieldError[] {
  return hostAliases.flatMap(({ ip, hostnames = [] }, index) => {
    const at = path.index(index);
    const names = hostnames.flatMap((name, position) =>
      dns1123SubdomainErrors(name).map((message) =>
        invalid(at.child('hostnames').index(position), name, message),
      ),
    );
    return [...validateIP(ip, at.child('ip')), ...names];
  });
}
