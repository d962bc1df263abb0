import { hex, sha256, utf8Encode, utf8Length } from '@podlab/kernel';
import { TraceRecorder } from '@podlab/netstack';
import type { Network } from '@podlab/netstack';
import { encodeRequest, readResponse } from '../http/codec';
import { accessLogTime, httpDate } from '../http/date';
import { headerValue } from '../http/message';
import type { HttpRequest, HttpResponse } from '../http/message';
import { decodeText, joinBytes } from '../http/text';
import type { IngressEndpoint, IngressObjects } from './ingress-nginx-objects';
import { routeIngress } from './ingress-nginx-routing';
import type { IngressDecision } from './ingress-nginx-routing';
import { ingressSettings } from './ingress-nginx-settings';
import type { IngressSettings } from './ingress-nginx-settings';
import { serveOr } from './program';
import type { Program } from './program';
import { respond } from './server';
import type { ServerBehaviour, ServerContext } from './server';

/** `/nginx-ingress-controller`, perhaps behind `/usr/bin/dumb-init --`. */
export const nginxIngressController: Program = (context, launch) => {
  const settings = ingressSettings(context.arguments);
  const { httpPort, httpsPort, healthPort } = settings;
  launch.banner('ingress-nginx');
  const words = JSON.stringify(context.arguments);
  const outcome = launch.serve('ingress-nginx', { words }, [
    { port: httpPort },
    { port: httpsPort },
    { port: healthPort },
  ]);
  return serveOr(
    context,
    outcome,
    (port) => `Port ${port} is already in use. Please check the flag --http-port\n`,
  );
};

/** proxy_connect_timeout of ingress-nginx, and how many endpoints it tries (proxy_next_upstream_tries). */
const CONNECT_TIMEOUT_MS = 5_000;
const UPSTREAM_TRIES = 3;

/** What an ingress controller needs beside its container. */
export interface IngressSurroundings {
  readonly network: Network;
  readonly objects: IngressObjects;
}

/** Sends each request to an endpoint of the Service that an Ingress names, by a connection of its own. */
export function ingressNginxBehaviour(surroundings: IngressSurroundings): ServerBehaviour {
  return {
    onTerminate: 0,
    http(request, context) {
      const settings = settingsOf(context);
      if (context.local.port === settings.healthPort) return health(request);
      const decision = decide(request, context, settings, surroundings.objects);
      const served = serve(request, context, settings, decision, surroundings.network);
      log(request, context, decision, served);
      return served.response;
    },
  };
}

function settingsOf(context: ServerContext): IngressSettings {
  return ingressSettings(JSON.parse(String(context.server.settings['words'])) as string[]);
}

function health({ target }: HttpRequest): HttpResponse {
  return target.startsWith('/healthz') ? respond(200, 'ok') : respond(404, '404 page not found\n');
}

const isTls = (context: ServerContext, { httpsPort }: IngressSettings) => context.local.port === httpsPort;

function hostOf(request: HttpRequest): string {
  return (headerValue(request.headers, 'host') ?? '').replace(/:[0-9]+$/, '');
}

function decide(
  request: HttpRequest,
  context: ServerContext,
  settings: IngressSettings,
  objects: IngressObjects,
): IngressDecision {
  const path = request.target.split('?')[0];
  const decision = routeIngress({ host: hostOf(request), path }, settings, objects);
  if (isTls(context, settings)) tellCertificate(decision, context);
  return decision;
}

/** Which certificate a browser would be shown: TLS itself is not simulated. */
function tellCertificate({ tls, host }: IngressDecision, context: ServerContext): void {
  const code = tls?.present
    ? 'Ingress.Certificate'
    : tls
      ? 'Ingress.SecretMissing'
      : 'Ingress.FakeCertificate';
  context.asides?.note({ code, host, ...(tls && { secret: tls.secret }) });
}

interface Served {
  readonly response: HttpResponse;
  readonly upstreams: readonly { readonly endpoint: IngressEndpoint; readonly status: number }[];
}

