import { parseRequestInfo, type ProxiedRequest, type ProxiedResponse } from '@podlab/apiserver';
import type { ClusterNode } from '@podlab/contracts';
import { formatEndpoint, type Network } from '@podlab/netstack';
import { decodeText, encodeRequest, joinBytes, readResponse } from '@podlab/workloads';
import { dialError } from './container-network';
import { CONTROL_PLANE_NAMESPACE } from './world';

/** How long a backend may take to accept, in virtual ms. */
const DIAL_TIMEOUT_MS = 30_000;

/** A proxied request is a packet from the control plane: what drops such a packet drops this one. */
export function proxyExchange(network: Network, nodes: () => readonly ClusterNode[]) {
  return (request: ProxiedRequest): ProxiedResponse | { readonly error: string } => {
    const { address, port, method, target, headers, body } = request;
    learnPodRoutes(network, nodes());
    const options = { protocol: 'TCP', destination: address, port, timeout_ms: DIAL_TIMEOUT_MS } as const;
    const { connection, disposition } = network.connect(CONTROL_PLANE_NAMESPACE, options);
    if (!connection) return { error: dialError(disposition, address, port) };
    const own = { Host: formatEndpoint(address, port), 'User-Agent': 'kubectl', Connection: 'close' };
    connection.send(encodeRequest({ method, target, headers: { ...own, ...headers }, body }));
    const text = decodeText(joinBytes(connection.receive()));
    const isReset = connection.status === 'Reset';
    const reading = readResponse(text, connection.status !== 'Open', method);
    connection.close();
    if (reading.kind === 'message') return reading.message;
    if (text === '') return { error: isReset ? `read tcp ${own.Host}: connection reset by peer` : 'EOF' };
    return { error: `net/http: HTTP/1.x transport connection broken: malformed HTTP response` };
  };
}

/** The control plane is on the pods' network too: it learns the ways there when it first needs them. */
function learnPodRoutes(network: Network, nodes: readonly ClusterNode[]): void {
  const known = new Set(network.routes(CONTROL_PLANE_NAMESPACE).map(({ destination }) => destination));
  for (const { internal_ip, pod_cidr } of nodes) {
    if (pod_cidr === '' || internal_ip === '' || known.has(pod_cidr)) continue;
    const route = { destination: pod_cidr, via: internal_ip, interface: 'eth0' };
    network.setRoute(CONTROL_PLANE_NAMESPACE, route);
  }
}

/** Whether a request sends packets, so that even a GET of it is an input. */
export function isProxied(path: string): boolean {
  const mayBe = path.includes('proxy') || path.includes('%');
  return mayBe && parseRequestInfo(path)?.subresource === 'proxy';
}
