import type { Disposition, RequestResponse, SendRequest } from '@podlab/contracts';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import type { ClientConnection, Network, Peer, TraceRecorder, WalkEnd } from '@podlab/netstack';
import { decodeResponse, encodeRequest, joinBytes } from '@podlab/workloads';
import type { Target } from './target';

/** One exchange with a peer, before anybody names or explains it. */
export interface Outcome {
  readonly disposition: Disposition;
  readonly elapsed_ms: number;
  readonly response?: Omit<RequestResponse, 'served_by'> | undefined;
  readonly peer?: Peer;
  /** Where the last packet stopped. */
  readonly end: WalkEnd;
  /** Where the peer's own exchange stopped, when it made one to answer (an ingress controller) and that failed. */
  readonly onward?: WalkEnd;
  /** The network's number of the connection, when it was to be kept and is open. */
  readonly kept?: number;
}

/** What is the same for each connection of a request. */
export interface ExchangePlan {
  readonly network: Network;
  readonly namespace: string;
  readonly destination: string;
  readonly target: Target;
  readonly source_address?: string;
  readonly via?: string;
  readonly timeout_ms: number;
  readonly method: string;
  /** What the client says: an HTTP request, or the body as it is. */
  readonly payload: Uint8Array;
  readonly heard: Heard;
}

/** Answers read before: many connections hear the very same bytes, and servers send them as the same object. */
export class Heard {
  private readonly by_bytes = new WeakMap<Uint8Array, Reading>();
  private last: Reading | undefined;

  find(bytes: Uint8Array, closed: boolean): Answer | undefined {
    const known = this.by_bytes.get(bytes);
    if (known?.closed === closed) return known.answer;
    const { last } = this;
    if (last?.closed !== closed || !equalBytes(last.bytes, bytes)) return undefined;
    this.by_bytes.set(bytes, last);
    return last.answer;
  }

  remember(reading: Reading): void {
    this.by_bytes.set(reading.bytes, reading);
    this.last = reading;
  }
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly closed: boolean;
  readonly answer: Answer;
}

/** The bytes that a request sends. */
export function payloadOf(request: SendRequest, target: Target): Uint8Array {
  if (!target.http) return utf8Encode(request.body);
  const headers = { Host: target.http.authority, 'User-Agent': 'podlab', Accept: '*/*', ...request.headers };
  return encodeRequest({ method: request.method, target: target.http.path, headers, body: request.body });
}

/** Makes one connection (or sends one datagram or echo) and hears the answer; the connection stays open if it is to be kept. */
export function exchange(
  plan: ExchangePlan,
  source_port?: number,
  recorder?: TraceRecorder,
  keeping = false,
): Outcome {
  const { network, namespace, destination, target, source_address, via, timeout_ms } = plan;
  const options = { destination, source_address, source_port, via, timeout_ms, recorder };
  switch (target.protocol) {
    case 'ICMP': {
      const ping = network.ping(namespace, options);
      const disposition = ping.disposition === 'Answered' ? 'Delivered' : ping.disposition;
      return { disposition, elapsed_ms: ping.elapsed_ms, end: ping.end };
    }
    case 'UDP':
      return datagram(plan, options);
    default:
      return connection(plan, options, target.protocol, keeping);
  }
}

type Options = Pick<ExchangePlan, 'destination' | 'source_address' | 'via' | 'timeout_ms'> & {
  readonly source_port?: number;
  readonly recorder?: TraceRecorder;
};

function datagram({ network, namespace, target, payload }: ExchangePlan, options: Options): Outcome {
  const result = network.sendDatagram(namespace, { ...options, port: target.port, data: payload });
  const { peer, end, elapsed_ms } = result;
  const told = peer ? { peer } : {};
  if (result.disposition !== 'Answered') return { disposition: result.disposition, elapsed_ms, end, ...told };
  const response = { body: utf8Decode(joinBytes(result.replies)) };
  return { disposition: 'Delivered', elapsed_ms, end, response, ...told };
}

function connection(
  plan: ExchangePlan,
  options: Options,
  protocol: 'TCP' | 'SCTP',
  keeping: boolean,
): Outcome {
  const { network, namespace, target } = plan;
  const result = network.connect(namespace, { ...options, protocol, port: target.port });
  const { connection: client, end } = result;
  if (client === undefined || result.disposition !== 'Connected') {
    const disposition = result.disposition === 'Connected' ? 'TimedOut' : result.disposition;
    return { disposition, elapsed_ms: result.elapsed_ms, end };
  }
  const outcome = answerOn(client, plan, end);
  if (keeping && client.status === 'Open') return { ...outcome, kept: client.id };
  client.close();
  return outcome;
}

/** Says what the client has to say over an open connection and hears the answer. */
export function answerOn(client: ClientConnection, plan: ExchangePlan, arrived: WalkEnd): Outcome {
  const { payload, target } = plan;
  const { peer } = client;
  if (payload.length > 0) client.send(payload);
  const end = client.failure ?? arrived;
  const received = client.receive();
  const { status } = client;
  const answer = target.http ? httpAnswer(plan, received, status) : streamAnswer(received, status);
  const { elapsed_ms, onward } = client;
  if (answer.disposition === 'TimedOut' || elapsed_ms >= plan.timeout_ms)
    return { disposition: 'TimedOut', elapsed_ms: plan.timeout_ms, peer, end };
  const { disposition, response } = answer;
  return { disposition, elapsed_ms, response, peer, end, ...(onward && { onward }) };
}

type Answer = Pick<Outcome, 'disposition' | 'response'>;

function httpAnswer(
  { heard, method }: ExchangePlan,
  received: readonly Uint8Array[],
  status: ClientConnection['status'],
): Answer {
  if (received.length === 0) return { disposition: brokenBy(status) };
  const bytes = joinBytes(received);
  const closed = status !== 'Open';
  const known = heard.find(bytes, closed);
  if (known) return known;
  const reading = decodeResponse(bytes, closed, method);
  if (reading.kind === 'incomplete') return { disposition: brokenBy(status) };
  const answer: Answer = { disposition: 'Delivered', response: responseOf(reading, bytes) };
  heard.remember({ bytes, closed, answer });
  return answer;
}

function responseOf(
  reading: Exclude<ReturnType<typeof decodeResponse>, { kind: 'incomplete' }>,
  bytes: Uint8Array,
): Outcome['response'] {
  if (reading.kind === 'malformed') return { body: utf8Decode(bytes) };
  const { status, headers, body } = reading.message;
  return { status, headers: { ...headers }, body };
}

function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** An accepted connection without an answer: the peer broke it, or stays silent. */
function brokenBy(status: ClientConnection['status']): Disposition {
  return status === 'Open' || status === 'TimedOut' ? 'TimedOut' : 'Reset';
}

function streamAnswer(received: readonly Uint8Array[], status: ClientConnection['status']): Answer {
  if (status === 'TimedOut') return { disposition: 'TimedOut' };
  if (status === 'Reset' && received.length === 0) return { disposition: 'Reset' };
  return {
    disposition: 'Delivered',
    response: { body: received.length === 0 ? '' : utf8Decode(joinBytes(received)) },
  };
}
