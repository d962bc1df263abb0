import type { HeaderTuple } from './address';

export type ConntrackState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID';

/** States of a TCP (and, with the same names, SCTP) flow as `conntrack -L` shows them. */
export type FlowState =
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'UNREPLIED'
  | 'REPLIED'
  | 'ASSURED';

/** One tracked flow. Its expiry is a function of its state, `seen_at_ms` and now. */
export interface ConntrackEntry {
  /** 0 until it is in the table. */
  id: number;
  /** As the first packet had it when it came in. */
  original: HeaderTuple;
  /** As the answer is expected: the inverse of `original` after translation. */
  reply: HeaderTuple;
  state: FlowState;
  /** Virtual time of the last packet, in milliseconds. */
  seen_at_ms: number;
  /** Virtual time of the first answer, -1 before it. */
  replied_at_ms: number;
  mark: number;
}

/** Which entries to remove or list; fields given must all be equal. Addresses are written out. */
export interface ConntrackFilter {
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  readonly original_source?: string;
  readonly original_destination?: string;
  readonly original_destination_port?: number;
  readonly reply_source?: string;
  readonly reply_source_port?: number;
}

/** Whether packets of the flow get another source on their way. */
export function isSourceTranslated(entry: ConntrackEntry): boolean {
  return (
    entry.original.source !== entry.reply.destination ||
    entry.original.source_port !== entry.reply.destination_port
  );
}

/** Whether packets of the flow get another destination on their way. */
export function isDestinationTranslated(entry: ConntrackEntry): boolean {
  return (
    entry.original.destination !== entry.reply.source ||
    entry.original.destination_port !== entry.reply.source_port
  );
}
