import type { Node } from '@podlab/api';
import { utf8Encode } from '@podlab/kernel';
import type { Network, ServerConnection } from '@podlab/netstack';

/** The name under which kube-proxy's own health sockets find their handler. */
export const PROXY_HEALTH_HANDLER = 'kube-proxy/healthz';
/** Models kubernetes pkg/cluster/ports ProxyHealthzPort. */
export const PROXY_HEALTH_PORT = 10_256;
/** Models kubernetes pkg/proxy/healthcheck/proxy_health.go ToBeDeletedTaint: the autoscaler's. */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

/** Nodes whose socket is open, each with the id of its listener. */
export interface ProxyHealthState {
  listeners: Map<string, number>;
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
  ) {
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
      this.state.listeners.delete(name);
    }
    for (const { name, namespace } of nodes) {
      if (this.state.listeners.has(name)) continue;
      const options = { protocol: 'TCP', port: PROXY_HEALTH_PORT, handler: PROXY_HEALTH_HANDLER } as const;
      const { listener } = this.network.listen(namespace, { ...options, data: { node: name } });
      if (listener) this.state.listeners.set(name, listener.id);
    }
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
