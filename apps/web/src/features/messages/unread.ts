import type { ClassMessage } from '@podlab/contracts';

const MOST_NOTICES = 3;

/** The newest of what others said after a moment, oldest first. */
export const unreadOf = (
  messages: readonly ClassMessage[],
  readUntil: string,
  reader: string | undefined,
): ClassMessage[] =>
  messages.filter(({ sent_at, from }) => sent_at > readUntil && from.id !== reader).slice(-MOST_NOTICES);
