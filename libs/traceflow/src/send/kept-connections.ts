import type { RequestSource, SendRequest } from '@podlab/contracts';
import { CONTRACT_LIMITS } from '@podlab/contracts';
import { equalJson, Refusal, withinLimit } from '@podlab/kernel';
import type { Network, TraceRecorder } from '@podlab/netstack';
import { answerOn, exchange } from './exchange';
import type { ExchangePlan, Outcome } from './exchange';
import type { NameResult } from './resolve-name';
import type { Target } from './target';

/** A connection that a client keeps under a name: plain data, part of the cluster's state. */
export interface KeptConnection {
  /** Of the network's connection. */
  readonly id: number;
  readonly from: RequestSource;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
}

/** By name. */
export type KeptConnections = Map<string, KeptConnection>;

/** A name that is taken or unknown, or a request that does not fit the connection. */
export class ConnectionRefused extends Refusal {
  override readonly name = 'ConnectionRefused';
  override readonly path = 'connection';
}

type Wanted = NonNullable<SendRequest['connection']>;

/** The connection that a request wants to go over; undefined when it makes its own. Throws {@link ConnectionRefused}. */
export function keptConnection(
  kept: KeptConnections,
  { connection, from }: SendRequest,
  target: Target,
): KeptConnection | undefined {
  if (!connection) return undefined;
  if (target.protocol !== 'TCP' && target.protocol !== 'SCTP')
    throw new ConnectionRefused(`${target.protocol} has no connections that could be kept`);
  if ('keep' in connection) {
    if (kept.has(connection.keep))
      throw new ConnectionRefused(`a connection named ${connection.keep} is kept already`);
    withinLimit('connectionsKept', kept.size + 1, CONTRACT_LIMITS.connectionsKept);
    return undefined;
  }
  const name = nameOf(connection);
  const found = kept.get(name);
  if (!found) throw new ConnectionRefused(`no connection named ${name} is kept`);
  const { host, port, protocol } = found;
  const same = equalJson(from, found.from) && host === target.host && port === target.port;
  if (!same || protocol !== target.protocol)
    throw new ConnectionRefused(
      `the connection ${name} is one of another sender, or goes to ${host}:${port}`,
    );
  return found;
}

/** Nobody asks for a name to use a connection that is there. */
export function knownName(network: Network, { id }: KeptConnection): NameResult {
  const address = network.clientConnection(id)?.remote.address ?? '0.0.0.0';
  return { rcode: 'NOERROR', address, tries: [], elapsed_ms: 0 };
}

export function nameOf(connection: Wanted): string {
  if ('keep' in connection) return connection.keep;
  return 'use' in connection ? connection.use : connection.close;
}

/** Makes a connection and keeps it where it came about. */
export function keep(
  kept: KeptConnections,
  request: SendRequest,
  plan: ExchangePlan,
  recorder: TraceRecorder | undefined,
): Outcome {
  const { target } = plan;
  const outcome = exchange(plan, request.source_port, recorder, true);
  if (outcome.kept === undefined || !request.connection) return outcome;
  const { host, port, protocol } = target;
  kept.set(nameOf(request.connection), { id: outcome.kept, from: request.from, host, port, protocol });
  return outcome;
}

/** Sends over a kept connection, or closes it; one that has ended is forgotten. */
export function useKept(
  kept: KeptConnections,
  connection: Wanted,
  plan: ExchangePlan,
  recorder: TraceRecorder | undefined,
): Outcome {
  const name = nameOf(connection);
  const { id } = kept.get(name) as KeptConnection;
  const client = plan.network.clientConnection(id);
  const end = {
    code: 'Accepted',
    namespace: plan.namespace,
    interface: undefined,
    returning: false,
  } as const;
  if (!client) {
    kept.delete(name);
    return { disposition: 'Reset', elapsed_ms: 0, end };
  }
  const { peer } = client;
  client.allow(plan.timeout_ms);
  client.record(recorder);
  if ('close' in connection) {
    const open = client.status === 'Open';
    client.close();
    kept.delete(name);
    return { disposition: open ? 'Delivered' : 'Reset', elapsed_ms: client.elapsed_ms, peer, end };
  }
  const outcome = answerOn(client, plan, end);
  client.record(undefined);
  if (client.status !== 'Open') forget(kept, name, plan.network);
  return outcome;
}

/** A connection that is over: its socket goes, too. */
export function forget(kept: KeptConnections, name: string, network: Network): void {
  network.clientConnection((kept.get(name) as KeptConnection).id)?.close();
  kept.delete(name);
}
