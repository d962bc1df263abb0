import type {
  ClientConnection,
  ConnectResult,
  DatagramResult,
  Network,
  Peer,
  PingResult,
  TraceRecorder,
  WalkEnd,
} from '@podlab/netstack';
import { tryParseAddress } from '@podlab/netstack';
import { askNobody, type AskDns } from './dns-client';
import { encodeRequest, readResponse } from './http/codec';
import { decodeText, encodeText, joinBytes } from './http/text';
import { alert, certificateOf, clientHello, opened, sealed } from './http/tls';
import type {
  LookupResult,
  NetworkClient,
  Origin,
  OutboundRequest,
  OutboundResult,
  PingOptions,
  PingReply,
} from './network-client';

/** Resolves a name for a container: the composition asks CoreDNS with real packets. */
export type Resolve = (from: Origin, name: string, type: string, search: boolean) => LookupResult;

/** What a command sent, as the sockets saw it: enough to tell its way and why it failed. */
export interface ObservedExchange {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  readonly request: Pick<OutboundRequest, 'http' | 'payload' | 'timeoutMs' | 'tls'>;
  /** How the name was found, where one was asked for. */
  readonly lookup?: LookupResult;
  /** Absent while the name was not found. */
  readonly address?: string;
  readonly result: OutboundResult;
  readonly peer?: Peer;
  /** Where the last packet stopped; absent where none was sent. */
  readonly end?: WalkEnd;
  readonly recorder?: TraceRecorder;
}

/** Who wants to see what commands send. */
export interface ExchangeObserver {
  /** A recorder where the requests of this origin are told. */
  recorder(from: Origin): TraceRecorder | undefined;
  observed(from: Origin, exchange: ObservedExchange): void;
}

interface Found {
  readonly address?: string;
  readonly addresses?: readonly string[];
  readonly elapsedMs: number;
  readonly lookup?: LookupResult;
}

/** A network client straight on sockets; `observer` is told of everything that was sent. */
export function socketNetworkClient(
  network: Network,
  resolve: Resolve,
  observer?: ExchangeObserver,
  ask: AskDns = askNobody,
): NetworkClient {
  return {
    ask,
    lookup: (from, name, type, search) => resolve(from, name, type, search),
    request(from, request) {
      const recorder = observer?.recorder(from);
      const found: Found =
        request.address === undefined
          ? addressOf(from, request.host, resolve, addressTypes(network, from, request.family))
          : { address: request.address, elapsedMs: 0 };
      const { address } = found;
      const sent: Sent =
        address === undefined
          ? { result: unresolved(found) }
          : exchange(network, from, request, address, recorder);
      const result = withLookup(sent.result, found);
      const { host, port, protocol } = request;
      observer?.observed(from, { ...seen(found, sent, recorder), host, port, protocol, request, result });
      return result;
    },
    ping(from, host, options) {
      // Probes that look for routers are no requests of their own.
      const watched = options.ttl === undefined && options.port === undefined ? observer : undefined;
      const recorder = watched?.recorder(from);
      const found = addressOf(from, host, resolve, addressTypes(network, from, options.family));
      const { address, lookup } = found;
      if (address === undefined) {
        const result = unresolved(found);
        watched?.observed(from, { ...seen(found, { result }, recorder), ...echo(host, options), result });
        return { ...result, ...(lookup && { rcode: lookup.rcode }) };
      }
      const answer = probe(network, from, address, options, recorder);
      const reply = pingReply(answer, address);
      const sent: Sent = { result: reply, end: answer.end };
      watched?.observed(from, { ...seen(found, sent, recorder), ...echo(host, options), result: reply });
      return reply;
    },
  };
}

/** What became of a request before anybody names it. */
interface Sent {
  readonly result: OutboundResult;
  readonly peer?: Peer;
  readonly end?: WalkEnd;
}

function seen({ lookup, address }: Found, { peer, end }: Sent, recorder: TraceRecorder | undefined) {
  return {
    ...(lookup && { lookup }),
    ...(address !== undefined && { address }),
    ...(peer && { peer }),
    ...(end && { end }),
    ...(recorder && { recorder }),
  };
}

function echo(host: string, { port, timeoutMs }: PingOptions) {
  const protocol = port === undefined ? ('ICMP' as const) : ('UDP' as const);
  return { host, port: port ?? 0, protocol, request: { timeoutMs } };
}

