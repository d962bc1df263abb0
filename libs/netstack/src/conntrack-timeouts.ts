import type { ConntrackEntry, FlowState } from './conntrack-types';

/** Seconds a flow is remembered after its last packet. Models linux net/netfilter/nf_conntrack_proto_*.c, the defaults. */
const TCP: Readonly<Record<FlowState, number>> = {
  SYN_SENT: 120,
  SYN_RECV: 60,
  ESTABLISHED: 432_000,
  FIN_WAIT: 120,
  CLOSE_WAIT: 60,
  LAST_ACK: 30,
  TIME_WAIT: 120,
  CLOSE: 10,
  UNREPLIED: 120,
  REPLIED: 432_000,
  ASSURED: 432_000,
};
const UDP: Readonly<Record<FlowState, number>> = { ...TCP, UNREPLIED: 30, REPLIED: 30, ASSURED: 120 };
const ICMP: Readonly<Record<FlowState, number>> = { ...TCP, UNREPLIED: 30, REPLIED: 30, ASSURED: 30 };
const SCTP: Readonly<Record<FlowState, number>> = {
  ...TCP,
  SYN_SENT: 3,
  SYN_RECV: 3,
  ESTABLISHED: 210,
  FIN_WAIT: 3,
  CLOSE_WAIT: 3,
  LAST_ACK: 3,
  TIME_WAIT: 3,
  CLOSE: 10,
};
const BY_PROTOCOL = { TCP, UDP, ICMP, SCTP };

/** How long after its last packet the flow is forgotten. */
export function lifetimeMs(entry: ConntrackEntry): number {
  return BY_PROTOCOL[entry.original.protocol][entry.state] * 1000;
}
