import { fnv1a32, utf8Decode } from '@podlab/kernel';
import type { CapturedPacket, CaptureState } from './capture';
import { describeDns } from './render-dns';
import type { Header } from './packet';

export interface PacketStyle {
  /** Names of interfaces and directions, as `-i any` prints them. */
  readonly any: boolean;
  /** Numbers instead of the names of well-known ports. */
  readonly numeric: boolean;
  /** What stands before: 'none' (-t), 'time', 'epoch' (-tt), 'date' (-tttt). */
  readonly stamp: 'none' | 'time' | 'epoch' | 'date';
  /** The payload as text (-A). */
  readonly ascii: boolean;
}

const PORT_NAMES: Readonly<Record<number, string>> = { 53: 'domain', 80: 'http', 443: 'https', 22: 'ssh' };
const HTTP_START = /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|HTTP\/1\.[01]) ?[^\r\n]*/;
const DNS_PORT = 53;
const UNREACHABLE: Readonly<Record<string, (inner: Header) => string>> = {
  'icmp-net-unreachable': ({ destination }) => `net ${destination} unreachable`,
  'icmp-host-unreachable': ({ destination }) => `host ${destination} unreachable`,
  'icmp-port-unreachable': ({ destination, destination_port, protocol }) =>
    `${destination} ${protocol.toLowerCase()} port ${destination_port} unreachable`,
  'icmp-net-prohibited': ({ destination }) => `net ${destination} unreachable - admin prohibited`,
  'icmp-host-prohibited': ({ destination }) => `host ${destination} unreachable - admin prohibited`,
  'icmp-admin-prohibited': ({ destination }) => `host ${destination} unreachable - admin prohibited filter`,
  'icmp-time-exceeded': () => 'time exceeded in-transit',
};

/** One line as tcpdump prints it; a flow's sequence numbers are counted in the capture. */
export function renderPacket(packet: CapturedPacket, capture: CaptureState, style: PacketStyle): string {
  const { header } = packet;
  const six = header.source.includes(':');
  const where = style.any ? `${packet.interface.padEnd(6)} ${packet.direction.padEnd(3)} ` : '';
  const ends = `${endText(header, 'source', style)} > ${endText(header, 'destination', style)}`;
  const line = `${stampText(packet.at_ms, style)}${where}${six ? 'IP6' : 'IP'} ${ends}: ${bodyText(packet, capture)}\n`;
  if (!style.ascii || packet.payload === undefined) return line;
  return `${line}${utf8Decode(packet.payload).replace(/\r\n/g, '\n')}\n`;
}

function stampText(atMs: number, style: PacketStyle): string {
  const micros = Math.floor(atMs * 1000);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  const seconds = Math.floor(micros / 1_000_000);
  const part = (value: number): string => String(value).padStart(2, '0');
  const day = seconds % 86_400;
  const time = `${part(Math.floor(day / 3600))}:${part(Math.floor(day / 60) % 60)}:${part(day % 60)}.${fraction} `;
  if (style.stamp === 'none') return '';
  return style.stamp === 'epoch' ? `${seconds}.${fraction} ` : time;
}

function endText(header: Header, end: 'source' | 'destination', style: PacketStyle): string {
  if (header.protocol === 'ICMP') return header[end];
  const port = end === 'source' ? header.source_port : header.destination_port;
  return `${header[end]}.${style.numeric ? port : (PORT_NAMES[port] ?? port)}`;
}

function bodyText(packet: CapturedPacket, capture: CaptureState): string {
  switch (packet.header.protocol) {
    case 'TCP':
      return tcpText(packet, capture);
    case 'UDP':
      return udpText(packet);
    case 'SCTP':
      return `sctp (1) [${SCTP_CHUNK[packet.kind] ?? 'DATA'}]`;
    case 'ICMP':
      return icmpText(packet);
  }
}

const SCTP_CHUNK: Readonly<Record<string, string>> = {
  syn: 'INIT',
  'syn-ack': 'INIT ACK',
  fin: 'SHUTDOWN',
  rst: 'ABORT',
};

