import type { Pod } from '@podlab/api';
import { newBadRequest, newNotFound } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';
import { base64Decode } from '@podlab/kernel';
import type { ClientConnection, Network } from '@podlab/netstack';
import type { Workloads } from '@podlab/workloads';
import type { SimulatedRuntime } from './container-runtime';

/** What a tunnel brought back since the last time. */
export interface TunnelAnswer {
  readonly received: readonly Uint8Array[];
  /** Nothing more comes. */
  readonly ended: boolean;
}

/** How long a pod may take to accept, in virtual ms. */
const DIAL_TIMEOUT_MS = 30_000;
const LOOPBACKS = ['127.0.0.1', '::1'];

interface TunnelParts {
  readonly network: Network;
  readonly workloads: Workloads;
  readonly runtime: SimulatedRuntime;
  readonly pods: Informer<Pod>;
}

/** Connections from outside straight into a pod's network namespace, as `kubectl port-forward` makes them. */
export class Tunnels {
  constructor(private readonly parts: TunnelParts) {}

  /**
   * Connects to a port on the loopback of a pod; the text tells why that failed, in containerd's words. Throws
   * StatusError and LimitExceeded. Models containerd internal/cri/server sandbox_portforward_linux.go portForward.
   */
  dial(namespace: string, name: string, port: number): number | { readonly error: string } {
    const { network } = this.parts;
    const own = this.namespaceOf(namespace, name);
    const refusals: string[] = [];
    for (const destination of LOOPBACKS) {
      if (!network.isLocalAddress(own, destination)) continue;
      const options = { protocol: 'TCP', destination, port, timeout_ms: DIAL_TIMEOUT_MS } as const;
      const { connection } = network.connect(own, options);
      if (connection) return connection.id;
      const host = destination.includes(':') ? `[${destination}]` : destination;
      const family = destination.includes(':') ? 'IPv6' : 'IPv4';
      refusals.push(`${family}: dial tcp${family.slice(-1)} ${host}:${port}: connect: connection refused`);
    }
    const why = refusals.join(' ');
    return { error: `failed to connect to localhost:${port} inside namespace "${own}", ${why}` };
  }

  /** Whether something arrived, or the tunnel has ended: time to call {@link pass}. */
  isWaiting(id: number): boolean {
    const state = this.parts.network.state.connections.get(id);
    return state === undefined || state.client_inbox.length > 0 || state.client_status !== 'Open';
  }

  /** Sends base64 text and takes what has come back; `last` says that no more is sent. */
  pass(id: number, data: string, last: boolean): TunnelAnswer {
    const connection = this.parts.network.clientConnection(id);
    if (!connection) return { received: [], ended: true };
    const bytes = base64Decode(data);
    if (bytes && bytes.length > 0) connection.send(bytes);
    if (last) connection.shutdown();
    return this.take(id, connection);
  }

  /** Nobody is at this end any more. */
  close(id: number): void {
    this.parts.network.clientConnection(id)?.close();
  }

  private take(id: number, connection: ClientConnection): TunnelAnswer {
    const received = connection.receive();
    const ended = connection.status !== 'Open';
    if (ended) this.close(id);
    return { received, ended };
  }

  private namespaceOf(namespace: string, name: string): string {
    const { pods, runtime, workloads } = this.parts;
    const pod = pods.get(`${namespace}/${name}`);
    if (!pod) throw newNotFound('pods', name);
    for (const container of pod.spec.containers) {
      const id = runtime.containerId(pod.metadata.uid as string, container.name);
      const start = id !== undefined && runtime.isRunning(id) ? workloads.containerStart(id) : undefined;
      if (start) return start.networkNamespace;
    }
    throw newBadRequest(
      `unable to forward port because pod is not running. Current status=${pod.status?.phase}`,
    );
  }
}
