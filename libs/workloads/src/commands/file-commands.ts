import { rfc3339, utf8Length } from '@podlab/kernel';
import { baseName, join } from '../file-system';
import { calendarText } from '../http/date';
import type { CommandContext } from '../shell/host';
import { matchesPattern } from '../shell/pattern';
import { linesOf, parseOptions, readInputs, worst } from './command';
import type { Command, CommandSystem, CommandTable } from './command';
import { tar } from './tar';

/** Runs `action` on each operand; each problem is printed and makes the status 1. */
function forEachOperand(
  context: CommandContext,
  operands: readonly string[],
  action: (path: string) => string | undefined,
  verb: (operand: string) => string,
): number {
  let status = 0;
  for (const operand of operands) {
    const failed = action(context.path(operand));
    if (failed === undefined) continue;
    context.err(`${context.name}: ${verb(operand)}: ${failed}\n`);
    status = 1;
  }
  return status;
}

const cat: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const inputs = readInputs(context, operands);
  for (const { text } of inputs) {
    const numbered = linesOf(text).map((line, index) => `${String(index + 1).padStart(6)}\t${line}\n`);
    context.out(letters.has('n') ? numbered.join('') : text);
  }
  return worst(inputs);
};

const touch: Command = (context) =>
  forEachOperand(
    context,
    parseOptions(context.arguments, 'drt').operands,
    (path) => (context.files.isDirectory(path) ? undefined : context.files.append(path, '')),
    (operand) => operand,
  );

const rm: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const recursive = letters.has('r') || letters.has('R');
  return forEachOperand(
    context,
    operands,
    (path) => {
      if (context.files.isDirectory(path) && !recursive) return 'Is a directory';
      const failed = context.files.remove(path, recursive);
      return letters.has('f') && failed === 'No such file or directory' ? undefined : failed;
    },
    (operand) => `can't remove '${operand}'`,
  );
};

const mkdir: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, 'm');
  const parents = letters.has('p') || letters.has('parents');
  return forEachOperand(
    context,
    operands,
    (path) => context.files.makeDirectory(path, parents),
    (operand) => `can't create directory '${operand}'`,
  );
};

const rmdir: Command = (context) =>
  forEachOperand(
    context,
    parseOptions(context.arguments, '').operands,
    (path) => (context.files.isDirectory(path) ? context.files.remove(path, false) : 'Not a directory'),
    (operand) => `'${operand}'`,
  );

const copy: Command = (context) => copyOrMove(context, false);
const move: Command = (context) => copyOrMove(context, true);

function copyOrMove(context: CommandContext, removing: boolean): number {
  const { letters, operands } = parseOptions(context.arguments, '');
  const target = context.path(operands[operands.length - 1] ?? '');
  const recursive = removing || letters.has('r') || letters.has('R') || letters.has('a');
  const intoDirectory = context.files.isDirectory(target);
  return forEachOperand(
    context,
    operands.slice(0, -1),
    (path) => {
      const failed = copyTree(
        context,
        path,
        intoDirectory ? join(target, baseName(path)) : target,
        recursive,
      );
      return failed ?? (removing ? context.files.remove(path, true) : undefined);
    },
    (operand) => (removing ? `can't rename '${operand}'` : `can't stat '${operand}'`),
  );
}

function copyTree(context: CommandContext, from: string, to: string, recursive: boolean): string | undefined {
  const { files } = context;
  if (!files.isDirectory(from)) {
    const text = files.read(from);
    return text === undefined ? 'No such file or directory' : files.write(to, text);
  }
  if (!recursive) return 'Is a directory';
  const failed = files.makeDirectory(to, true);
  if (failed) return failed;
  for (const name of files.list(from)) {
    const inner = copyTree(context, join(from, name), join(to, name), true);
    if (inner) return inner;
  }
  return undefined;
}

const list: Command = (context, system) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const names = operands.length > 0 ? operands : ['.'];
  let status = 0;
  for (const name of names) {
    const path = context.path(name);
    if (!context.files.exists(path)) {
      context.err(`ls: ${name}: No such file or directory\n`);
      status = 1;
      continue;
    }
    const directory = context.files.isDirectory(path) && !letters.has('d');
    if (directory && names.length > 1) context.out(`${name}:\n`);
    const entries = directory
      ? context.files
          .list(path)
          .filter((entry) => letters.has('a') || letters.has('A') || !entry.startsWith('.'))
      : [name];
    for (const entry of entries) {
      context.out(
        letters.has('l')
          ? longLine(context, system, directory ? join(path, entry) : path, entry)
          : `${entry}\n`,
      );
    }
  }
  return status;
};

