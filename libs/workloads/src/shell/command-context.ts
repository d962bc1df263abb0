import { resolvePath } from '../file-system';
import type { CommandContext } from './host';
import type { ShellMachine } from './machine';

type Temporary = readonly [string, string][];

/** What a command sees. While its input may have to wait it is perhaps called twice, and printed once, by `flush`. */
export function commandContext(machine: ShellMachine, words: readonly string[], temporary: Temporary) {
  const { state, streams, host } = machine;
  const held: [descriptor: number, text: string][] = [];
  const print = (descriptor: number, text: string): void => {
    if (streams.mayWait) held.push([descriptor, text]);
    else streams.write(descriptor, text);
  };
  const flush = (): void => held.forEach(([descriptor, text]) => streams.write(descriptor, text));
  const context: CommandContext = {
    name: words[0],
    arguments: words.slice(1),
    directory: state.directory,
    files: host.files,
    pid: host.pid,
    out: (text) => print(1, text),
    err: (text) => print(2, text),
    input: () => streams.readAll(),
    inputSoFar: () => streams.readReady(),
    variable: (name) => temporary.find(([key]) => key === name)?.[1] ?? machine.getVariable(name),
    environment: () => environment(machine, temporary),
    path: (name) => resolvePath(state.directory, name),
  };
  return { context, flush };
}

function environment(machine: ShellMachine, temporary: Temporary): [string, string][] {
  const names = new Set([...machine.host.variableNames(), ...machine.state.exported]);
  const values = new Map<string, string>();
  for (const name of names) {
    const value = machine.getVariable(name);
    if (value !== undefined) values.set(name, value);
  }
  for (const [name, value] of temporary) values.set(name, value);
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The words without the builtins that only hand on (`exec ping …`, `command ping …`). */
export function commandWords(words: readonly string[]): readonly string[] {
  return words[0] === 'exec' || words[0] === 'command' ? commandWords(words.slice(1)) : words;
}
