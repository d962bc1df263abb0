/** What the server and the threads that look at the past say to each other. */
import type { ProblemCode, Request } from '@podlab/contracts';

interface Moment {
  cluster: string;
  resourceVersion: number;
}

export type RecallJob =
  /** All objects as they were. */
  | ({ kind: 'Objects' } & Moment)
  /** The cluster as it was, or a copy of it with a name and a key of its own. */
  | ({ kind: 'State'; copy?: { id: string; token_key: string } } & Moment)
  /** A connection of the request that was sent then, with its trace. */
  | ({ kind: 'Request'; connection: number } & Moment)
  /** A request that a command had sent by then, with its trace. */
  | ({ kind: 'CommandRequest'; id: string } & Moment);

export interface RecallRefusal {
  problem: ProblemCode;
  detail: string;
}

/** Undefined: that moment was compacted, or lived under another engine. */
export type RecallAnswer =
  { bytes: Uint8Array | undefined } | { request: Request | undefined } | RecallRefusal;

/** What a thread is started with. */
export interface RecallData {
  folder: string;
  /** The version of this engine. */
  engine: string;
}
