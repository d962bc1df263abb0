import type { Listener, Network } from '@podlab/netstack';
import type { NetworkClient, Origin } from '../network-client';
import type { CommandContext, CommandOutcome } from '../shell/host';

export interface ProcessLine {
  readonly pid: number;
  /** Who runs it. */
  readonly user: number;
  readonly words: readonly string[];
}

/** What commands may see and do beyond their own files and streams. */
export interface CommandSystem {
  now(): number;
  readonly hostname: string;
  readonly network: NetworkClient;
  /** The network stack that the command looks at, in the namespace of `origin`. */
  readonly stack: Network;
  readonly origin: Origin;
  /** May change interfaces, rules and routes (CAP_NET_ADMIN). */
  readonly netAdmin: boolean;
  readonly user: number;
  /** Whose tools the image has: they print differently. */
  readonly userland: 'busybox' | 'gnu';
  readonly libc: 'glibc' | 'musl';
  readonly curlVersion: string;
  readonly processes: readonly ProcessLine[];
  /** Whether the image has the command of that name. */
  hasCommand(name: string): boolean;
  /** The process behind a listening socket, where it is one of a container that this one sees. */
  ownerOf(listener: Listener): { readonly name: string; readonly pid: number } | undefined;
  /** False when there is no such process. */
  kill(pid: number, signal: string): boolean;
  /** Runs another command of the image; undefined when there is none of that name. */
  run(words: readonly string[], context: CommandContext): CommandOutcome | undefined;
}

export type Command = (context: CommandContext, system: CommandSystem) => CommandOutcome;
export type CommandTable = Readonly<Record<string, Command>>;

/** Options before the operands: letters, the values of those in `withValue`, and what follows. */
export interface ParsedOptions {
  readonly letters: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** Parses short options (`-abc`, `-n 3`, `-n3`) and long ones (`--name`, `--name=value`). */
export function parseOptions(
  words: readonly string[],
  withValue: string,
  longWithValue: readonly string[] = [],
): ParsedOptions {
  const letters = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '--') {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const [name, value] = splitOnce(word.slice(2), '=');
      if (value !== undefined) values.set(name, value);
      else if (longWithValue.includes(name)) values.set(name, words[++i] ?? '');
      letters.add(name);
    } else if (word.startsWith('-') && word.length > 1) {
      i = parseLetters(words, i, withValue, letters, values);
    } else operands.push(word);
  }
  return { letters, values, operands };
}

function parseLetters(
  words: readonly string[],
  index: number,
  withValue: string,
  letters: Set<string>,
  values: Map<string, string>,
): number {
  const word = words[index];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at];
    letters.add(letter);
    if (!withValue.includes(letter)) continue;
    const attached = word.slice(at + 1);
    if (attached !== '') {
      values.set(letter, attached);
      return index;
    }
    values.set(letter, words[index + 1] ?? '');
    return index + 1;
  }
  return index;
}

/** The values of an option that may be given several times. */
export function optionValues(words: readonly string[], letter: string, long: string): string[] {
  return words.flatMap((word, at) => {
    if (word === `-${letter}` || word === `--${long}`)
      return words[at + 1] === undefined ? [] : [words[at + 1]];
    if (word.startsWith(`--${long}=`)) return [word.slice(long.length + 3)];
    const joined = new RegExp(`^-[A-Za-z]*?${letter}(.*)$`, 's').exec(word);
    if (!joined || word.startsWith('--')) return [];
    return joined[1] === '' ? words.slice(at + 1, at + 2) : [joined[1]];
  });
}

/** The text before and after the first `separator`; undefined after when there is none. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Lines without their ends; a last line without one counts. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}

/** The texts of the files named, or the standard input when none is; problems are printed and make the status 1. */
export function readInputs(
  context: CommandContext,
  names: readonly string[],
): { text: string; status: number; name: string }[] {
  if (names.length === 0) return [{ text: context.input(), status: 0, name: '' }];
  return names.map((name) => {
    if (name === '-') return { text: context.input(), status: 0, name };
    const path = context.path(name);
    const text = context.files.read(path);
    if (text !== undefined) return { text, status: 0, name };
    const reason = context.files.isDirectory(path) ? 'Is a directory' : 'No such file or directory';
    context.err(`${context.name}: ${context.name === 'cat' ? `can't open '${name}'` : name}: ${reason}\n`);
    return { text: '', status: 1, name };
  });
}

/** The largest status of several. */
export const worst = (items: readonly { status: number }[]): number =>
  Math.max(0, ...items.map((item) => item.status));
