import type { Service } from '@podlab/api';
import type { Failure, Finding } from './finding';
import { nameOf, replaceField } from './finding';
import { diagnoseIngressHost } from './ingress';
import { diagnoseNameServer } from './name-servers';
import type { FindCause } from './name-servers';
import { unknownOutside } from './names-outside';
import { askedFamilies, headlessHost, nearMiss, noSuchName, podName, toHost } from './near-names';
import { nearest } from './near';
import { withoutEndpoints } from './services';
import { asksTheCluster, fullName, homeOf, takeApart, ZONE } from './written-names';
import type { WrittenName } from './written-names';

/** Characters between two dots of a name. */
const LONGEST_LABEL = 63;

/** Why a name was not resolved. */
export function diagnoseName(failure: Failure, findCause: FindCause): Finding {
  const tooLong = labelTooLong(failure);
  if (tooLong) return tooLong;
  const { rcode } = failure.name;
  if (rcode === 'TIMEOUT' || rcode === 'SERVFAIL' || rcode === 'REFUSED')
    return diagnoseNameServer(failure, findCause);
  const ingress = diagnoseIngressHost(failure);
  if (ingress) return ingress;
  const written = takeApart(failure.target.host);
  return asksTheCluster(failure) ? unknownInside(written, failure) : unknownOutside(written, failure);
}

/** No resolver asks for what no packet of DNS can hold (RFC 1035, 2.3.4). */
function labelTooLong({ target }: Failure): Finding | undefined {
  const found = target.host.split('.').find((label) => label.length > LONGEST_LABEL);
  if (found === undefined) return undefined;
  const params = { name: target.host, length: found.length, longest: LONGEST_LABEL };
  return { code: 'NameNotValid', found, params };
}

function unknownInside(written: WrittenName, failure: Failure): Finding {
  const { objects } = failure;
  const home = homeOf(failure);
  if (!written.in_cluster) return hostInNamespace(failure) ?? noSuchName(failure, home);
  const namespace = written.namespace === '' ? home : written.namespace;
  const meant = objects.services.get(`${namespace}/${written.service}`);
  if (meant && written.before.length === 0)
    return wasAsked(meant, failure)
      ? namedButSilent(meant, failure)
      : wronglyWritten(meant, written, failure);
  return (
    headlessHost(written, home, failure) ??
    inOtherNamespace(written, namespace, failure) ??
    swapped(written, failure) ??
    podName(written, namespace, failure) ??
    misspelt(written, namespace, failure) ??
    noSuchName(failure, namespace)
  );
}

/** `db-0.db.lab06`: a host of a headless Service, with its namespace and without a zone. */
function hostInNamespace(failure: Failure): Finding | undefined {
  const [host, service, namespace, ...more] = failure.target.host.toLowerCase().replace(/\.$/, '').split('.');
  if (namespace === undefined || more.length > 0) return undefined;
  const written = { before: [host], service, namespace, rest: '', in_cluster: true };
  return headlessHost(written, namespace, failure);
}

function wasAsked(service: Service, { name }: Failure): boolean {
  const wanted = fullName(service);
  return name.tries.some((attempt) => attempt.name.toLowerCase() === wanted);
}

/** The Service is there, but no name that the resolver tried is its own: a wrong zone, a dot too many, no search path. */
function wronglyWritten(service: Service, written: WrittenName, failure: Failure): Finding {
  const { target, sender } = failure;
  const expected = fullName(service);
  if (written.rest !== '') return nearMiss(failure, target.host, expected, expected, service);
  const params = { name: target.host, tried: failure.name.tries.map(({ name }) => name).join(', ') };
  const finding = { code: 'NameNotInSearchPath', params, expected, fix: toHost(failure, expected) };
  if (target.host.endsWith('.') || !sender.pod) return { ...finding, object: service, found: target.host };
  const searched = sender.resolver.search.join(' ');
  return { ...finding, object: sender.pod, field: 'spec.dnsConfig.searches', found: searched };
}

function inOtherNamespace(written: WrittenName, namespace: string, failure: Failure): Finding | undefined {
  const { objects, target } = failure;
  const elsewhere = objects.services.list().filter(({ metadata }) => metadata.name === written.service);
  const home = homeOf(failure);
  const near = nearest(namespace, elsewhere, ({ metadata }) => metadata.namespace ?? '');
  const other = near ?? elsewhere.find(({ metadata }) => metadata.namespace === home) ?? elsewhere[0];
  if (!other || written.before.length > 0) return undefined;
  const expected = other.metadata.namespace as string;
  const rest = written.rest.startsWith('.svc') ? written.rest : '';
  return {
    code: 'NameInOtherNamespace',
    object: other,
    field: 'metadata.namespace',
    found: namespace,
    expected,
    fix: toHost(failure, `${written.service}.${expected}${rest}`),
    params: { name: target.host, service: written.service },
  };
}

/** `lab06.web` for `web.lab06`. */
function swapped({ service: first, namespace: second }: WrittenName, failure: Failure): Finding | undefined {
  const service = failure.objects.services.get(`${first}/${second}`);
  const host = `${second}.${first}`;
  return service && nearMiss(failure, failure.target.host, host, host, service);
}

function misspelt(written: WrittenName, namespace: string, failure: Failure): Finding | undefined {
  const near = nearest(
    written.service,
    failure.objects.services.list(namespace),
    ({ metadata }) => metadata.name,
  );
  if (!near || written.before.length > 0) return undefined;
  const { name } = near.metadata;
  const host = written.namespace === '' ? name : `${name}.${written.namespace}${written.rest}`;
  return nearMiss(failure, written.service, name, host, near);
}

/** The Service is there, but its name has no address: headless without ready endpoints, an alias to nowhere, another family. */
function namedButSilent(service: Service, failure: Failure): Finding {
  if (service.spec.type === 'ExternalName') return brokenAlias(service, failure);
  const addresses = (service.spec.clusterIPs ?? []).filter((address) => address !== 'None');
  if (addresses.length > 0) return otherFamily(service, failure);
  const port = service.spec.ports?.[0] ?? { port: failure.target.port };
  return withoutEndpoints({ service, port, index: 0 }, failure, 0);
}

function otherFamily(service: Service, failure: Failure): Finding {
  const expected = askedFamilies(failure);
  const found = service.spec.ipFamilies ?? [];
  const params = { service: nameOf(service) };
  return { code: 'NoAddressOfFamily', object: service, field: 'spec.ipFamilies', found, expected, params };
}

/** An alias is followed to a name that is not there: perhaps one that is nearly a Service's or a declared host's. */
function brokenAlias(service: Service, { objects, dependencies }: Failure): Finding {
  const found = (service.spec.externalName ?? '').replace(/\.$/, '');
  const finding = { code: 'ExternalNameNotFound', object: service, field: 'spec.externalName', found };
  const names = found.endsWith(`.${ZONE}`)
    ? objects.services.list().map(fullName)
    : dependencies.surroundings.hosts.map(({ name }) => name);
  const expected = nearest(found, names, (name) => name);
  if (expected === undefined) return finding;
  const fix = replaceField(service, '/spec/externalName', expected);
  return { ...finding, expected, fix, message: 'ExternalNameNotFound.NearMiss' };
}
