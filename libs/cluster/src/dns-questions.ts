import {
  createQuery,
  decodeMessage,
  encodeMessage,
  formatRecordData,
  MalformedMessage,
  withLength,
  type DnsMessage,
  type Question,
  type ResourceRecord,
} from '@podlab/coredns';
import { fnv1a32 } from '@podlab/kernel';
import type { Network } from '@podlab/netstack';
import {
  joinBytes,
  type AskDns,
  type DnsAnswer,
  type DnsQuestion,
  type DnsReply,
  type ExchangeObserver,
  type Origin,
} from '@podlab/workloads';

/** A router's word, not the server's. */
const UNREACHABLE = /-(net|host|no-route|address)-?/;

/** How DNS tools in containers ask: real packets, by UDP or TCP. */
export function dnsQuestions(network: Network, observer?: ExchangeObserver): AskDns {
  return (from, question) => {
    const { name, type, recursion } = question;
    const id = fnv1a32(`${name} ${type}`) & 0xffff;
    const plain = createQuery(id, { name, type: type as Question['type'] });
    const query = encodeMessage({ ...plain, recursion_desired: recursion });
    return question.tcp
      ? askByStream(network, from, question, query)
      : askByDatagram(network, from, question, query, observer);
  };
}

type Sent = Pick<DnsQuestion, 'server' | 'port' | 'timeoutMs'>;

function askByDatagram(
  network: Network,
  from: Origin,
  question: Sent,
  data: Uint8Array,
  observer: ExchangeObserver | undefined,
): DnsReply {
  const recorder = observer?.recorder(from);
  const { server: destination, port, timeoutMs: timeout_ms } = question;
  const options = { destination, port, data, timeout_ms, ...(recorder && { recorder }) };
  const result = network.sendDatagram(from.namespace, options);
  const { disposition, elapsed_ms: elapsedMs } = result;
  observer?.observed(from, {
    host: destination,
    port,
    protocol: 'UDP',
    request: { timeoutMs: timeout_ms },
    address: destination,
    result: { disposition: disposition === 'Answered' ? 'Delivered' : disposition, elapsedMs },
    end: result.end,
    ...(result.peer && { peer: result.peer }),
    ...(recorder && { recorder }),
  });
  if (disposition === 'Refused' && UNREACHABLE.test(result.refused_with ?? ''))
    return { outcome: 'NoRoute', elapsedMs };
  return disposition === 'Answered'
    ? read(result.replies[0], question, elapsedMs)
    : { outcome: disposition, elapsedMs };
}

function askByStream(network: Network, from: Origin, question: Sent, query: Uint8Array): DnsReply {
  const { server: destination, port, timeoutMs: timeout_ms } = question;
  const opened = network.connect(from.namespace, { protocol: 'TCP', destination, port, timeout_ms });
  const { connection, disposition } = opened;
  if (!connection || disposition !== 'Connected') {
    const outcome = disposition === 'Connected' ? 'TimedOut' : disposition;
    return { outcome, elapsedMs: opened.elapsed_ms };
  }
  connection.send(withLength(query));
  const chunks = connection.receive();
  connection.close();
  const bytes = chunks.length > 0 ? joinBytes(chunks).subarray(2) : undefined;
  return read(bytes, question, connection.elapsed_ms);
}

function read(bytes: Uint8Array | undefined, { timeoutMs }: Sent, elapsedMs: number): DnsReply {
  if (!bytes) return { outcome: 'TimedOut', elapsedMs: timeoutMs };
  try {
    return { outcome: 'Answered', answer: answerOf(decodeMessage(bytes), bytes.length), elapsedMs };
  } catch (error) {
    if (error instanceof MalformedMessage) return { outcome: 'TimedOut', elapsedMs: timeoutMs };
    throw error;
  }
}

function answerOf(message: DnsMessage, size: number): DnsAnswer {
  const flags = [
    message.response && 'qr',
    message.authoritative && 'aa',
    message.truncated && 'tc',
    message.recursion_desired && 'rd',
    message.recursion_available && 'ra',
  ];
  const record = (of: ResourceRecord) => {
    const { name, ttl, type } = of;
    return { name, ttl, type, data: formatRecordData(of) };
  };
  return {
    id: message.id,
    rcode: message.rcode,
    flags: flags.filter((flag) => flag !== false),
    answers: message.answers.map(record),
    authorities: message.authorities.map(record),
    additionals: message.additionals.map(record),
    size,
  };
}
