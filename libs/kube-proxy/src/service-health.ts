import type { EndpointSlice, Service } from '@podlab/api';
import { splitKey } from '@podlab/apimachinery';
import { utf8Encode } from '@podlab/kernel';
import type { Network, ServerConnection, SocketHandler } from '@podlab/netstack';

/** The name under which health check sockets find their handler. */
export const SERVICE_HEALTH_HANDLER = 'kube-proxy/service-health';

/** Sockets that are open, by `node service port`: the id of the listener. */
export interface ServiceHealthState {
  listeners: Map<string, number>;
}

/** What a health check socket is for: plain data of its listener. */
interface HealthCheck {
  readonly node: string;
  readonly service: string;
}

/** A node whose network namespace exists. */
interface HealthNode {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The health checks behind `healthCheckNodePort`: a load balancer asks a node whether it has endpoints of its own.
 * Models kubernetes pkg/proxy/healthcheck/service_health.go.
 */
export class ServiceHealth {
  constructor(
    private readonly network: Network,
    private readonly state: ServiceHealthState,
    private readonly endpointSlices: (service: string) => readonly EndpointSlice[],
  ) {
    network.handlers.set(SERVICE_HEALTH_HANDLER, this.handler());
  }

  /** Opens the sockets that the Services under `keys` ask for on each node, and closes those that they do not. */
  sync(
    keys: ReadonlySet<string>,
    service: (key: string) => Service | undefined,
    nodes: readonly HealthNode[],
  ): void {
    const wanted = new Map<string, { node: HealthNode; service: string; port: number }>();
    for (const key of keys) {
      const object = service(key);
      const port = object === undefined ? 0 : healthCheckPort(object);
      if (port === 0) continue;
      for (const node of nodes) wanted.set(`${node.name} ${key} ${port}`, { node, service: key, port });
    }
    for (const [name, listener] of this.state.listeners) {
      if (wanted.has(name) || !keys.has(name.split(' ')[1])) continue;
      this.network.closeListener(listener);
      this.state.listeners.delete(name);
    }
    for (const [name, { node, service: key, port }] of wanted) {
      if (!this.state.listeners.has(name)) this.open(name, node, key, port);
    }
  }

  private open(key: string, node: HealthNode, service: string, port: number): void {
    const data: HealthCheck = { node: node.name, service };
    const options = { protocol: 'TCP', port, handler: SERVICE_HEALTH_HANDLER, data } as const;
    const { listener } = this.network.listen(node.namespace, options);
    if (listener) this.state.listeners.set(key, listener.id);
  }

  private handler(): SocketHandler {
    return {
      onData: (connection) => {
        this.answer(connection);
        connection.close();
      },
    };
  }

  private answer(connection: ServerConnection): void {
    const { node, service } = connection.listener.data as HealthCheck;
    const count = this.localEndpoints(node, service);
    const { namespace, name } = splitKey(service);
    const body = `{\n\t"service": {\n\t\t"namespace": "${namespace}",\n\t\t"name": "${name}"\n\t},\n\t"localEndpoints": ${count},\n\t"serviceProxyHealthy": true\n}`;
    const head = [
      count > 0 ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 503 Service Unavailable',
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      `X-Load-Balancing-Endpoint-Weight: ${count}`,
      `Content-Length: ${body.length}`,
    ];
    connection.send(utf8Encode(`${head.join('\r\n')}\r\n\r\n${body}`));
  }

  private localEndpoints(node: string, service: string): number {
    const local = this.endpointSlices(service).flatMap(({ endpoints }) =>
      (endpoints ?? []).filter(
        ({ nodeName, conditions }) => nodeName === node && conditions?.ready !== false,
      ),
    );
    return new Set(local.flatMap(({ addresses }) => addresses)).size;
  }
}

/** Models kubernetes pkg/api/v1/service util.go NeedsHealthCheck. */
function healthCheckPort({ spec }: Service): number {
  const needs = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  return needs ? (spec.healthCheckNodePort ?? 0) : 0;
}
