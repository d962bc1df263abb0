import type { Ingress, Pod } from '@podlab/api';
import { IngressObjects, ingressSettings, isOwnIngress, ownIngresses, routeIngress } from '@podlab/workloads';
import type { IngressDecision, IngressSettings } from '@podlab/workloads';
import { isReadyPod, matchPort, referenceTo } from '../cluster-objects';
import { changeTarget } from '../send/target';
import type { Failure, Finding, Fix } from './finding';
import { changeRequest, nameOf, pointerSegment, replaceField } from './finding';
import { faultOnTheWay } from './faults';
import { balancerPending } from './load-balancers';
import { nearest } from './near';
import { diagnosePod } from './pods';
import { deniedByPolicy } from './policies';
import { diagnoseServicePort, withoutEndpoints } from './services';

const CONTROLLER_IMAGE = /(^|\/)ingress-nginx\/controller[:@]/;
const CONTROLLER_ERRORS: ReadonlySet<number> = new Set([404, 502, 503, 504]);
const RULES_MS = 1_000;

/** Why an ingress controller answered with an error of its own; undefined where the error is the application's. */
export function diagnoseIngressAnswer(failure: Failure): Finding | undefined {
  const { outcome, target } = failure;
  const status = outcome?.response?.status;
  if (!target.http || !outcome?.peer || status === undefined || !CONTROLLER_ERRORS.has(status))
    return undefined;
  const pod = failure.objects.podByUid(outcome.peer.namespace.replace(/^pod\//, ''));
  const settings = pod && settingsOf(pod);
  if (!settings) return undefined;
  const asked = { host: hostOf(failure), path: target.http.path.split('?')[0] };
  const objects = new IngressObjects(failure.dependencies.informers);
  const decision = routeIngress(asked, settings, objects);
  switch (decision.outcome) {
    case 'HostUnknown':
      return status === 404 ? hostUnknown(decision, settings, objects, failure) : undefined;
    case 'PathUnknown':
      return status === 404 ? pathUnknown(decision, failure) : undefined;
    case 'ServiceMissing':
      return serviceMissing(decision, failure);
    case 'PortMissing':
      return portMissing(decision);
    case 'NoEndpoints':
      return noEndpoints(decision, failure);
    case 'Routed':
      return status === 502 || status === 504 ? upstreamFailed(decision, status, failure) : undefined;
  }
}

/** The settings of the ingress controller that a pod runs. */
function settingsOf(pod: Pod): IngressSettings | undefined {
  const container = pod.spec.containers.find(({ image }) => CONTROLLER_IMAGE.test(image ?? ''));
  if (!container) return undefined;
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  return ingressSettings(words.map((word) => word.replace('$(POD_NAMESPACE)', pod.metadata.namespace ?? '')));
}

/** The host that an HTTP request is for: its Host header. */
function hostOf({ request, target }: Failure): string {
  const header = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
  return (header ?? target.http?.authority ?? target.host).replace(/:\d+$/, '').toLowerCase();
}

function headersFor({ request }: Failure, host: string): Record<string, string> {
  const others = Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== 'host');
  return { ...Object.fromEntries(others), Host: host };
}

const hostsOf = ({ spec }: Ingress) => (spec.rules ?? []).flatMap(({ host }) => (host ? [host] : []));

/** A host that a rule with a wildcard stands for. */
const concrete = (host: string) => host.replace(/^\*/, 'www');

function hostUnknown(
  { host }: IngressDecision,
  settings: IngressSettings,
  objects: IngressObjects,
  failure: Failure,
): Finding {
  const others = objects.ingresses().filter((ingress) => !isOwnIngress(ingress, settings, objects));
  const meant = others.find((ingress) => covers(ingress, host));
  if (meant) return classProblem(meant, settings, objects);
  const own = ownIngresses(settings, objects);
  const hosts = [...new Set(own.flatMap(hostsOf))];
  const near = nearest(host, hosts, (candidate) => candidate);
  const best = near ?? hosts[0];
  const object = own.find((ingress) => best !== undefined && hostsOf(ingress).includes(best));
  const finding = { code: 'IngressHostNotMatched', found: host, params: { host } };
  if (best === undefined || !object) return { ...finding, message: 'IngressHostNotMatched.NoRules' };
  return {
    ...finding,
    object,
    field: 'spec.rules',
    expected: near ?? hosts,
    fix: changeRequest({ headers: headersFor(failure, concrete(best)) }),
  };
}

function covers(ingress: Ingress, host: string): boolean {
  const wildcard = `*${host.slice(host.indexOf('.'))}`;
  return hostsOf(ingress).some((each) => each === host || each === wildcard);
}

/** An Ingress that no controller takes: it names no class, one that is not there, or another controller's. */
function classProblem(ingress: Ingress, settings: IngressSettings, objects: IngressObjects): Finding {
  const own = objects.classInformer.list().filter(({ spec }) => spec.controller === settings.controller);
  const found = ingress.spec.ingressClassName;
  const best =
    (found === undefined ? undefined : nearest(found, own, ({ metadata }) => metadata.name)) ?? own[0];
  const finding = {
    object: ingress,
    field: 'spec.ingressClassName',
    found: found ?? 'none',
    expected: best?.metadata.name ?? 'an IngressClass',
    ...(best && { fix: setClass(ingress, best.metadata.name) }),
  };
  if (found === undefined) return { ...finding, code: 'IngressWithoutClass' };
  if (!objects.ingressClass(found)) return { ...finding, code: 'IngressClassNotFound' };
  return { ...finding, code: 'IngressOfOtherController' };
}

function setClass(ingress: Ingress, name: string): Fix {
  const patch = [{ op: 'add' as const, path: '/spec/ingressClassName', value: name }];
  return { action: 'Patch', object: referenceTo(ingress), patch };
}

function pathUnknown({ ingress, path, server, host }: IngressDecision, failure: Failure): Finding {
  const rules = (ingress?.spec.rules ?? []).flatMap(({ host: own, http }, rule) =>
    (own ?? '') === server
      ? (http?.paths ?? []).map((each, index) => ({ ...each, at: `/spec/rules/${rule}/http/paths/${index}` }))
      : [],
  );
  const paths = rules.map((each) => each.path || '/');
  const finding = {
    code: 'IngressPathNotMatched',
    object: ingress,
    field: 'spec.rules',
    found: path,
    expected: paths,
    params: { host, path },
  };
  const exact = rules.find((each) => each.pathType === 'Exact' && path.startsWith(each.path ?? '/'));
  if (exact && ingress)
    return {
      ...finding,
      message: 'IngressPathNotMatched.Exact',
      field: `${dotted(exact.at)}.pathType`,
      found: 'Exact',
      expected: 'Prefix',
      params: { host, path, rule: exact.path ?? '/' },
      fix: replaceField(ingress, `${exact.at}/pathType`, 'Prefix'),
    };
  const near = nearest(path, paths, (candidate) => candidate) ?? paths[0];
  if (near === undefined) return finding;
  return { ...finding, fix: toPath(failure, near) };
}

const dotted = (pointer: string) =>
  pointer
    .slice(1)
    .replace(/\/(\d+)/g, '[$1]')
    .replace(/\//g, '.');

function toPath({ request }: Failure, path: string) {
  const to =
    typeof request.to === 'string' ? request.to.replace(/^(https?:\/\/[^/?]+).*$/, `$1${path}`) : request.to;
  return changeRequest({ to });
}

/** A JSON Pointer to a field of a decision's backend. */
function backendPointer(field: string, ...more: string[]): string {
  const segments = `${field}.backend`.replace('spec.defaultBackend.backend', 'spec.defaultBackend');
  const parts = segments.replace(/\[(\d+)\]/g, '.$1').split('.');
  return ['', ...parts, ...more].map(pointerSegment).join('/');
}

function serviceMissing({ ingress, field = '', backend }: IngressDecision, failure: Failure): Finding {
  const found = backend?.service ?? '';
  const code = 'IngressBackendServiceNotFound';
  if (!ingress) return { code, found, params: { service: found } };
  const { namespace } = ingress.metadata;
  const near = nearest(found, failure.objects.services.list(namespace), ({ metadata }) => metadata.name);
  const elsewhere = failure.objects.services.list().find(({ metadata }) => metadata.name === found);
  const pointer = backendPointer(field, 'service', 'name');
  const finding = { code, object: ingress, field: dotted(pointer), found };
  if (elsewhere) {
    const params = { namespace: elsewhere.metadata.namespace ?? '' };
    return { ...finding, message: `${code}.OtherNamespace`, params };
  }
  if (!near) return { ...finding, message: `${code}.NothingNear` };
  const expected = near.metadata.name;
  return { ...finding, expected, fix: replaceField(ingress, pointer, expected) };
}

function portMissing({ ingress, field = '', backend, service }: IngressDecision): Finding {
  const ports = service?.spec.ports ?? [];
  const finding = {
    code: 'IngressBackendPortNotFound',
    object: ingress,
    found: backend?.port,
    expected: ports.map(({ port, name }) => (name ? `${port} (${name})` : String(port))),
    params: { service: service ? nameOf(service) : '' },
  };
  const best =
    ports.find(({ targetPort }) => String(targetPort) === backend?.port) ??
    nearest(backend?.port ?? '', ports, ({ port }) => String(port)) ??
    ports[0];
  const pointer = backendPointer(field, 'service', 'port');
  if (!best || !ingress) return { ...finding, field: dotted(pointer) };
  return { ...finding, field: dotted(pointer), fix: replaceField(ingress, pointer, { number: best.port }) };
}

function noEndpoints({ service, backend }: IngressDecision, failure: Failure): Finding | undefined {
  const match = service && matchBackend(service, backend?.port ?? '');
  if (!match) return undefined;
  return withoutEndpoints(match, failure, failure.objects.endpointsOf(match).length);
}

function matchBackend(service: NonNullable<IngressDecision['service']>, port: string) {
  return matchPort(service, (each) => String(each.port) === port || each.name === port);
}

/** The endpoints are ready and yet gave no answer: the same reasons as without an Ingress. */
function upstreamFailed(decision: IngressDecision, status: number, failure: Failure): Finding {
  const { service, backend, endpoints } = decision;
  const match = service && matchBackend(service, backend?.port ?? '');
  const finding = {
    code: 'IngressBackendNotAnswering',
    object: service,
    field: 'spec.ports',
    found: `HTTP ${status}`,
    params: {
      service: service ? nameOf(service) : '',
      endpoint: `${endpoints[0]?.address}:${endpoints[0]?.port}`,
    },
  };
  const end = failure.outcome?.onward;
  if (!match || !end || !failure.outcome) return finding;
  const disposition = status === 504 ? ('TimedOut' as const) : ('Refused' as const);
  const outcome = { ...failure.outcome, disposition, end };
  const target = { ...failure.target, port: endpoints[0].port };
  const name = { ...failure.name, address: endpoints[0].address };
  const direct: Failure = { ...failure, name, outcome, target };
  return deniedByPolicy(direct) ?? faultOnTheWay(direct) ?? diagnoseServicePort(match, direct) ?? finding;
}

/**
 * A name that an Ingress has a rule for: no DNS knows it, as long as nobody writes it there. Its address with a Host
 * header works, once a controller has taken the Ingress.
 */
export function diagnoseIngressHost(failure: Failure): Finding | undefined {
  const host = failure.target.host.toLowerCase().replace(/\.$/, '');
  const objects = new IngressObjects(failure.dependencies.informers);
  const ingress = objects.ingresses().find((each) => covers(each, host));
  if (!ingress) return undefined;
  const address = ingress.status?.loadBalancer?.ingress?.find(({ ip }) => ip !== undefined)?.ip;
  if (address !== undefined) {
    const to = changeTarget(failure.request.to, { host: address });
    return {
      code: 'IngressHostNotInDns',
      object: ingress,
      field: 'spec.rules',
      found: host,
      expected: address,
      fix: changeRequest({ to, headers: headersFor(failure, host) }),
    };
  }
  return withoutAddress(ingress, objects, failure);
}

type ControllerPod = { readonly pod: Pod; readonly settings: IngressSettings };

/** Why an Ingress has no address: no controller takes it, none runs, or the controller's own Service has none. */
function withoutAddress(ingress: Ingress, objects: IngressObjects, failure: Failure): Finding {
  const controllers = failure.objects.pods.list().flatMap((pod): ControllerPod[] => {
    const settings = settingsOf(pod);
    return settings ? [{ pod, settings }] : [];
  });
  const taking = controllers.find(({ settings }) => isOwnIngress(ingress, settings, objects));
  const finding = {
    code: 'IngressWithoutController',
    object: ingress,
    found: ingress.spec.ingressClassName ?? 'none',
  };
  if (!taking) return controllers[0] ? classProblem(ingress, controllers[0].settings, objects) : finding;
  if (!isReadyPod(taking.pod)) return diagnosePod(taking.pod, failure) ?? finding;
  const service = failure.objects.services.get(taking.settings.publishService);
  const pending = service && balancerPending(service, failure);
  return pending ?? { ...finding, code: 'IngressNotTakenUpYet', fix: { action: 'Advance', ms: RULES_MS } };
}