function unresolved({ elapsedMs, lookup }: Found): OutboundResult {
  const rcode = lookup?.rcode;
  return { disposition: 'NameNotResolved', elapsedMs, lookupMs: elapsedMs, ...(rcode && { rcode }) };
}

function withLookup(result: OutboundResult, { elapsedMs, addresses }: Found): OutboundResult {
  if (addresses === undefined || result.disposition === 'NameNotResolved') return result;
  const { connectMs } = result;
  return {
    ...result,
    addresses,
    lookupMs: elapsedMs,
    elapsedMs: result.elapsedMs + elapsedMs,
    ...(connectMs !== undefined && { connectMs: connectMs + elapsedMs }),
  };
}

type AddressType = 'A' | 'AAAA';

/** IPv6 first, and only families of which the container has an address beyond loopback, as glibc asks and sorts. */
function addressTypes(network: Network, { namespace }: Origin, family?: 'IPv4' | 'IPv6'): AddressType[] {
  if (family !== undefined) return [family === 'IPv4' ? 'A' : 'AAAA'];
  const interfaces = network.state.namespaces.get(namespace)?.interfaces.values() ?? [];
  const own = [...interfaces].filter(({ kind }) => kind !== 'loopback').flatMap(({ addresses }) => addresses);
  const hasIPv6 = own.some(({ address }) => address.includes(':'));
  const hasIPv4 = own.some(({ address }) => !address.includes(':'));
  return [...(hasIPv6 ? ['AAAA' as const] : []), ...(hasIPv4 || !hasIPv6 ? ['A' as const] : [])];
}

/** The address of a host by its own text, `/etc/hosts`, or a name server. */
function addressOf(from: Origin, host: string, resolve: Resolve, types: readonly AddressType[]): Found {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (tryParseAddress(bare) !== undefined) return { address: bare, elapsedMs: 0 };
  const known = hostsEntry(from.hosts, host, types);
  if (known !== undefined) return { address: known, addresses: [known], elapsedMs: 0 };
  let elapsedMs = 0;
  let first: LookupResult | undefined;
  for (const type of types) {
    const result = resolve(from, host, type, !host.endsWith('.'));
    elapsedMs += result.elapsedMs;
    first ??= result;
    const addresses = result.answers.flatMap((answer) => (answer.type === type ? [answer.value] : []));
    if (addresses.length > 0) return { address: addresses[0], addresses, elapsedMs, lookup: result };
    // Nobody is there to answer the second question either.
    if (result.rcode === 'TIMEOUT' || result.rcode === 'NXDOMAIN') break;
  }
  return { elapsedMs, ...(first && { lookup: first }) };
}

/** The first address of these families that `/etc/hosts` gives for a name. */
export function hostsEntry(
  hosts: string,
  name: string,
  types: readonly AddressType[] = ['A', 'AAAA'],
): string | undefined {
  for (const line of hosts.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const wanted = types.includes(address.includes(':') ? 'AAAA' : 'A');
    if (wanted && names.includes(name) && tryParseAddress(address) !== undefined) return address;
  }
  return undefined;
}

function exchange(
  network: Network,
  from: Origin,
  request: OutboundRequest,
  address: string,
  recorder: TraceRecorder | undefined,
): Sent {
  const payload = request.http ? encodeRequest(request.http) : encodeText(request.payload ?? '');
  const options = {
    destination: address,
    port: request.port,
    timeout_ms: request.timeoutMs,
    ...(request.sourcePort !== undefined && { source_port: request.sourcePort }),
    ...(recorder && { recorder }),
  };
  if (request.protocol === 'UDP') {
    const answer = network.sendDatagram(from.namespace, { ...options, data: payload });
    const disposition = answer.disposition === 'Answered' ? 'Delivered' : answer.disposition;
    const data = answer.replies.map(decodeText).join('');
    const { elapsed_ms: elapsedMs } = answer;
    const result: OutboundResult = { disposition, elapsedMs, address, data, ...refusalOf(answer) };
    return { result, end: answer.end, ...(answer.peer && { peer: answer.peer }) };
  }
  const opened = network.connect(from.namespace, { ...options, protocol: request.protocol });
  const { connection, end } = opened;
  if (opened.disposition !== 'Connected' || !connection) {
    const disposition = opened.disposition === 'Connected' ? 'TimedOut' : opened.disposition;
    return { result: { disposition, elapsedMs: opened.elapsed_ms, address, ...refusalOf(opened) }, end };
  }
  const { peer, local } = connection;
  const result = request.tls
    ? converseSecurely(connection, request, request.tls, payload, address)
    : converse(connection, request, payload, address);
  return { result: { ...result, connectMs: opened.elapsed_ms, local }, end, peer };
}

