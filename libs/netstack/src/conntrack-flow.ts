import type { ConntrackEntry } from './conntrack-types';
import type { Packet } from './packet';

/**
 * Notes a packet of a tracked flow: its state moves on and its time begins anew.
 * Models linux net/netfilter/nf_conntrack_proto_tcp.c tcp_conntracks: an ACK goes with what it acknowledges.
 */
export function advanceFlow(entry: ConntrackEntry, packet: Packet, reply: boolean, now: number): void {
  if (packet.kind === 'icmp-error') return;
  entry.seen_at_ms = now;
  if (reply && entry.replied_at_ms < 0) entry.replied_at_ms = now;
  switch (packet.kind) {
    case 'syn-ack':
      if (entry.state === 'SYN_SENT') entry.state = 'SYN_RECV';
      break;
    case 'data':
      if (entry.state === 'SYN_RECV' && !reply) entry.state = 'ESTABLISHED';
      break;
    case 'fin':
      sendFin(entry);
      break;
    case 'rst':
      entry.state = 'CLOSE';
      break;
    case 'datagram':
    case 'echo-reply':
      advanceDatagram(entry, reply, now);
      break;
  }
}

/** The first side to say that it is done leaves the flow half closed, the second one ends it. */
function sendFin(entry: ConntrackEntry): void {
  if (entry.state === 'CLOSE_WAIT' || entry.state === 'FIN_WAIT') entry.state = 'LAST_ACK';
  else if (entry.state !== 'LAST_ACK' && entry.state !== 'TIME_WAIT' && entry.state !== 'CLOSE')
    entry.state = 'FIN_WAIT';
}

/** The acknowledgement of a FIN that arrived passes the flow. */
export function acknowledgeFin(entry: ConntrackEntry): void {
  if (entry.state === 'FIN_WAIT') entry.state = 'CLOSE_WAIT';
  else if (entry.state === 'LAST_ACK') entry.state = 'TIME_WAIT';
}

/** A FIN and its acknowledgement pass the flow. */
export function finish(entry: ConntrackEntry): void {
  sendFin(entry);
  acknowledgeFin(entry);
}

/** Models linux nf_conntrack_proto_udp.c: a flow that goes on two seconds after its first answer is a stream. */
function advanceDatagram(entry: ConntrackEntry, reply: boolean, now: number): void {
  if (entry.state === 'UNREPLIED' && reply) entry.state = 'REPLIED';
  else if (entry.state === 'REPLIED' && now - entry.replied_at_ms > 2000) entry.state = 'ASSURED';
}

/** Whether a new SYN may take the place of the flow. */
export function isClosed(entry: ConntrackEntry): boolean {
  return entry.state === 'TIME_WAIT' || entry.state === 'CLOSE';
}