function serve(
  request: HttpRequest,
  context: ServerContext,
  settings: IngressSettings,
  decision: IngressDecision,
  network: Network,
): Served {
  const { tls } = decision;
  if (tls?.present && tls.redirect && !isTls(context, settings)) {
    context.asides?.note({ code: 'Ingress.ToHttps', host: decision.host, secret: tls.secret });
    const Location = `https://${decision.host}${request.target}`;
    return { response: page(308, 'Permanent Redirect', context, { Location }), upstreams: [] };
  }
  context.asides?.note(factsOf(decision));
  switch (decision.outcome) {
    case 'Routed':
      return proxy(request, context, settings, decision, network);
    case 'HostUnknown':
    case 'PathUnknown':
      return { response: page(404, 'Not Found', context), upstreams: [] };
    default:
      return { response: unavailable(decision, context), upstreams: [] };
  }
}

/** What a trace is told of a decision; texts only. */
function factsOf({ outcome, host, path, server, ingress, field, rule, backend, service }: IngressDecision) {
  const namespace = ingress?.metadata.namespace ?? service?.metadata.namespace ?? '';
  return {
    code: `Ingress.${outcome}`,
    host,
    path,
    server: server === '' ? '*' : server,
    ...(ingress && { ingress: ingress.metadata.name }),
    ...(field !== undefined && { field }),
    ...(rule && { rule: rule.path, type: rule.type }),
    ...(backend && { service: service?.metadata.name ?? backend.service, port: backend.port }),
    ...(namespace !== '' && { namespace }),
  };
}

function unavailable(decision: IngressDecision, context: ServerContext): HttpResponse {
  const { backend, ingress, outcome } = decision;
  const key = `${ingress?.metadata.namespace ?? ''}/${backend?.service ?? ''}`;
  const why =
    outcome === 'ServiceMissing'
      ? `Error obtaining Endpoints for Service "${key}": no object matching key "${key}" in local store`
      : `Service "${key}" does not have any active Endpoint.`;
  context.log('stderr', `W ${context.timestamp()} controller.go] ${why}`);
  return page(503, 'Service Temporarily Unavailable', context);
}

