import type { CommandOutcome } from '../shell/host';
import type { CommandSystem } from './command';

/** How long a TCP handshake is tried when no time-out is given (Linux: six retries). */
export const CONNECT_TIMEOUT_MS = 134_000;

/** What was printed during an exchange: a container's own command takes its time, a person's answers at this instant. */
export function afterExchange(
  system: CommandSystem,
  elapsedMs: number,
  printed: { status: number; stdout?: string; stderr?: string },
): CommandOutcome {
  const ms = system.origin.interactive ? 0 : Math.max(1, Math.ceil(elapsedMs));
  return { kind: 'time', ms, ...printed };
}

/** Milliseconds of a number of seconds, at least one; undefined where none is given. */
export function secondsToMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return Math.min(86_400_000, Math.max(1, Math.round(Number(text) * 1000) || 1));
}