/** Sequence numbers count from the handshake on, as tcpdump shows them once it has seen that. */
function tcpText(packet: CapturedPacket, capture: CaptureState): string {
  const { header, kind, payload, interface: link, direction } = packet;
  const length = payload?.length ?? 0;
  // A packet passes several interfaces; each of them counts for itself.
  const key = (from: string, to: string): string => `${link} ${from} ${to}`;
  const one = `${header.source}.${header.source_port}`;
  const other = `${header.destination}.${header.destination_port}`;
  const mine = key(one, other);
  const options = direction ? 'options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], ' : '';
  if (kind === 'syn') {
    capture.sequences.set(mine, 1);
    const first = initialSequence(packet, capture, mine, fnv1a32(`${one} ${other}`));
    return `Flags [S], seq ${first}, win 64240, ${options}length 0`;
  }
  const acknowledged = capture.sequences.get(key(other, one)) ?? 1;
  if (kind === 'syn-ack') {
    capture.sequences.set(mine, 1);
    const first = initialSequence(packet, capture, mine, fnv1a32(`${one} ${other}`));
    const asked = capture.sequences.get(`initial ${key(other, one)}`) ?? fnv1a32(`${other} ${one}`);
    return `Flags [S.], seq ${first}, ack ${asked + 1}, win 65160, ${options}length 0`;
  }
  const sequence = capture.sequences.get(mine) ?? 1;
  if (kind === 'rst') return `Flags [R.], seq ${sequence}, ack ${acknowledged}, win 0, length 0`;
  if (kind === 'fin') {
    capture.sequences.set(mine, sequence + 1);
    return `Flags [F.], seq ${sequence}, ack ${acknowledged}, win 502, length 0`;
  }
  if (length === 0) return `Flags [.], ack ${acknowledged}, win 502, length 0`;
  capture.sequences.set(mine, sequence + length);
  const http = HTTP_START.exec(utf8Decode((payload as Uint8Array).subarray(0, 200)))?.[0];
  const told = http === undefined ? '' : `: HTTP: ${http}`;
  return `Flags [P.], seq ${sequence}:${sequence + length}, ack ${acknowledged}, win 502, length ${length}${told}`;
}

/** More than a segment is on its way over one node's interfaces. */
const ONE_NODE_MS = 1;

/** The first number of a flow; a segment keeps it on all its interfaces, whatever addresses it is given on its way. */
function initialSequence(
  { kind, at_ms, interface: link }: CapturedPacket,
  { sequences }: CaptureState,
  flow: string,
  fresh: number,
): number {
  const passed = `passed ${kind} `;
  const known = sequences.get(kind);
  const isNext =
    known !== undefined &&
    at_ms - (sequences.get(`at ${kind}`) ?? 0) < ONE_NODE_MS &&
    !sequences.has(passed + link);
  if (!isNext) for (const name of [...sequences.keys()]) if (name.startsWith(passed)) sequences.delete(name);
  const number = isNext ? known : fresh;
  sequences.set(kind, number);
  sequences.set(`at ${kind}`, at_ms);
  sequences.set(passed + link, 1);
  sequences.set(`initial ${flow}`, number);
  return number;
}

function udpText({ header, payload }: CapturedPacket): string {
  const length = payload?.length ?? 0;
  const isDns = header.source_port === DNS_PORT || header.destination_port === DNS_PORT;
  const dns = isDns && payload !== undefined ? describeDns(payload) : undefined;
  return dns ?? `UDP, length ${length}`;
}

function icmpText({ header, kind, error, inner }: CapturedPacket): string {
  const name = header.source.includes(':') ? 'ICMP6' : 'ICMP';
  if (kind === 'icmp-error' && error !== undefined && inner !== undefined)
    return `${name} ${UNREACHABLE[error](inner)}, length 36`;
  const what = kind === 'echo-request' ? 'echo request' : 'echo reply';
  const id = kind === 'echo-request' ? header.source_port : header.destination_port;
  return `${name} ${what}, id ${id}, seq 1, length 64`;
}
