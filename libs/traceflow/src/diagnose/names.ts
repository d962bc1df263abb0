import type { Service } from '@podlab/api';
import { changeTarget } from '../send/target';
import { nearest } from './near';
import { diagnosePod } from './pods';
import type { Failure, Finding, Fix } from './finding';
import { changeRequest, nameOf, replaceField } from './finding';
import { balancerPending, insideWay, outsideWay } from './ways';
import { withoutEndpoints } from './services';

const DNS_SERVICE = 'kube-system/kube-dns';

/** A name of a Service taken apart as the sender wrote it. */
interface WrittenName {
  readonly service: string;
  /** Empty where the name has none. */
  readonly namespace: string;
  /** What follows the namespace. */
  readonly rest: string;
}

/** Why a name was not resolved. */
export function diagnoseName(failure: Failure): Finding {
  const { rcode } = failure.name;
  if (rcode === 'TIMEOUT' || rcode === 'SERVFAIL' || rcode === 'REFUSED') return dnsUnavailable(failure);
  const written = takeApart(failure.target.host);
  return asksTheCluster(failure) ? unknownInside(written, failure) : unknownOutside(written, failure);
}

function asksTheCluster({ sender, dependencies }: Failure): boolean {
  return sender.resolver.nameservers.includes(dependencies.surroundings.cluster_dns_ip);
}

function takeApart(host: string): WrittenName {
  const labels = host.replace(/\.$/, '').split('.');
  const svc = labels.indexOf('svc');
  const own = svc > 0 ? labels.slice(0, svc) : labels;
  const rest = svc > 0 ? labels.slice(svc) : labels.slice(2);
  const [service, namespace = ''] = own.slice(-2).length === 2 ? own.slice(-2) : own;
  return { service, namespace, rest: rest.length > 0 ? `.${rest.join('.')}` : '' };
}

/** The cluster's name servers do not answer: says why the first of their pods does not. */
function dnsUnavailable(failure: Failure): Finding {
  const { objects } = failure;
  const service = objects.services.get(DNS_SERVICE);
  if (!service)
    return {
      code: 'DnsUnavailable',
      field: DNS_SERVICE,
      found: 'no Service kube-system/kube-dns',
      params: { reason: 'no Service kube-system/kube-dns' },
    };
  const finding = { code: 'DnsUnavailable', object: service, found: failure.name.rcode };
  const deployment = objects.deployments.get('kube-system/coredns');
  if (deployment?.spec.replicas === 0) {
    const fix = replaceField(deployment, '/spec/replicas', 2);
    const params = { reason: 'NoReplicas' };
    return { ...finding, object: deployment, field: 'spec.replicas', found: 0, expected: 2, fix, params };
  }
  const port = service.spec.ports?.[0];
  if (!port) return finding;
  const match = { service, port, index: 0 };
  const ready = objects.endpointsOf(match).some(({ endpoint }) => endpoint.conditions?.ready !== false);
  if (ready) return { ...finding, params: { reason: failure.name.exchange?.end.code ?? '' } };
  const cause = withoutEndpoints(match, failure, 0);
  const sick = objects.selectedPods(service).find((pod) => diagnosePod(pod, failure));
  return {
    ...cause,
    code: 'DnsUnavailable',
    message: 'DnsUnavailable',
    object: sick ?? cause.object ?? service,
    params: { reason: cause.code },
  };
}

function unknownInside(written: WrittenName, failure: Failure): Finding {
  const { objects, sender, target } = failure;
  const home = sender.pod?.metadata.namespace ?? 'default';
  const namespace = written.namespace === '' ? home : written.namespace;
  const meant = objects.services.get(`${namespace}/${written.service}`);
  if (meant) return namedButSilent(meant, failure);
  const elsewhere = objects.services.list().filter(({ metadata }) => metadata.name === written.service);
  const [other] = elsewhere;
  if (other) {
    const expected = other.metadata.namespace as string;
    const host = `${written.service}.${expected}${written.namespace === '' ? '' : written.rest}`;
    return {
      code: 'NameInOtherNamespace',
      object: other,
      field: 'metadata.namespace',
      found: namespace,
      expected,
      fix: toHost(failure, host),
      params: { name: target.host, service: written.service },
    };
  }
  const near = nearest(written.service, objects.services.list(namespace), ({ metadata }) => metadata.name);
  return near ? misspelt(near, written, failure) : notFound(failure, namespace);
}

function toHost(failure: Failure, host: string): Fix {
  return changeRequest({ to: changeTarget(failure.request.to, { host }) });
}

function misspelt(near: Service, written: WrittenName, failure: Failure): Finding {
  const { name, namespace } = near.metadata;
  const host = written.namespace === '' ? name : `${name}.${namespace}${written.rest}`;
  return {
    code: 'NameNotFound',
    message: 'NameNotFound.NearMiss',
    object: near,
    field: 'metadata.name',
    found: written.service,
    expected: name,
    fix: toHost(failure, host),
    params: { name: failure.target.host },
  };
}

function notFound({ target }: Failure, namespace: string): Finding {
  return { code: 'NameNotFound', found: target.host, params: { name: target.host, namespace } };
}

/** The Service is there, but its name has no address: headless without ready endpoints, or an alias to nowhere. */
function namedButSilent(service: Service, failure: Failure): Finding {
  if (service.spec.type === 'ExternalName') {
    const found = service.spec.externalName;
    return { code: 'ExternalNameNotFound', object: service, field: 'spec.externalName', found };
  }
  const port = service.spec.ports?.[0] ?? { port: failure.target.port };
  return withoutEndpoints({ service, port, index: 0 }, failure, 0);
}

/** The outside and nodes know neither the cluster's names nor load balancers that have no address yet. */
function unknownOutside(written: WrittenName, failure: Failure): Finding {
  const { objects, target, dependencies } = failure;
  const candidates = objects.services.list().filter(({ metadata }) => {
    const named = metadata.name === written.service;
    return named && (written.namespace === '' || metadata.namespace === written.namespace);
  });
  const [service] = candidates;
  if (!service) {
    const near = nearest(target.host, dependencies.surroundings.hosts, ({ name }) => name);
    if (!near) return notFound(failure, '');
    const fix = toHost(failure, near.name);
    return {
      code: 'NameNotFound',
      message: 'NameNotFound.NearMiss',
      found: target.host,
      expected: near.name,
      fix,
      params: { name: target.host },
    };
  }
  const pending = balancerPending(service, failure);
  if (pending) return pending;
  const fix = outsideWay(service, failure) ?? insideWay(service, failure);
  const params = { name: target.host, service: nameOf(service) };
  return {
    code: 'ClusterNameOutsideCluster',
    object: service,
    field: 'metadata.name',
    found: target.host,
    params,
    ...(fix && { fix }),
  };
}
