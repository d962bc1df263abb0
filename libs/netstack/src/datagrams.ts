import { formatAddress } from './address';
import type { Exchange, Origin } from './exchange';
import type { Namespace } from './namespace';
import type { Packet } from './packet';
import type {
  Datagram,
  DatagramOptions,
  DatagramResult,
  Listener,
  PingOptions,
  PingResult,
  SocketAddress,
} from './socket';

/** Datagrams that one handler may send back for one it got. */
const REPLY_LIMIT = 64;

/** Sends one datagram and gathers what its receiver sends back at once. */
export function sendDatagram(
  exchange: Exchange,
  namespace: Namespace,
  options: DatagramOptions,
): DatagramResult {
  const origin = exchange.open(namespace, 'UDP', options.port, options);
  if ('disposition' in origin) return { ...origin, replies: [] };
  const local = { address: formatAddress(origin.source), port: origin.source_port };
  const { forwarder } = exchange;
  const packet = exchange.send(origin, 'datagram', options.ttl, options.data);
  const elapsed = forwarder.latency_ms;
  const listener = forwarder.code === 'Local' ? exchange.accept(origin, packet) : undefined;
  if (listener === undefined) return { ...exchange.fail(origin, false, elapsed), replies: [], local };
  const delivery = new Delivery(exchange, origin, packet, forwarder.namespace, listener, options.data);
  const end = exchange.end(false);
  exchange.nested(() => exchange.handler(listener).onDatagram?.(delivery));
  const source = { address: formatAddress(packet.source), port: packet.source_port };
  const peer = { namespace: delivery.from.id, listener, backend: delivery.local, source_seen: source };
  const total = elapsed + delivery.latency_ms;
  if (delivery.replies.length > 0 && total < origin.timeout_ms) {
    return { disposition: 'Answered', replies: delivery.replies, peer, local, elapsed_ms: total, end };
  }
  const lost = delivery.lost ?? { ...end, code: 'NoAnswer' as const };
  const { timeout_ms } = origin;
  return { disposition: 'TimedOut', replies: [], peer, local, elapsed_ms: timeout_ms, end: lost };
}

/** A datagram on the table of its receiver. */
class Delivery implements Datagram {
  readonly replies: Uint8Array[] = [];
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  latency_ms = 0;
  lost: DatagramResult['end'] | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly origin: Origin,
    private readonly packet: Packet,
    readonly from: Namespace,
    readonly listener: Listener,
    readonly bytes: Uint8Array,
  ) {
    this.local = { address: formatAddress(packet.destination), port: packet.destination_port };
    this.remote = { address: formatAddress(packet.source), port: packet.source_port };
  }

  reply(bytes: Uint8Array): void {
    const { exchange, origin, packet, from } = this;
    if (this.replies.length >= REPLY_LIMIT) return;
    const { recorder } = origin;
    if (recorder?.accepting !== undefined && this.replies.length === 0) {
      const header = exchange.forwarder.headerOf(packet);
      const detail = { handler: this.listener.handler, event: 'Answered', bytes: bytes.length } as const;
      const action = 'Answered';
      recorder.accepting.steps.push({ type: 'Application', action, before: header, after: header, detail });
    }
    const arrived = exchange.reply(origin, from, packet, 'datagram', bytes);
    if (arrived) {
      this.latency_ms = Math.max(this.latency_ms, exchange.forwarder.latency_ms);
      this.replies.push(bytes);
    } else {
      this.lost = exchange.end(true);
    }
  }
}

/** An ICMP echo: the namespace that has the address answers by itself. */
export function ping(exchange: Exchange, namespace: Namespace, options: PingOptions): PingResult {
  const origin = exchange.open(namespace, 'ICMP', 0, options);
  if ('disposition' in origin) return origin;
  const { forwarder } = exchange;
  const packet = exchange.send(origin, 'echo-request', options.ttl);
  const elapsed = forwarder.latency_ms;
  if (forwarder.code !== 'Local') return exchange.fail(origin, false, elapsed);
  const from = forwarder.namespace;
  const end = exchange.end(false);
  const arrived = exchange.reply(origin, from, packet, 'echo-reply');
  const total = elapsed + forwarder.latency_ms;
  if (!arrived) return exchange.fail(origin, true, total);
  const source = formatAddress(origin.destination);
  const { ttl } = forwarder.packet;
  return { disposition: 'Answered', namespace: from.id, source, ttl, elapsed_ms: total, end };
}
