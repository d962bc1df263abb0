import type { ShellMachine, ShellOutcome } from './machine';
import { ShellSyntaxError } from './syntax';

/** A shell that takes its commands from the standard input, as `sh` without arguments does. */
export interface ShellReader {
  /** Lines of a command that is not whole yet. */
  pending: string;
  /** The prompt stands there already. */
  asked: boolean;
  /** Somebody types at a terminal: a prompt is printed, and an error does not end the shell. */
  readonly terminal?: { readonly style: PromptStyle; readonly user: number };
}

export type PromptStyle = 'ash' | 'bash' | 'dash';

/** A read found nothing, and more may come: the command runs again when it has. */
export class InputNeeded extends Error {
  override readonly name = 'InputNeeded';
}

const WAITING: ShellOutcome = { kind: 'waiting', wait: { kind: 'input' } };

/** Where a reading shell goes on: at its next whole command, or nowhere until somebody types more. */
export function readNext(machine: ShellMachine, reader: ShellReader): ShellOutcome | undefined {
  const { state } = machine;
  try {
    for (;;) {
      prompt(machine, reader);
      const line = machine.streams.readLine();
      reader.asked = false;
      if (line === undefined && reader.pending === '') return leave(machine, reader);
      reader.pending += line === undefined ? '' : `${line}\n`;
      if (line !== undefined && isUnfinished(machine, reader.pending)) continue;
      const source = reader.pending;
      reader.pending = '';
      machine.readSource(source);
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof InputNeeded)) throw error;
    state.counter--;
    return WAITING;
  }
}

/** After an error or a signal from the keyboard: what was typed and what ran is forgotten. */
export function startOver(machine: ShellMachine, reader: ShellReader, status: number): void {
  const { state } = machine;
  const [stage] = state.frames;
  if (stage && 'variables' in stage) state.directory = stage.directory;
  state.frames = [];
  state.blocked = undefined;
  state.captures.length = 0;
  state.descriptors = [0, 1, 2];
  state.status = status;
  reader.pending = '';
  reader.asked = false;
  machine.skipSource();
}

function leave(machine: ShellMachine, reader: ShellReader): ShellOutcome | undefined {
  if (reader.terminal?.style === 'bash') machine.streams.write(2, 'exit\n');
  else if (reader.terminal) machine.streams.write(2, '\n');
  return machine.exit(machine.state.status);
}

function prompt(machine: ShellMachine, reader: ShellReader): void {
  const { terminal, pending, asked } = reader;
  if (!terminal || asked) return;
  reader.asked = true;
  machine.streams.write(2, pending === '' ? primaryPrompt(machine, terminal) : '> ');
}

/** What PS1 gives by default in each of the shells. */
function primaryPrompt(machine: ShellMachine, { style, user }: NonNullable<ShellReader['terminal']>): string {
  const mark = user === 0 ? '#' : '$';
  const home = machine.getVariable('HOME');
  const { directory } = machine.state;
  const place = directory === home ? '~' : directory;
  if (style === 'ash') return `${place} ${mark} `;
  if (style === 'dash') return `${mark} `;
  const name = user === 0 ? 'root' : 'I have no name!';
  return `${name}@${machine.getVariable('HOSTNAME') ?? ''}:${place}${mark} `;
}

const UNFINISHED = /unexpected end of file|unterminated quoted string|EOF in backquote|missing '/;

function isUnfinished(machine: ShellMachine, source: string): boolean {
  if (/\\\n$/.test(source) || hasOpenHereDocument(source)) return true;
  try {
    machine.host.program(source);
    return false;
  } catch (error) {
    return error instanceof ShellSyntaxError && UNFINISHED.test(error.message);
  }
}

function hasOpenHereDocument(source: string): boolean {
  const opened = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(source);
  if (opened === null) return false;
  const body = source.slice(source.indexOf('\n', opened.index));
  return !new RegExp(`^\\t*${opened[2]}$`, 'm').test(body);
}
