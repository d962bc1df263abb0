import type { Pod, Service } from '@podlab/api';
import { changeTarget } from '../send/target';
import { nearest } from './near';
import { diagnosePod } from './pods';
import type { Failure, Finding, Fix } from './finding';
import { changeRequest, nameOf } from './finding';
import { withoutEndpoints } from './services';
import type { WrittenName } from './written-names';

/** The same request for another host. */
export function toHost({ request }: Failure, host: string): Fix {
  return changeRequest({ to: changeTarget(request.to, { host }) });
}

/** The name was probably meant to be another one. */
export function nearMiss(
  failure: Failure,
  found: string,
  expected: string,
  host: string,
  near?: Service,
): Finding {
  return {
    code: 'NameNotFound',
    message: 'NameNotFound.NearMiss',
    ...(near && { object: near, field: 'metadata.name' }),
    found,
    expected,
    fix: toHost(failure, host),
    params: { name: failure.target.host },
  };
}

/** Nobody has the name; perhaps a host of the world has nearly the same. */
export function noSuchName(failure: Failure, namespace: string): Finding {
  const { target, dependencies } = failure;
  const name = target.host.replace(/\.$/, '').toLowerCase();
  const same = dependencies.surroundings.hosts.filter((host) => host.name === name);
  if (same.length > 0)
    return hostOfOtherFamily(
      failure,
      same.map(({ ip }) => ip),
    );
  const near = nearest(target.host, dependencies.surroundings.hosts, ({ name }) => name);
  if (near) return nearMiss(failure, target.host, near.name, near.name);
  return { code: 'NameNotFound', found: target.host, params: { name: target.host, namespace } };
}

/** The families that were asked for, as Kubernetes names them. */
export function askedFamilies({ name }: Failure): string[] {
  return [...new Set(name.tries.map(({ type }) => (type === 'AAAA' ? 'IPv6' : 'IPv4')))];
}

function hostOfOtherFamily(failure: Failure, found: readonly string[]): Finding {
  const params = { name: failure.target.host };
  const finding = { code: 'NoAddressOfFamily', message: 'NoAddressOfFamily.Host', found, params };
  return { ...finding, expected: askedFamilies(failure) };
}

/** `db-0.db` asked of a headless Service: the pod lacks hostname or subdomain, is not ready, or is not there. */
export function headlessHost(written: WrittenName, home: string, failure: Failure): Finding | undefined {
  const { objects } = failure;
  const [host, name, namespace] =
    written.before.length === 1
      ? [written.before[0], written.service, written.namespace]
      : [written.service, written.namespace, written.rest.startsWith('.svc') ? '' : home];
  const service = written.before.length > 1 ? undefined : objects.services.get(`${namespace}/${name}`);
  if (service?.spec.clusterIP !== 'None') return undefined;
  const pods = objects.selectedPods(service);
  if (pods.length === 0 && service.spec.selector) return withoutPods(service, failure);
  const pod = pods.find(({ metadata, spec }) => metadata.name === host || spec.hostname === host);
  if (pod) return unnamedPod(pod, service, host, failure);
  const hostnames = objects
    .endpointSlices(service)
    .flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ hostname }) => (hostname ? [hostname] : [])));
  const near = nearest(host, hostnames, (candidate) => candidate);
  if (near) return nearMiss(failure, host, near, failure.target.host.replace(host, near), service);
  const params = { host, service: nameOf(service) };
  return {
    code: 'HeadlessHostNotFound',
    object: service,
    field: 'metadata.name',
    found: host,
    expected: hostnames,
    params,
  };
}

function withoutPods(service: Service, failure: Failure): Finding {
  const port = service.spec.ports?.[0] ?? { port: failure.target.port };
  return withoutEndpoints({ service, port, index: 0 }, failure, 0);
}

function unnamedPod(pod: Pod, service: Service, host: string, failure: Failure): Finding {
  const params = { host, service: nameOf(service) };
  const finding = { code: 'HeadlessHostNotFound', message: 'HeadlessHostNotFound.Pod', object: pod, params };
  const { hostname, subdomain } = pod.spec;
  if (hostname !== host)
    return { ...finding, field: 'spec.hostname', found: hostname ?? 'none', expected: host };
  if (subdomain !== service.metadata.name)
    return {
      ...finding,
      field: 'spec.subdomain',
      found: subdomain ?? 'none',
      expected: service.metadata.name,
    };
  return diagnosePod(pod, failure) ?? withoutPods(service, failure);
}

/** A pod's own name is no name in DNS. */
export function podName(written: WrittenName, namespace: string, failure: Failure): Finding | undefined {
  const pod = failure.objects.pods.get(`${namespace}/${written.service}`);
  const address = pod?.status?.podIP;
  if (!pod || address === undefined) return undefined;
  const params = { name: failure.target.host, address };
  const finding = {
    code: 'PodNameIsNoDnsName',
    object: pod,
    field: 'metadata.name',
    found: failure.target.host,
  };
  return { ...finding, expected: address, params, fix: toHost(failure, address) };
}
