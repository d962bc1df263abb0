/** Every bound of the server beside those of the public contract, by name; the unit ends the name. */
export const HOST_LIMITS = {
  /** JSON bodies carry manifests of up to a mebibyte, escaped. */
  requestBodyBytes: 4 * 1024 * 1024,
  /** From so many bytes on an answer is packed. Models apiserver handlers/responsewriters defaultGzipThresholdBytes. */
  packedFromBytes: 128 * 1024,
  /** A long answer leaves in pieces of this size. */
  answerPieceBytes: 128 * 1024,
  /** A checkpoint is due after so many entries. */
  checkpointEntries: 500,
  /** Under load checkpoints take at most a part in so many of the time (docs/adr/0015). */
  checkpointRestParts: 40,
  /** Moments further back are forgotten. */
  historyEntries: 20_000,
  /** Who waits for the disk is told after this time that it takes no writes. */
  holdAnswersMilliseconds: 10_000,
  /** Between two looks for clusters that nobody uses. */
  longestSweepMilliseconds: 30_000,
  /** A clock command ends after this much wall time, wherever virtual time has got to. */
  commandWallMilliseconds: 60_000,
  /** How long a slice may keep the event loop. */
  sliceMilliseconds: 8,
  /** Submissions, bundles and beginnings at a time. */
  graderThreads: 2,
  /** Looks at the past at a time. */
  recallThreads: 2,
  /** A thread of either kind that has no work ends after this time. */
  idleThreadMilliseconds: 60_000,
  /** Moments that a thread has lived through and keeps (docs/adr/0023). */
  recalledMoments: 16,
  /** And what the checkpoints were together from which it lived through them: a measure of what they hold. */
  recalledStateCharacters: 32 * 1024 * 1024,
  /** On a long way one is kept after so many entries. */
  recallWaypointEntries: 200,
} as const;
