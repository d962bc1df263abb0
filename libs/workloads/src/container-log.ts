import type { ContainerState, LogEntry } from './container';
import { BANNER_MARK, bannerLines } from './servers/banners';

/** Lines that a container's log keeps. */
export const LOG_LIMIT_LINES = 1_000;
/** Characters that a container's log keeps. */
export const LOG_LIMIT_CHARACTERS = 131_072;
/** Longest line; a longer one is cut. */
const LINE_LIMIT_CHARACTERS = 16_384;

/** Adds text as a process wrote it: whole lines become entries, which it answers; the rest waits for its end. */
export function writeLog(
  container: ContainerState,
  stream: 'stdout' | 'stderr',
  text: string,
  at: number,
): LogEntry[] {
  const lines = (container.partial[stream] + text).split('\n');
  container.partial[stream] = (lines.pop() as string).slice(0, LINE_LIMIT_CHARACTERS);
  const entries = lines.map((line) => ({ at, stream, text: line.slice(0, LINE_LIMIT_CHARACTERS) }));
  for (const entry of entries) addLine(container, entry);
  return entries;
}

/** Adds one line, which may be a banner's mark. */
export function addLine(container: ContainerState, entry: LogEntry): void {
  const { log } = container;
  log.push(entry);
  container.logBytes += entry.text.length;
  const tooLong = log.length >= 2 * LOG_LIMIT_LINES || container.logBytes > 2 * LOG_LIMIT_CHARACTERS;
  if (!tooLong) return;
  let removed = Math.max(0, log.length - LOG_LIMIT_LINES);
  let kept = 0;
  for (let i = removed; i < log.length; i++) kept += log[i].text.length;
  while (kept > LOG_LIMIT_CHARACTERS && removed < log.length - 1) kept -= log[removed++].text.length;
  log.splice(0, removed);
  container.logBytes = kept;
}

export interface LogOptions {
  /** The last lines only. */
  readonly tailLines?: number;
  /** Entries of this moment and later, in ms. */
  readonly since?: number;
}

/** The log as lines with their moments; an unfinished last line counts. */
export function readLog(container: ContainerState, options: LogOptions = {}): LogEntry[] {
  const entries = container.log.flatMap((entry): LogEntry[] =>
    entry.text.startsWith(BANNER_MARK)
      ? bannerLines(entry.text, entry.at).map((text) => ({ ...entry, text }))
      : [entry],
  );
  const at = entries[entries.length - 1]?.at ?? container.startedAt;
  for (const stream of ['stdout', 'stderr'] as const) {
    if (container.partial[stream] !== '') entries.push({ at, stream, text: container.partial[stream] });
  }
  const { since, tailLines } = options;
  const recent = since === undefined ? entries : entries.filter((entry) => entry.at >= since);
  return tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
}
