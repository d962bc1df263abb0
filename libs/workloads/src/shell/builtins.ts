import { join, resolvePath } from '../file-system';
import type { ShellMachine, Step } from './machine';
import { ShellSyntaxError } from './syntax';

const ok = (): Step => ({ status: 0 });
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

type Temporary = readonly [string, string][];
type Builtin = (
  machine: ShellMachine,
  words: readonly string[],
  temporary: Temporary,
  saved: number[] | undefined,
) => Step;

/** Commands that change the shell itself. Undefined when the first word is none. */
export function runBuiltin(
  machine: ShellMachine,
  words: readonly string[],
  temporary: Temporary,
  saved: number[] | undefined,
): Step | undefined {
  return Object.hasOwn(BUILTINS, words[0]) ? BUILTINS[words[0]](machine, words, temporary, saved) : undefined;
}

/** Whether `name` is a command of the shell itself. */
export function isBuiltin(name: string): boolean {
  return Object.hasOwn(BUILTINS, name);
}

const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': ok,
  true: ok,
  cd: changeDirectory,
  export: (machine, words) => declare(machine, words.slice(1), true),
  readonly: (machine, words) => declare(machine, words.slice(1), false),
  local: declareLocal,
  unset: unsetNames,
  set: setOptions,
  shift: shiftPositional,
  read: readVariables,
  exit: (machine, words) => ({ exit: numberOr(words[1], machine.state.status) & 255 }),
  return: returnStatus,
  break: (machine, words) => leaveLoop(machine, words, true),
  continue: (machine, words) => leaveLoop(machine, words, false),
  eval: evaluate,
  '.': sourceFile,
  source: sourceFile,
  trap: setTrap,
  wait: waitForChildren,
  exec: replaceShell,
  command: runOther,
  type: describe,
  umask: ok,
};

function numberOr(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : otherwise;
}

function changeDirectory(machine: ShellMachine, words: readonly string[]): Step {
  const name =
    words[1] === '-'
      ? (machine.getVariable('OLDPWD') ?? '/')
      : (words[1] ?? machine.getVariable('HOME') ?? '/');
  const path = resolvePath(machine.state.directory, name);
  if (!machine.host.files.isDirectory(path)) {
    const reason = machine.host.files.exists(path) ? 'Not a directory' : 'No such file or directory';
    machine.complain(`cd: can't cd to ${name}: ${reason}`);
    return { status: 2 };
  }
  machine.setVariable('OLDPWD', machine.state.directory);
  machine.state.directory = path;
  return ok();
}

function declare(machine: ShellMachine, words: readonly string[], exported: boolean): Step {
  for (const word of words.filter((item) => !item.startsWith('-'))) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!NAME.test(name)) {
      machine.complain(`export: ${word}: bad variable name`);
      return { status: 2 };
    }
    if (equals >= 0) machine.setVariable(name, word.slice(equals + 1));
    if (exported) machine.state.exported.add(name);
  }
  return ok();
}

function declareLocal(machine: ShellMachine, words: readonly string[]): Step {
  const frame = machine.state.frames.findLast((item) => item.kind === 'call');
  if (!frame) {
    machine.complain('local: not in a function');
    return { status: 1 };
  }
  for (const word of words.slice(1)) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    frame.locals.push([name, machine.state.variables.get(name)]);
    machine.setVariable(name, equals < 0 ? '' : word.slice(equals + 1));
  }
  return ok();
}

function unsetNames(machine: ShellMachine, words: readonly string[]): Step {
  for (const name of words.slice(1).filter((word) => !word.startsWith('-'))) {
    machine.state.variables.set(name, null);
    machine.state.exported.delete(name);
    machine.state.functions.delete(name);
  }
  return ok();
}

function setOptions(machine: ShellMachine, words: readonly string[]): Step {
  const { state } = machine;
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    if (!/^[-+][a-z]/.test(word)) {
      state.positional = words.slice(word === '--' ? i + 1 : i);
      break;
    }
    const on = word.startsWith('-');
    const named = word.slice(1) === 'o' ? (words[++i] ?? '') : undefined;
    if (word.includes('e') || named === 'errexit') state.errexit = on;
    if (named === undefined && word.includes('u')) state.nounset = on;
    if (named === 'nounset') state.nounset = on;
    if (word.includes('x') || named === 'xtrace') state.xtrace = on;
  }
  return ok();
}

function shiftPositional(machine: ShellMachine, words: readonly string[]): Step {
  const count = numberOr(words[1], 1);
  if (count > machine.state.positional.length) return { status: 1 };
  machine.state.positional = machine.state.positional.slice(count);
  return ok();
}

