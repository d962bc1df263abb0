import type { ShellReader } from './reader';

/** A running shell as data: what a fork copies and a checkpoint writes. */
export interface ShellState {
  /** Script texts; a place in a program is an index here with a program counter. */
  sources: string[];
  source: number;
  counter: number;
  frames: ShellFrame[];
  /** Outputs of command substitutions that wait for their command. */
  captures: string[];
  status: number;
  /** Status of the last command substitution, which is that of an assignment. */
  captureStatus: number;
  /** Overlay over the container's environment; null is unset. */
  variables: Map<string, string | null>;
  /** Names set here that commands see too; those of the container's environment always are. */
  exported: Set<string>;
  functions: Map<string, { source: number; entry: number }>;
  /** `$0`. */
  name: string;
  positional: string[];
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  directory: string;
  /** Stream of each file descriptor. */
  descriptors: number[];
  streams: Map<number, ShellStream>;
  nextStream: number;
  /** Commands by signal name (`TERM`, `INT`, `EXIT`). */
  traps: Map<string, string>;
  pendingSignals: string[];
  /** `$!`. */
  lastBackground: number;
  /** What the command before in a pipeline wrote. */
  pipe?: string;
  /** The command that stands still: what to put back when it goes on. */
  blocked?: {
    guarded: boolean;
    descriptors?: number[];
    /** A command that is called again, with what stood before it. */
    again?: { words: readonly string[]; temporary: readonly [string, string][] };
  };
  /** There while it takes its commands from the standard input. */
  reader?: ShellReader;
  /** The process has become its command (`exec`), or never was a shell. */
  replaced: boolean;
}

export type ShellStream =
  | { kind: 'output'; name: 'stdout' | 'stderr' }
  | { kind: 'null' }
  | { kind: 'file'; path: string }
  /** Collects what is written: a substitution or a pipe. */
  | { kind: 'buffer'; text: string }
  /** Is read from; to an open one more may come, from a terminal with U+0004 for the end of an input. */
  | { kind: 'text'; text: string; at: number; open?: OpenInput };

export type OpenInput = 'pipe' | 'terminal';

export type ShellFrame =
  | {
      kind: 'call';
      source: number;
      counter: number;
      positional: string[];
      locals: [string, string | null | undefined][];
      status?: number;
      descriptors?: number[];
    }
  | {
      kind: 'loop';
      again: number;
      end: number;
      status: number;
      variable?: string;
      items?: string[];
      index: number;
    }
  | { kind: 'redirect'; descriptors: number[] }
  | ({ kind: 'capture' | 'stage' | 'subshell'; end: number; last: boolean } & SavedShell);

/** What a subshell gives back when it is left. */
export interface SavedShell {
  source: number;
  variables: [string, string | null][];
  exported: string[];
  positional: string[];
  descriptors: number[];
  directory: string;
  errexit: boolean;
  captureDepth: number;
  name: string;
}

export interface ShellStart {
  readonly source: string;
  readonly name: string;
  readonly positional: readonly string[];
  readonly directory: string;
  readonly stdin: string;
  readonly open?: OpenInput;
  readonly reader?: ShellReader;
  readonly errexit?: boolean;
  readonly xtrace?: boolean;
}

/** A shell about to run its first instruction. */
export function createShellState(start: ShellStart): ShellState {
  return {
    sources: [start.source],
    source: 0,
    counter: 0,
    frames: [],
    captures: [],
    status: 0,
    captureStatus: 0,
    variables: new Map(),
    exported: new Set(),
    functions: new Map(),
    name: start.name,
    positional: [...start.positional],
    errexit: start.errexit ?? false,
    nounset: false,
    xtrace: start.xtrace ?? false,
    directory: start.directory,
    descriptors: [0, 1, 2],
    streams: new Map<number, ShellStream>([
      [0, { kind: 'text', text: start.stdin, at: 0, ...(start.open && { open: start.open }) }],
      [1, { kind: 'output', name: 'stdout' }],
      [2, { kind: 'output', name: 'stderr' }],
    ]),
    nextStream: 3,
    traps: new Map(),
    pendingSignals: [],
    lastBackground: 0,
    ...(start.reader && { reader: start.reader }),
    replaced: sourceWords(start.source) !== undefined,
  };
}

const WORDS_MARK = '\u0000';

/** The source that stands for one command with given words, as `exec` in a container runs it. */
export function wordsSource(words: readonly string[]): string {
  return WORDS_MARK + JSON.stringify(words);
}

/** The words of such a source, or undefined when it is a script. */
export function sourceWords(source: string): string[] | undefined {
  return source.startsWith(WORDS_MARK) ? (JSON.parse(source.slice(1)) as string[]) : undefined;
}