/** nginx's own page; ingress-nginx hides the version. */
function page(
  status: number,
  reason: string,
  context: ServerContext,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const title = `${status} ${reason}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return {
    status,
    reason,
    body,
    headers: { Date: dateOf(context), 'Content-Type': 'text/html', ...headers },
  };
}

const dateOf = (context: ServerContext) => httpDate(context.timestamp(), context.now());

/** Tries the endpoints in turn, the next one where a connection fails. Models proxy_next_upstream error timeout. */
function proxy(
  request: HttpRequest,
  context: ServerContext,
  settings: IngressSettings,
  decision: IngressDecision,
  network: Network,
): Served {
  const { endpoints, backend, service } = decision;
  const name = `${service?.metadata.namespace}-${backend?.service}-${backend?.port}`;
  const turn = Number(context.server.memory.get(name) ?? 0);
  context.server.memory.set(name, String((turn + 1) % endpoints.length));
  const bytes = encodeRequest(upstreamRequest(request, context, settings));
  const upstreams: { endpoint: IngressEndpoint; status: number }[] = [];
  for (let index = 0; index < Math.min(UPSTREAM_TRIES, endpoints.length); index++) {
    const endpoint = endpoints[(turn + index) % endpoints.length];
    tellEndpoint(endpoint, decision, context);
    const answer = exchange(endpoint, bytes, request.method, context, network);
    upstreams.push({ endpoint, status: typeof answer === 'number' ? answer : answer.status });
    if (typeof answer !== 'number') return { response: passedOn(answer, context), upstreams };
  }
  const status = upstreams[upstreams.length - 1].status;
  return { response: page(status, status === 504 ? 'Gateway Time-out' : 'Bad Gateway', context), upstreams };
}

function tellEndpoint(endpoint: IngressEndpoint, { service }: IngressDecision, context: ServerContext): void {
  context.asides?.note({
    code: 'Ingress.Endpoint',
    endpoint: `${endpoint.address}:${endpoint.port}`,
    namespace: service?.metadata.namespace ?? '',
    service: service?.metadata.name ?? '',
    ...(endpoint.pod !== undefined && { pod: endpoint.pod }),
  });
}

/** The request as ingress-nginx sends it on. Models ingress-nginx rootfs/etc/nginx/template/nginx.tmpl proxy_set_header. */
function upstreamRequest(
  request: HttpRequest,
  context: ServerContext,
  settings: IngressSettings,
): HttpRequest {
  const client = context.remote.address;
  const host = headerValue(request.headers, 'host') ?? '';
  const scheme = isTls(context, settings) ? 'https' : 'http';
  const set = {
    Host: host,
    'X-Request-ID': requestId(context),
    'X-Real-IP': client,
    'X-Forwarded-For': client,
    'X-Forwarded-Host': host,
    'X-Forwarded-Port': String(context.local.port),
    'X-Forwarded-Proto': scheme,
    'X-Forwarded-Scheme': scheme,
    'X-Scheme': scheme,
  };
  const names = new Set([...Object.keys(set).map((name) => name.toLowerCase()), 'connection']);
  const kept = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()));
  return {
    ...request,
    version: '1.1',
    headers: { ...set, ...Object.fromEntries(kept), Connection: 'close' },
  };
}

/** 32 hexadecimal digits, another for each request. */
function requestId(context: ServerContext): string {
  const { memory } = context.server;
  const count = Number(memory.get('requests') ?? 0) + 1;
  memory.set('requests', String(count));
  return hex(sha256(utf8Encode(`${context.podName} ${context.podIp} ${count}`))).slice(0, 32);
}

/** One connection to one endpoint, told in the trace of the request; 502 or 504 when it gives no answer. */
function exchange(
  endpoint: IngressEndpoint,
  bytes: Uint8Array,
  method: string,
  context: ServerContext,
  network: Network,
): HttpResponse | number {
  const destination = addressOf(endpoint, context);
  if (destination === undefined) return 502;
  const recorder = context.asides && new TraceRecorder();
  const { connection, disposition, end } = network.connect(context.origin.namespace, {
    protocol: 'TCP',
    destination,
    port: endpoint.port,
    timeout_ms: CONNECT_TIMEOUT_MS,
    ...(recorder && { recorder }),
  });
  const answer = connection && talk(connection, bytes, method);
  if (recorder) context.asides?.tell(recorder);
  if (!connection) context.failedOnward(end);
  return answer ?? (disposition === 'TimedOut' ? 504 : 502);
}

function talk(
  connection: NonNullable<ReturnType<Network['connect']>['connection']>,
  bytes: Uint8Array,
  method: string,
): HttpResponse | number {
  connection.send(bytes);
  const chunks = connection.receive();
  const closed = connection.status !== 'Open';
  const text = chunks.length > 0 ? decodeText(joinBytes(chunks)) : '';
  connection.close();
  const reading = readResponse(text, closed, method);
  if (reading.kind === 'message') return reading.message;
  return closed ? 502 : 504;
}

/** An ExternalName's address by DNS; other endpoints are addresses. */
function addressOf({ address }: IngressEndpoint, context: ServerContext): string | undefined {
  if (/^[0-9.]+$|:/.test(address)) return address;
  const { answers } = context.network.lookup(context.origin, address, 'A', false);
  return answers.find(({ type }) => type === 'A')?.value;
}

const HOP_BY_HOP = /^(server|date|connection|keep-alive|transfer-encoding|content-length)$/i;

function passedOn({ headers, ...answer }: HttpResponse, context: ServerContext): HttpResponse {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.test(name));
  return { ...answer, headers: { Date: dateOf(context), ...Object.fromEntries(kept) } };
}

/** The access log of ingress-nginx. Models ingress-nginx internal/ingress/controller/config log_format_upstream. */
function log(
  request: HttpRequest,
  context: ServerContext,
  { backend, service }: IngressDecision,
  { response, upstreams }: Served,
): void {
  const asked = (name: string) => headerValue(request.headers, name) ?? '-';
  const name = backend && service ? `${service.metadata.namespace}-${backend.service}-${backend.port}` : '';
  const each = (text: (upstream: Served['upstreams'][number]) => string) =>
    upstreams.map(text).join(', ') || '-';
  const time = accessLogTime(context.timestamp(), context.now());
  const line = `"${request.method} ${request.target} HTTP/${request.version ?? '1.1'}"`;
  const size = utf8Length(response.body);
  context.log(
    'stdout',
    `${context.remote.address} - - [${time}] ${line} ${response.status} ${size} "${asked('referer')}" "${asked('user-agent')}" ${line.length + 60} 0.001 [${name}] [] ${each(({ endpoint }) => `${endpoint.address}:${endpoint.port}`)} ${each(() => String(size))} ${each(() => '0.001')} ${each(({ status }) => String(status))} ${context.server.memory.get('requests') ?? '0'}`,
  );
}
