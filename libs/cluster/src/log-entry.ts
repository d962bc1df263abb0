import type { KubeObject } from '@podlab/apimachinery';
import type { Fault } from '@podlab/contracts';
import type { RevisionType } from '@podlab/storage';
import type { Input } from './input';

/** One line of a cluster's history, in the order of `rv`: what the host writes to disk. */
export type LogEntry = InputEntry | RevisionEntry | FaultEntry;

/** Something from outside. With the checkpoint before it, inputs are all that is needed to make the rest again. */
export interface InputEntry {
  readonly kind: 'input';
  readonly rv: number;
  /** Virtual ms since the Unix epoch. */
  readonly at: number;
  /** How many queue entries the cluster had handled before: where exactly the input came. */
  readonly events: number;
  readonly input: Input;
}

/** A change of an object, for reading the past and for checking a replay. */
export interface RevisionEntry {
  readonly kind: 'revision';
  readonly rv: number;
  readonly at: number;
  readonly type: RevisionType;
  /** `pods`, `deployments.apps` … */
  readonly resource: string;
  readonly object: KubeObject;
}

/** A fault that began or ended. */
export interface FaultEntry {
  readonly kind: 'fault';
  readonly rv: number;
  readonly at: number;
  readonly fault: Fault;
}