function longLine(context: CommandContext, system: CommandSystem, path: string, name: string): string {
  const directory = context.files.isDirectory(path);
  const size = directory ? 4096 : utf8Length(context.files.read(path) ?? '');
  const { month, day, time } = calendarText(rfc3339(system.now()), system.now());
  const mode = directory ? 'drwxr-xr-x    2' : '-rw-r--r--    1';
  return `${mode} root     root     ${String(size).padStart(9)} ${month} ${day.replace(/^0/, ' ')} ${time.slice(0, 5)} ${name}\n`;
}

const find: Command = (context) => {
  const starts: string[] = [];
  let pattern: string | undefined;
  let type: string | undefined;
  const words = context.arguments;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '-name') pattern = words[++i];
    else if (words[i] === '-type') type = words[++i];
    else if (!words[i].startsWith('-')) starts.push(words[i]);
  }
  const visit = (shown: string): void => {
    const path = context.path(shown);
    const directory = context.files.isDirectory(path);
    const named = pattern === undefined || matchesPattern(pattern, baseName(shown));
    if (named && (type === undefined || (type === 'd') === directory)) context.out(`${shown}\n`);
    if (directory)
      for (const name of context.files.list(path)) visit(shown === '/' ? `/${name}` : `${shown}/${name}`);
  };
  for (const start of starts.length > 0 ? starts : ['.']) visit(start);
  return 0;
};

const tee: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const text = context.input();
  context.out(text);
  return forEachOperand(
    context,
    operands,
    (path) => (letters.has('a') ? context.files.append(path, text) : context.files.write(path, text)),
    (operand) => operand,
  );
};

const tail: Command = (context) => {
  const { letters, values, operands } = parseOptions(normalCount(context.arguments), 'nc');
  const inputs = readInputs(context, operands);
  const count = values.get('n') ?? '10';
  for (const { text } of inputs) {
    const lines = linesOf(text);
    const shown = count.startsWith('+')
      ? lines.slice(Number(count) - 1)
      : lines.slice(Math.max(0, lines.length - Number(count)));
    for (const line of shown) context.out(`${line}\n`);
  }
  if (!letters.has('f') && !letters.has('F')) return worst(inputs);
  const name = operands.find((_operand, index) => inputs[index].status === 0 || letters.has('F'));
  if (name === undefined) return 1;
  const path = context.path(name);
  return { kind: 'follow', path, at: (context.files.read(path) ?? '').length };
};

const head: Command = (context) => {
  const { values, operands } = parseOptions(normalCount(context.arguments), 'nc');
  const inputs = readInputs(context, operands);
  for (const { text } of inputs) {
    const bytes = values.get('c');
    if (bytes !== undefined) context.out(text.slice(0, Number(bytes)));
    else for (const line of linesOf(text).slice(0, Number(values.get('n') ?? 10))) context.out(`${line}\n`);
  }
  return worst(inputs);
};

/** `-5` is `-n 5`. */
function normalCount(words: readonly string[]): string[] {
  return words.flatMap((word) => (/^-[0-9]+$/.test(word) ? ['-n', word.slice(1)] : [word]));
}

const stat: Command = (context) =>
  forEachOperand(
    context,
    parseOptions(context.arguments, 'c').operands,
    (path) => {
      if (!context.files.exists(path)) return 'No such file or directory';
      context.out(`  File: ${path}\n  Size: ${utf8Length(context.files.read(path) ?? '')}\n`);
      return undefined;
    },
    (operand) => `can't stat '${operand}'`,
  );

export const FILE_COMMANDS: CommandTable = {
  cat,
  touch,
  rm,
  mkdir,
  rmdir,
  cp: copy,
  mv: move,
  ls: list,
  find,
  tee,
  tail,
  head,
  stat,
  tar,
  chmod: () => 0,
  chown: () => 0,
  sync: () => 0,
  ln: (context) =>
    copyOrMove({ ...context, arguments: context.arguments.filter((word) => !word.startsWith('-')) }, false),
  basename: (context) => {
    const [name = '', suffix = ''] = context.arguments;
    const base = baseName(name);
    context.out(
      `${suffix !== '' && base.endsWith(suffix) && base !== suffix ? base.slice(0, -suffix.length) : base}\n`,
    );
    return 0;
  },
  dirname: (context) => {
    const name = context.arguments[0] ?? '';
    const slash = name.lastIndexOf('/');
    context.out(`${slash < 0 ? '.' : slash === 0 ? '/' : name.slice(0, slash)}\n`);
    return 0;
  },
};
