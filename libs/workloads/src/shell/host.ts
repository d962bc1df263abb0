import type { PacketStyle } from '@podlab/netstack';
import type { FileSystem } from '../file-system';
import type { Program } from './program';
import type { ShellState } from './state';

/** Why a process stands still: plain data, kept with the process. */
export type Wait =
  /** Goes on after `ms` of virtual time, with this output and status. */
  | {
      readonly kind: 'time';
      readonly ms: number;
      readonly status: number;
      readonly stdout?: string;
      readonly stderr?: string;
    }
  /** Prints, and calls the command again after `ms` with `state`, its own plain data. */
  | {
      readonly kind: 'again';
      readonly ms: number;
      readonly state: unknown;
      readonly stdout?: string;
      readonly stderr?: string;
    }
  /** Prints what passes an interface; ends after so many packets, or when its time is over. */
  | ({ readonly kind: 'capture' } & CaptureWait)
  /** Serves until it is killed; `server` is what the container knows it by. */
  | { readonly kind: 'server'; readonly server: number }
  /** Prints what is added to a file, for ever. */
  | { readonly kind: 'follow'; readonly path: string; readonly at: number }
  /** Until there is more to read, or it is over. */
  | { readonly kind: 'input' }
  /** Until a child (or all of them) has ended. */
  | { readonly kind: 'children'; readonly pid?: number };

/** A running `tcpdump`. */
export interface CaptureWait {
  /** Number of the network's capture. */
  readonly capture: number;
  readonly style: PacketStyle;
  /** Packets still wanted; undefined: all. */
  readonly left?: number;
  readonly shown: number;
  /** When it is ended, as `timeout` wants it, and with which status. */
  readonly ends_at?: number;
  readonly status?: number;
}

export type CommandOutcome = number | Wait;

/** A command's view of the shell that runs it. */
export interface CommandContext {
  /** The words after the command's name. */
  readonly arguments: readonly string[];
  readonly name: string;
  readonly directory: string;
  readonly files: FileSystem;
  out(text: string): void;
  err(text: string): void;
  /** All that is left of the standard input. */
  input(): string;
  /** What is there of it by now, for a command that does not wait. */
  inputSoFar(): string;
  /** What the command gave as its state when it asked to be called again. */
  readonly resumed?: unknown;
  variable(name: string): string | undefined;
  /** Names and values that a command gets, sorted by name. */
  environment(): [string, string][];
  /** An absolute path without `.` and `..`. */
  path(name: string): string;
  readonly pid: number;
}

/** A script that another shell runs. */
export interface ShellScript {
  readonly script: string;
  readonly name: string;
  readonly positional: readonly string[];
  readonly errexit: boolean;
  readonly xtrace: boolean;
}

/** What a shell needs of the container around it. */
export interface ShellHost {
  readonly files: FileSystem;
  readonly pid: number;
  /** A variable that the container was started with. */
  variable(name: string): string | undefined;
  variableNames(): readonly string[];
  /** The compiled source; throws ShellSyntaxError. */
  program(source: string): Program;
  /** Runs a utility or a server; undefined when there is no such command. */
  command(context: CommandContext): CommandOutcome | undefined;
  hasCommand(name: string): boolean;
  /** The script when the words call a shell or name a script file. */
  shellCall(words: readonly string[]): ShellScript | undefined;
  output(stream: 'stdout' | 'stderr', text: string): void;
  /** Takes note of characters that were moved about. */
  spend(characters: number): void;
  /** Steps that files and streams cost since the last time. */
  takeWork(): number;
  /** Starts a copy of the shell as a child that runs from where it stands; its process id. */
  spawn(state: ShellState): number;
  /** Statuses of children: undefined while one of them still runs. */
  childStatus(pid: number | undefined): number | undefined;
}
