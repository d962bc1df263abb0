import type { HTTPIngressPath, Ingress, IngressBackend, Service, ServicePort } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { IngressEndpoint, IngressObjects } from './ingress-nginx-objects';
import type { IngressSettings } from './ingress-nginx-settings';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** How a request was found a place, or why it was not. */
export type IngressOutcome =
  | 'Routed'
  /** No Ingress has a rule for the host: the controller's own 404. */
  | 'HostUnknown'
  /** Rules for the host, none for the path. */
  | 'PathUnknown'
  | 'ServiceMissing'
  | 'PortMissing'
  | 'NoEndpoints';

/** What a controller does with one request. */
export interface IngressDecision {
  readonly outcome: IngressOutcome;
  /** The host and path as they were asked for. */
  readonly host: string;
  readonly path: string;
  /** The host of the rules that were looked at; empty for those without one. */
  readonly server: string;
  /** The Ingress that decided, and where in it. */
  readonly ingress?: Ingress;
  readonly field?: string;
  readonly rule?: { readonly path: string; readonly type: string };
  readonly backend?: { readonly service: string; readonly port: string };
  readonly service?: Service;
  readonly endpoints: readonly IngressEndpoint[];
  /** The Secret whose certificate would be served for the host, where an Ingress names one. */
  readonly tls?: { readonly secret: string; readonly present: boolean; readonly redirect: boolean };
}

/** Whether an Ingress is for this controller. Models ingress-nginx internal/ingress/controller/store GetIngressClass. */
export function isOwnIngress(ingress: Ingress, settings: IngressSettings, objects: IngressObjects): boolean {
  const { namespace, annotations } = ingress.metadata;
  if (settings.watchNamespace !== '' && settings.watchNamespace !== namespace) return false;
  const annotation = annotations?.[CLASS_ANNOTATION];
  if (annotation !== undefined && annotation !== '') return annotation === settings.ingressClass;
  const name = ingress.spec.ingressClassName;
  if (name === undefined) return settings.withoutClass;
  return objects.ingressClass(name)?.spec.controller === settings.controller;
}

/** The Ingresses of a controller, the oldest first: of two rules for the same path the older one counts. */
export function ownIngresses(settings: IngressSettings, objects: IngressObjects): Ingress[] {
  const age = ({ metadata }: Ingress) => `${metadata.creationTimestamp ?? ''} ${objectKey({ metadata })}`;
  return objects
    .ingresses()
    .filter((ingress) => isOwnIngress(ingress, settings, objects))
    .sort((one, other) => (age(one) < age(other) ? -1 : 1));
}

/** Finds the place of a request by host and path. Models the servers and locations that ingress-nginx writes. */
export function routeIngress(
  asked: { readonly host: string; readonly path: string },
  settings: IngressSettings,
  objects: IngressObjects,
): IngressDecision {
  const own = ownIngresses(settings, objects);
  const host = asked.host.toLowerCase();
  const server = serverFor(host, own);
  const tls = tlsFor(host, own, objects);
  const found = { host, path: asked.path, server, endpoints: [], ...(tls && { tls }) };
  const location = bestLocation(locationsOf(server, own), asked.path) ?? fallback(server, own);
  if (location) return { ...found, ...toBackend(location, objects) };
  if (settings.defaultBackend !== '')
    return { ...found, ...toDefaultBackend(settings.defaultBackend, objects) };
  const rules = own.find(({ spec }) => spec.rules?.some((rule) => (rule.host ?? '') === server));
  if (!rules) return { ...found, outcome: 'HostUnknown' };
  return { ...found, outcome: 'PathUnknown', ingress: rules };
}

/** The host of rules that is used: the very same, else its wildcard (which stands for one label), else none. */
function serverFor(host: string, ingresses: readonly Ingress[]): string {
  const hosts = new Set(ingresses.flatMap(({ spec }) => (spec.rules ?? []).map((rule) => rule.host ?? '')));
  if (hosts.has(host)) return host;
  const wildcard = `*${host.slice(host.indexOf('.'))}`;
  return host.includes('.') && hosts.has(wildcard) ? wildcard : '';
}

interface Location {
  readonly ingress: Ingress;
  readonly field: string;
  readonly path: string;
  readonly type: string;
  readonly backend: IngressBackend;
}

