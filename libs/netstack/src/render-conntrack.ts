import { familyOf, formatAddress } from './address';
import type { HeaderTuple } from './address';
import { lifetimeMs } from './conntrack-timeouts';
import type { ConntrackEntry, FlowState } from './conntrack-types';
import type { Protocol } from './packet';
import type { TupleText } from './trace';

const PROTOCOL_NUMBER = { ICMP: 1, TCP: 6, UDP: 17, SCTP: 132 } as const;
const ICMPV6_NUMBER = 58;
/** Types of an echo request and its reply, by family. */
const ECHO_TYPES = { IPv4: [8, 0], IPv6: [128, 129] } as const;
const SCTP_STATE: Readonly<Record<string, string>> = {
  SYN_SENT: 'COOKIE_WAIT',
  SYN_RECV: 'COOKIE_ECHOED',
  TIME_WAIT: 'SHUTDOWN_ACK_SENT',
  CLOSE: 'CLOSED',
};

/** One line of `conntrack -L`. */
export function renderEntry(entry: ConntrackEntry, now: number): string {
  const left = secondsLeft(entry, now);
  const head = `${protocolText(entry.original)} ${left}`;
  const unreplied = entry.replied_at_ms < 0 ? '[UNREPLIED] ' : '';
  const assured = isAssured(entry) ? '[ASSURED] ' : '';
  const original = tupleOf(entry.original, false);
  const reply = tupleOf(entry.reply, true);
  return `${head} ${stateOf(entry)}${original} ${unreplied}${reply} ${assured}mark=${entry.mark} use=1`;
}

function protocolText({ protocol, source }: HeaderTuple): string {
  if (protocol === 'ICMP' && familyOf(source) === 'IPv6') return `icmpv6   ${ICMPV6_NUMBER}`;
  return `${protocol.toLowerCase().padEnd(8)} ${PROTOCOL_NUMBER[protocol]}`;
}

function stateOf(entry: ConntrackEntry): string {
  if (entry.original.protocol === 'TCP') return `${entry.state} `;
  if (entry.original.protocol === 'SCTP') return `${SCTP_STATE[entry.state] ?? entry.state} `;
  return '';
}

function isAssured(entry: ConntrackEntry): boolean {
  return entry.state === 'ESTABLISHED' || entry.state === 'TIME_WAIT' || entry.state === 'ASSURED';
}

function tupleOf(tuple: HeaderTuple, reply: boolean): string {
  const addresses = `src=${formatAddress(tuple.source)} dst=${formatAddress(tuple.destination)}`;
  if (tuple.protocol !== 'ICMP') {
    return `${addresses} sport=${tuple.source_port} dport=${tuple.destination_port}`;
  }
  const identifier = reply ? tuple.destination_port : tuple.source_port;
  const [request, answer] = ECHO_TYPES[familyOf(tuple.source)];
  return `${addresses} type=${reply ? answer : request} code=0 id=${identifier}`;
}

/** A tracked flow as data. */
export interface ConntrackDescription {
  readonly protocol: Protocol;
  readonly state: FlowState;
  readonly expires_in_s: number;
  readonly original: TupleText;
  readonly reply: TupleText;
  readonly replied: boolean;
  readonly assured: boolean;
  readonly mark: number;
}

/** What {@link renderEntry} prints, as data. */
export function describeEntry(entry: ConntrackEntry, now: number): ConntrackDescription {
  return {
    protocol: entry.original.protocol,
    state: entry.state,
    expires_in_s: secondsLeft(entry, now),
    original: tupleText(entry.original),
    reply: tupleText(entry.reply),
    replied: entry.replied_at_ms >= 0,
    assured: isAssured(entry),
    mark: entry.mark,
  };
}

function secondsLeft(entry: ConntrackEntry, now: number): number {
  return Math.max(0, Math.ceil((entry.seen_at_ms + lifetimeMs(entry) - now) / 1000));
}

/** A tuple with its addresses written out. */
function tupleText(tuple: HeaderTuple): TupleText {
  return {
    source: formatAddress(tuple.source),
    source_port: tuple.source_port,
    destination: formatAddress(tuple.destination),
    destination_port: tuple.destination_port,
  };
}
