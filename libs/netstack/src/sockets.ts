import { formatAddress } from './address';
import type { Namespace } from './namespace';
import type { Listener } from './socket';
import type { NetworkState } from './state';

/** A socket of a namespace as `ss` lists it. */
export interface SocketDescription {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  readonly state: 'LISTEN' | 'UNCONN' | 'ESTAB' | 'CLOSE-WAIT' | 'FIN-WAIT-2';
  readonly local: { readonly address: string; readonly port: number };
  /** Absent for a socket that waits for anybody. */
  readonly remote?: { readonly address: string; readonly port: number };
  /** What waits behind it, where that is known. */
  readonly listener?: Listener;
}

/** What listens in a namespace, then its open connections, each in the order of their making. */
export function socketsOf(state: NetworkState, namespace: Namespace): SocketDescription[] {
  const waiting = namespace.sockets.listeners().map((listener): SocketDescription => ({
    protocol: listener.protocol,
    state: listener.protocol === 'UDP' ? 'UNCONN' : 'LISTEN',
    local: { address: listener.address, port: listener.port },
    listener,
  }));
  const open: SocketDescription[] = [];
  for (const connection of state.connections.values()) {
    const { protocol, listener } = connection;
    if (connection.client_namespace === namespace.id) {
      open.push({
        protocol,
        state: connection.client_finished ? 'FIN-WAIT-2' : clientState(connection.client_status),
        local: { address: formatAddress(connection.client_address), port: connection.client_port },
        remote: { address: formatAddress(connection.remote_address), port: connection.remote_port },
      });
    }
    if (connection.server_namespace === namespace.id && connection.server_status !== 'Reset') {
      open.push({
        protocol,
        state: connection.server_status === 'ClosedByPeer' ? 'CLOSE-WAIT' : 'ESTAB',
        local: { address: formatAddress(connection.server_address), port: connection.server_port },
        remote: { address: formatAddress(connection.seen_address), port: connection.seen_port },
        listener,
      });
    }
  }
  return [...waiting, ...open];
}

function clientState(status: string): 'ESTAB' | 'CLOSE-WAIT' {
  return status === 'ClosedByPeer' ? 'CLOSE-WAIT' : 'ESTAB';
}