function readVariables(machine: ShellMachine, words: readonly string[]): Step {
  const names = words.slice(1).filter((word) => !word.startsWith('-'));
  const line = machine.streams.readLine();
  const separators = machine.getVariable('IFS') ?? ' \t\n';
  const fields = (line ?? '').split('').reduce<string[]>(
    (parts, character) => {
      if (!separators.includes(character)) parts[parts.length - 1] += character;
      else if (parts.length < names.length && parts[parts.length - 1] !== '') parts.push('');
      else if (parts.length >= names.length && parts[parts.length - 1] !== '')
        parts[parts.length - 1] += character;
      return parts;
    },
    [''],
  );
  (names.length > 0 ? names : ['REPLY']).forEach((name, index) =>
    machine.setVariable(name, (fields[index] ?? '').trimEnd()),
  );
  return { status: line === undefined ? 1 : 0 };
}

function returnStatus(machine: ShellMachine, words: readonly string[]): Step {
  const status = numberOr(words[1], machine.state.status);
  if (machine.returnFrom(status)) {
    machine.state.status = status;
    return 'moved';
  }
  return { exit: status };
}

function leaveLoop(machine: ShellMachine, words: readonly string[], finally_: boolean): Step {
  const { state } = machine;
  let depth = Math.max(1, numberOr(words[1], 1));
  for (let i = state.frames.length - 1; i >= 0; i--) {
    const frame = state.frames[i];
    if (frame.kind === 'redirect') state.descriptors = frame.descriptors;
    if (
      frame.kind === 'call' ||
      frame.kind === 'capture' ||
      frame.kind === 'stage' ||
      frame.kind === 'subshell'
    )
      break;
    if (frame.kind !== 'loop') continue;
    if (--depth > 0 && state.frames.slice(0, i).some((outer) => outer.kind === 'loop')) continue;
    state.frames.length = i + 1;
    state.status = 0;
    frame.status = 0;
    state.counter = finally_ ? frame.end : frame.again;
    return 'moved';
  }
  return ok();
}

function evaluate(machine: ShellMachine, words: readonly string[]): Step {
  const text = words.slice(1).join(' ');
  if (text.trim() === '') return ok();
  machine.callSource(text);
  return 'moved';
}

function sourceFile(machine: ShellMachine, words: readonly string[]): Step {
  const name = words[1] ?? '';
  const text = machine.host.files.read(resolvePath(machine.state.directory, name));
  if (text === undefined) throw new ShellSyntaxError(`.: can't open '${name}': No such file or directory`);
  machine.callSource(text);
  return 'moved';
}

function setTrap(machine: ShellMachine, words: readonly string[]): Step {
  const [action, ...signals] = words.slice(1);
  if (action === undefined) {
    for (const [signal, text] of machine.state.traps)
      machine.streams.write(1, `trap -- '${text}' ${signal}\n`);
    return ok();
  }
  for (const signal of signals) {
    const name = signalName(signal);
    if (action === '-') machine.state.traps.delete(name);
    else machine.state.traps.set(name, action);
  }
  return ok();
}

const SIGNAL_NUMBERS: Readonly<Record<string, string>> = {
  '0': 'EXIT',
  '1': 'HUP',
  '2': 'INT',
  '3': 'QUIT',
  '9': 'KILL',
  '10': 'USR1',
  '12': 'USR2',
  '15': 'TERM',
};

/** `15`, `TERM` and `SIGTERM` are the same signal. */
export function signalName(text: string): string {
  return SIGNAL_NUMBERS[text] ?? text.toUpperCase().replace(/^SIG/, '');
}

function waitForChildren(machine: ShellMachine, words: readonly string[]): Step {
  const pid = words[1] === undefined ? undefined : numberOr(words[1], -1);
  const status = machine.host.childStatus(pid);
  return status === undefined
    ? { wait: { kind: 'children', ...(pid === undefined ? {} : { pid }) } }
    : { status };
}

function replaceShell(
  machine: ShellMachine,
  words: readonly string[],
  temporary: Temporary,
  saved: number[] | undefined,
): Step {
  if (words.length === 1) {
    saved?.splice(0, saved.length, ...machine.state.descriptors);
    return ok();
  }
  machine.state.replaced = true;
  machine.state.frames = [];
  return machine.runCommand(words.slice(1), temporary);
}

function runOther(
  machine: ShellMachine,
  words: readonly string[],
  temporary: Temporary,
  saved: number[] | undefined,
): Step {
  if (words[1] === '-v' || words[1] === '-V') return describe(machine, words.slice(1));
  const rest = words.slice(1);
  if (rest.length === 0) return ok();
  return runBuiltin(machine, rest, temporary, saved) ?? machine.runCommand(rest, temporary);
}

const PATH_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function describe(machine: ShellMachine, words: readonly string[]): Step {
  const name = words[1] ?? '';
  if (isBuiltin(name) || machine.state.functions.has(name)) {
    machine.streams.write(1, `${name}\n`);
    return ok();
  }
  const found = PATH_DIRECTORIES.map((directory) => join(directory, name)).find((path) =>
    machine.host.files.exists(path),
  );
  const path = found ?? (machine.host.hasCommand(name) ? `/bin/${name}` : undefined);
  if (path === undefined) return { status: 127 };
  machine.streams.write(1, `${path}\n`);
  return ok();
}
