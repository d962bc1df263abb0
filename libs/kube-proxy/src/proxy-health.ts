import type { Node } from '@podlab/api';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import type { Network, ServerConnection } from '@podlab/netstack';

/** The name under which kube-proxy's own health sockets find their handler. */
export const PROXY_HEALTH_HANDLER = 'kube-proxy/healthz';
/** Models kubernetes pkg/cluster/ports ProxyHealthzPort. */
export const PROXY_HEALTH_PORT = 10_256;
/** The name of the handler of the sockets that `/metrics` would be on; the node itself asks there. */
const PROXY_STATUS_HANDLER = 'kube-proxy/status';
/** Models kubernetes pkg/cluster/ports ProxyStatusPort. */
const PROXY_STATUS_PORT = 10_249;
/** Models kubernetes pkg/proxy/healthcheck/proxy_health.go ToBeDeletedTaint: the autoscaler's. */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

/** Nodes whose sockets are open, each with the id of its listener: for load balancers, and for the node itself. */
export interface ProxyHealthState {
  listeners: Map<string, number>;
  status_listeners: Map<string, number>;
}

/**
 * `/healthz` of the kube-proxy on each node: what a load balancer asks under `externalTrafficPolicy: Cluster`. A node
 * that is about to go answers 503, so that connections drain (KEP-3836). Models
 * kubernetes pkg/proxy/healthcheck/proxy_health.go.
 */
export class ProxyHealth {
  constructor(
    private readonly network: Network,
    private readonly state: ProxyHealthState,
    private readonly node: (name: string) => Node | undefined,
    private readonly timestamp: () => string,
    private readonly mode: string,
  ) {
    network.handlers.set(PROXY_STATUS_HANDLER, {
      onData: (connection, bytes) => {
        connection.send(utf8Encode(this.status(utf8Decode(bytes).split(' ', 2)[1])));
        connection.close();
      },
    });
    network.handlers.set(PROXY_HEALTH_HANDLER, {
      onData: (connection) => {
        this.answer(connection);
        connection.close();
      },
    });
  }

  /** Opens the socket of each node that is there, and forgets those of nodes that are gone. */
  sync(nodes: readonly { readonly name: string; readonly namespace: string }[]): void {
    const names = new Set(nodes.map(({ name }) => name));
    for (const [name, listener] of this.state.listeners) {
      if (names.has(name)) continue;
      this.network.closeListener(listener);
      this.network.closeListener(this.state.status_listeners.get(name) as number);
      this.state.listeners.delete(name);
      this.state.status_listeners.delete(name);
    }
    for (const { name, namespace } of nodes) {
      if (this.state.listeners.has(name)) continue;
      const options = { protocol: 'TCP', port: PROXY_HEALTH_PORT, handler: PROXY_HEALTH_HANDLER } as const;
      const { listener } = this.network.listen(namespace, { ...options, data: { node: name } });
      if (listener) this.state.listeners.set(name, listener.id);
      const own = { protocol: 'TCP', address: '127.0.0.1', port: PROXY_STATUS_PORT } as const;
      const status = this.network.listen(namespace, { ...own, handler: PROXY_STATUS_HANDLER });
      if (status.listener) this.state.status_listeners.set(name, status.listener.id);
    }
  }

  /** Models kubernetes cmd/kube-proxy/app/server.go serveMetrics, less the metrics. */
  private status(path: string): string {
    const body = path === '/healthz' ? 'ok' : path === '/proxyMode' ? this.mode : undefined;
    const head = body === undefined ? '404 Not Found' : '200 OK';
    const text = body ?? '404 page not found\n';
    return `HTTP/1.1 ${head}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  }

  private answer(connection: ServerConnection): void {
    const { node } = connection.listener.data as { node: string };
    const eligible = isEligible(this.node(node));
    const now = this.timestamp();
    const body = `{"lastUpdated": "${now}","currentTime": "${now}", "nodeEligible": ${eligible}}`;
    const head = [
      eligible ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 503 Service Unavailable',
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${body.length}`,
    ];
    connection.send(utf8Encode(`${head.join('\r\n')}\r\n\r\n${body}`));
  }
}

/** Models kubernetes pkg/proxy/node.go NodeManager and KEP-3836: a node that goes is no target for new connections. */
function isEligible(node: Node | undefined): boolean {
  if (!node || node.metadata.deletionTimestamp !== undefined) return false;
  return !node.spec.taints?.some(({ key }) => key === TO_BE_DELETED);
}
