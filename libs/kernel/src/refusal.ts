/**
 * What was asked makes no sense or is not allowed: the asker is told, nothing is broken. Every error that a cluster may
 * throw at its host on purpose is one; anything else means that the cluster itself is wrong.
 */
export abstract class Refusal extends Error {
  /** The part of what was asked that is wrong, where it is one. */
  readonly path?: string;
}
