import type { Endpoints, Node, Pod, Service } from '@podlab/api';
import { newBadRequest, newNotFound, newServiceUnavailable } from '@podlab/apimachinery';
import { utf8Decode } from '@podlab/kernel';
import type { KubeAnswer } from '../request/kube-request';
import type { Connector } from './connector';
import type { EndpointServices, RequestScope } from './scope';
import { textAnswer } from './write';

/** What the API server sends on. */
export interface ProxiedRequest {
  readonly address: string;
  readonly port: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ProxiedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An HTTP exchange from the control plane, or why there was none, in the words of Go's dialer. */
export type ProxyExchange = (request: ProxiedRequest) => ProxiedResponse | { readonly error: string };

const RESOURCES = { pods: 'PodProxyOptions', services: 'ServiceProxyOptions', nodes: 'NodeProxyOptions' };
/** Of the connection between the two, not of the message. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
]);
const KUBELET_PORT = 10250;

/** `proxy` of pods, services and nodes: HTTP through the API server, from the control plane's own address. */
export function proxyConnectors(exchange: ProxyExchange): Connector[] {
  return Object.entries(RESOURCES).map(([resource, kind]) => ({
    resource,
    subresource: 'proxy',
    kind,
    verbs: ['create', 'delete', 'get', 'patch', 'update'],
    connect(services: EndpointServices, scope: RequestScope) {
      const { address, port } = locate(services, scope);
      return forward(services, scope, address, port, exchange);
    },
  }));
}

function forward(
  services: EndpointServices,
  { request, info }: RequestScope,
  address: string,
  port: number,
  exchange: ProxyExchange,
): KubeAnswer {
  const { method, path, query, accept, content_type, body } = request;
  const answer = exchange({
    address,
    port,
    method,
    target: `${restOf(path, info.namespace !== '')}${query === '' ? '' : `?${query}`}`,
    headers: { Accept: accept, ...(body.length > 0 && content_type && { 'Content-Type': content_type }) },
    body: typeof body === 'string' ? body : utf8Decode(body),
  });
  if ('error' in answer) throw newServiceUnavailable(`error trying to reach service: ${answer.error}`);
  const kept = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  const headers = Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value]));
  return { ...textAnswer(services, answer.status, answer.body), headers };
}

/** What follows `/api/v1/namespaces/{namespace}/pods/{name}/proxy` or `/api/v1/nodes/{name}/proxy`, as it was sent. */
function restOf(path: string, isNamespaced: boolean): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const rest = segments.slice(isNamespaced ? 7 : 5);
  return `/${rest.join('/')}${rest.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Models pkg/registry/core {pod,node} strategy.go and service/storage ResourceLocation. */
function locate(services: EndpointServices, { info }: RequestScope): Place {
  const [name, port] = nameAndPort(info.name);
  switch (info.resource) {
    case 'pods':
      return podPlace(services, info.namespace, name, port);
    case 'services':
      return servicePlace(services, info.namespace, name, port);
    default:
      return nodePlace(services, name, port);
  }
}

/** `name`, `name:port` or `scheme:name:port`. Models k8s.io/apimachinery pkg/util/net SplitSchemeNamePort. */
function nameAndPort(text: string): [name: string, port: string] {
  const parts = text.split(':');
  if (parts.length === 1) return [parts[0], ''];
  if (parts.length === 2) return [parts[0], parts[1]];
  if (parts.length > 3 || !['', 'http', 'https'].includes(parts[0]))
    throw newBadRequest(`invalid service request ${JSON.stringify(text)}`);
  if (parts[0] === 'https')
    throw newBadRequest('proxy over https is not served: nothing in the simulated network speaks TLS');
  return [parts[1], parts[2]];
}

function podPlace({ store }: EndpointServices, namespace: string, name: string, port: string): Place {
  const pod = store.get('pods', `${namespace}/${name}`) as Pod | undefined;
  if (!pod) throw newNotFound('pods', name);
  const address = pod.status?.podIP;
  if (!address) throw newBadRequest('address not allowed');
  const own = pod.spec.containers.flatMap(({ ports = [] }) => ports);
  const named = own.find((each) => each.name === port)?.containerPort;
  const number = port === '' ? (own[0]?.containerPort ?? 80) : (named ?? Number(port));
  return { address, port: portNumber(number) };
}

function servicePlace({ store }: EndpointServices, namespace: string, name: string, port: string): Place {
  const service = store.get('services', `${namespace}/${name}`) as Service | undefined;
  if (!service) throw newNotFound('services', name);
  const ports = service.spec?.ports ?? [];
  const wanted =
    port === '' && ports.length === 1
      ? ports[0]
      : ports.find((each) => each.name === port || String(each.port) === port);
  if (!wanted)
    throw newServiceUnavailable(`no service port ${JSON.stringify(port)} found for service "${name}"`);
  const endpoints = store.get('endpoints', `${namespace}/${name}`) as Endpoints | undefined;
  for (const { addresses = [], ports: own = [] } of endpoints?.subsets ?? []) {
    const match = own.find((each) => (each.name ?? '') === (wanted.name ?? ''));
    if (match && addresses.length > 0) return { address: addresses[0].ip, port: match.port };
  }
  throw newServiceUnavailable(`no endpoints available for service "${name}"`);
}

function nodePlace({ store }: EndpointServices, name: string, port: string): Place {
  const node = store.get('nodes', name) as Node | undefined;
  if (!node) throw newNotFound('nodes', name);
  const address = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (!address) throw newServiceUnavailable(`no preferred addresses found; known addresses: []`);
  return { address, port: portNumber(port === '' ? KUBELET_PORT : Number(port)) };
}

function portNumber(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw newBadRequest(`invalid port ${String(port)}`);
}