function refusalOf({
  refused_by: by,
  refused_with,
}: Pick<ConnectResult | DatagramResult | PingResult, 'refused_by' | 'refused_with'>): Pick<
  OutboundResult,
  'refusal'
> {
  return by === undefined ? {} : { refusal: { with: refused_with ?? 'tcp-reset', by } };
}

/** A handshake first; what is no TLS comes back as it is. */
function converseSecurely(
  connection: ClientConnection,
  request: OutboundRequest,
  { serverName, accepts }: NonNullable<OutboundRequest['tls']>,
  payload: Uint8Array,
  address: string,
): OutboundResult {
  connection.send(clientHello(serverName));
  const answer = joinBytes(connection.receive());
  const certificate = certificateOf(answer);
  if (certificate && accepts(certificate)) {
    return { ...converse(connection, request, sealed(payload), address, opened), certificate };
  }
  const told = { disposition: 'Delivered' as const, elapsedMs: connection.elapsed_ms, address };
  const isSilent = answer.length === 0;
  const { status } = connection;
  if (certificate) connection.send(alert());
  connection.close();
  if (certificate) return { ...told, certificate };
  if (isSilent && status === 'Open')
    return { ...told, disposition: 'TimedOut', elapsedMs: request.timeoutMs };
  return isSilent ? { ...told, disposition: 'Reset' } : { ...told, data: decodeText(answer) };
}

const asTheyAre = (bytes: Uint8Array): Uint8Array => bytes;

function converse(
  connection: ClientConnection,
  request: OutboundRequest,
  payload: Uint8Array,
  address: string,
  open = asTheyAre,
): OutboundResult {
  const sent = payload.length === 0 || connection.send(payload);
  const chunks = connection.receive();
  const text = chunks.length > 0 ? decodeText(open(joinBytes(chunks))) : '';
  const closed = connection.status !== 'Open';
  const reset = connection.status === 'Reset';
  // Nobody waits for the way back of the last FIN.
  const elapsedMs = connection.elapsed_ms;
  connection.close();
  if (!request.http)
    return { disposition: reset && text === '' ? 'Reset' : 'Delivered', elapsedMs, address, data: text };
  const reading = readResponse(text, closed, request.http.method);
  if (reading.kind === 'message')
    return { disposition: 'Delivered', elapsedMs, address, response: reading.message };
  if (!sent || reset)
    return { disposition: connection.status === 'TimedOut' ? 'TimedOut' : 'Reset', elapsedMs, address };
  if (closed) return { disposition: text === '' ? 'Reset' : 'Delivered', elapsedMs, address, data: text };
  return { disposition: 'TimedOut', elapsedMs: request.timeoutMs, address };
}

function probe(
  network: Network,
  from: Origin,
  destination: string,
  { timeoutMs, ttl, port }: PingOptions,
  recorder: TraceRecorder | undefined,
): PingResult | DatagramResult {
  const options = {
    destination,
    timeout_ms: timeoutMs,
    ...(ttl !== undefined && { ttl }),
    ...(recorder && { recorder }),
  };
  if (port === undefined) return network.ping(from.namespace, options);
  return network.sendDatagram(from.namespace, { ...options, port, data: new Uint8Array(PROBE_BYTES) });
}

/** What a traceroute probe carries: 60 bytes with the headers. */
const PROBE_BYTES = 32;

function pingReply(answer: PingResult | DatagramResult, address: string): PingReply {
  const disposition = answer.disposition === 'Answered' ? 'Delivered' : answer.disposition;
  const ttl = 'ttl' in answer ? answer.ttl : undefined;
  return {
    disposition,
    elapsedMs: answer.elapsed_ms,
    address,
    ...(ttl !== undefined && { ttl }),
    ...refusalOf(answer),
  };
}
