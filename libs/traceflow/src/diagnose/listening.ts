import type { Listener, Network } from '@podlab/netstack';
import { isLoopbackText } from './families';

const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function all(namespace: string, network: Network): readonly Listener[] {
  return network.hasNamespace(namespace) ? network.listeners(namespace) : [];
}

/** Ports on which somebody listens for the whole namespace, or for one address of it, in ascending order. */
export function listeningPorts(
  namespace: string,
  protocol: string,
  network: Network,
  address?: string,
): number[] {
  const open = all(namespace, network).filter((listener) => {
    if (listener.protocol !== protocol || isLoopbackText(listener.address)) return false;
    return address === undefined || listener.address === address || ANY_ADDRESS.has(listener.address);
  });
  return [...new Set(open.map(({ port }) => port))].sort((a, b) => a - b);
}

/** The protocol by which somebody listens on a port, other than `protocol`. */
export function otherProtocol(
  namespace: string,
  port: number,
  protocol: string,
  network: Network,
): 'TCP' | 'UDP' | 'SCTP' | undefined {
  const other = all(namespace, network).find((each) => each.port === port && each.protocol !== protocol);
  return other?.protocol as 'TCP' | 'UDP' | 'SCTP' | undefined;
}

/** The only address on which somebody listens on a port. */
export function listeningAddress(
  namespace: string,
  port: number,
  protocol: string,
  network: Network,
): string | undefined {
  return all(namespace, network).find((each) => each.port === port && each.protocol === protocol)?.address;
}