function locationsOf(server: string, ingresses: readonly Ingress[]): Location[] {
  return ingresses.flatMap((ingress) =>
    (ingress.spec.rules ?? []).flatMap(({ host, http }, rule) => {
      if ((host ?? '') !== server) return [];
      return (http?.paths ?? []).map((each, index) =>
        locationOf(ingress, each, `spec.rules[${rule}].http.paths[${index}]`),
      );
    }),
  );
}

function locationOf(ingress: Ingress, { path, pathType, backend }: HTTPIngressPath, field: string): Location {
  return { ingress, field, path: path || '/', type: pathType, backend };
}

/** An Exact path before all others, then the longest. */
function bestLocation(locations: readonly Location[], path: string): Location | undefined {
  let best: Location | undefined;
  for (const location of locations) {
    if (!matchesPath(location, path)) continue;
    if (!best || rank(location) > rank(best)) best = location;
  }
  return best;
}

const rank = ({ type, path }: Location) => (type === 'Exact' ? 1_000_000 : 0) + path.length;

/** Prefix compares elements between slashes; ImplementationSpecific is what nginx's own prefix is: characters. */
function matchesPath({ type, path: wanted }: Location, path: string): boolean {
  if (type === 'Exact') return path === wanted;
  if (type === 'ImplementationSpecific') return path.startsWith(wanted);
  const prefix = wanted.replace(/\/+$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The defaultBackend of an Ingress that has rules for the host, or that has no rules at all. */
function fallback(server: string, ingresses: readonly Ingress[]): Location | undefined {
  const applies = ({ spec }: Ingress) =>
    (spec.rules ?? []).some((rule) => (rule.host ?? '') === server) ||
    (server === '' && (spec.rules ?? []).length === 0);
  const ingress = ingresses.find((each) => each.spec.defaultBackend && applies(each));
  if (!ingress?.spec.defaultBackend) return undefined;
  return {
    ingress,
    field: 'spec.defaultBackend',
    path: '/',
    type: 'Default',
    backend: ingress.spec.defaultBackend,
  };
}

type Placed = Omit<IngressDecision, 'host' | 'path' | 'server' | 'tls'>;

function toBackend({ ingress, field, path, type, backend }: Location, objects: IngressObjects): Placed {
  const name = backend.service?.name ?? '';
  const wanted = backend.service?.port;
  const service = objects.service(`${ingress.metadata.namespace}/${name}`);
  const base = {
    ingress,
    field,
    rule: { path, type },
    backend: { service: name, port: String(wanted?.name ?? wanted?.number ?? '') },
    endpoints: [],
    ...(service && { service }),
  };
  if (!service) return { ...base, outcome: 'ServiceMissing' };
  const port = service.spec.ports?.find((each) =>
    wanted?.name === undefined ? each.port === wanted?.number : each.name === wanted.name,
  );
  if (!port) return { ...base, outcome: 'PortMissing' };
  return placed(base, service, port, objects);
}

function placed<T extends object>(base: T, service: Service, port: ServicePort, objects: IngressObjects) {
  const endpoints =
    service.spec.type === 'ExternalName'
      ? [{ address: service.spec.externalName ?? '', port: port.port }]
      : objects.endpoints(service, port);
  const outcome: IngressOutcome = endpoints.length === 0 ? 'NoEndpoints' : 'Routed';
  return { ...base, endpoints, outcome };
}

function toDefaultBackend(key: string, objects: IngressObjects): Placed {
  const service = objects.service(key);
  const port = service?.spec.ports?.[0];
  const backend = { service: key, port: String(port?.port ?? '') };
  if (!service || !port) return { backend, endpoints: [], outcome: 'ServiceMissing' };
  return placed({ backend, service }, service, port, objects);
}

function tlsFor(
  host: string,
  ingresses: readonly Ingress[],
  objects: IngressObjects,
): IngressDecision['tls'] | undefined {
  const wildcard = `*${host.slice(host.indexOf('.'))}`;
  for (const name of [host, wildcard]) {
    for (const { spec, metadata } of ingresses) {
      const entry = spec.tls?.find(({ hosts }) => hosts?.includes(name));
      if (!entry?.secretName) continue;
      const secret = `${metadata.namespace}/${entry.secretName}`;
      const present = objects.secret(secret)?.data?.['tls.crt'] !== undefined;
      const redirect = metadata.annotations?.['nginx.ingress.kubernetes.io/ssl-redirect'] !== 'false';
      return { secret, present, redirect };
    }
  }
  return undefined;
}
