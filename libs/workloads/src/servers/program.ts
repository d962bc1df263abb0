import type { CommandSystem } from '../commands/command';
import type { ContainerStart } from '../container';
import type { Image } from '../images/image';
import type { CommandContext, CommandOutcome, Wait } from '../shell/host';
import type { ServerKind, ServerSettings } from './server';

export interface ListenRequest {
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly address?: string;
}

/** What a program that becomes a server may ask of its container. */
export interface Launch {
  readonly image: Image;
  readonly start: Omit<ContainerStart, 'serviceEnvironment'>;
  readonly system: CommandSystem;
  /** Version of the program: that of the image where it is the image's own. */
  readonly version: string;
  /** Opens the sockets; the wait of a process that serves, or the port that is taken. */
  serve(
    kind: ServerKind,
    settings: ServerSettings,
    listens: readonly ListenRequest[],
  ): Wait | { readonly taken: number };
  /** Writes a banner to the log: its text is made when the log is read. */
  banner(name: string): void;
}

/** A command that ends at once or serves until it is killed. */
export type Program = (context: CommandContext, launch: Launch) => CommandOutcome;

/** Serves, or prints `message` for the port that is taken and ends with `status`. */
export function serveOr(
  context: CommandContext,
  outcome: Wait | { readonly taken: number },
  message: (port: number) => string,
  status = 1,
): CommandOutcome {
  if (!('taken' in outcome)) return outcome;
  context.err(message(outcome.taken));
  return status;
}

/** Values of `-name value`, `-name=value`, `--name value` and `--name=value`; a name alone is `true`. */
export function goFlags(words: readonly string[]): {
  flags: ReadonlyMap<string, string>;
  operands: readonly string[];
} {
  const flags = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const match = /^--?([A-Za-z][A-Za-z0-9-]*)(?:=(.*))?$/s.exec(words[i]);
    if (!match) operands.push(words[i]);
    else if (match[2] !== undefined) flags.set(match[1], match[2]);
    else if (i + 1 < words.length && !words[i + 1].startsWith('-')) flags.set(match[1], words[++i]);
    else flags.set(match[1], 'true');
  }
  return { flags, operands };
}
