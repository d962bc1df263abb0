import { baseName, join } from '../file-system';
import type { CommandContext } from '../shell/host';
import { linesOf, parseOptions, readInputs, worst } from './command';
import type { Command, CommandTable } from './command';
import { list } from './list-command';
import { find } from './find-command';
import { head, stat, tail } from './part-commands';
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
  const marked = ['n', 'number', 'b', 's', 'e', 'E', 'A', 't', 'T'].some((letter) => letters.has(letter));
  const text = inputs.map((input) => input.text).join('');
  context.out(marked ? shownLines(text, letters) : text);
  return worst(inputs);
};

/** Lines with the numbers and marks of `cat -n -b -s -E -T`. */
function shownLines(text: string, letters: ReadonlySet<string>): string {
  const has = (...names: string[]): boolean => names.some((name) => letters.has(name));
  const ends = has('e', 'E', 'A') ? '$' : '';
  let number = 0;
  let last: string | undefined;
  let shown = '';
  for (const line of linesOf(text)) {
    const isRepeated = has('s') && line === '' && last === '';
    last = line;
    if (isRepeated) continue;
    const counted = has('b') ? line !== '' : has('n', 'number');
    const marks = has('t', 'T', 'A') ? line.replace(/\t/g, '^I') : line;
    shown += `${counted ? `${String(++number).padStart(6)}\t` : ''}${marks}${ends}\n`;
  }
  return shown;
}

const touch: Command = (context) =>
  forEachOperand(
    context,
    parseOptions(context.arguments, '').operands,
    (path) => {
      const isLeft =
        context.files.isDirectory(path) || (hasOption(context, 'c') && !context.files.exists(path));
      return isLeft ? undefined : context.files.append(path, '');
    },
    (operand) => operand,
  );

const hasOption = (context: CommandContext, letter: string): boolean =>
  parseOptions(context.arguments, '').letters.has(letter);

const rm: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const recursive = ['r', 'R', 'recursive'].some((name) => letters.has(name));
  const force = letters.has('f') || letters.has('force');
  return forEachOperand(
    context,
    operands,
    (path) => {
      if (context.files.isDirectory(path) && !recursive) return 'Is a directory';
      const failed = context.files.remove(path, recursive);
      return force && failed === 'No such file or directory' ? undefined : failed;
    },
    (operand) => `can't remove '${operand}'`,
  );
};

const mkdir: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
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
  const deep = ['r', 'R', 'a', 'recursive', 'archive'];
  const recursive = removing || deep.some((name) => letters.has(name));
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
  for (const name of files.listOnce(from)) {
    const inner = copyTree(context, join(from, name), join(to, name), true);
    if (inner) return inner;
  }
  return undefined;
}

const tee: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const text = context.input();
  context.out(text);
  return forEachOperand(
    context,
    operands,
    (path) =>
      letters.has('a') || letters.has('append')
        ? context.files.append(path, text)
        : context.files.write(path, text),
    (operand) => operand,
  );
};

/** Files here have no modes and no owners; only whether they are there is looked at. */
const withoutModes: Command = (context) => {
  const [, ...names] = context.arguments.filter((word) => !/^-[Rfv]+$|^--/.test(word));
  const missing = (path: string) => (context.files.exists(path) ? undefined : 'No such file or directory');
  return forEachOperand(context, names, missing, (operand) => operand);
};

const readlink: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const [operand = ''] = operands;
  const link = context.files.link(context.path(operand));
  const answer = letters.has('f') ? context.files.resolve(context.path(operand)) : link;
  if (answer === undefined) return 1;
  context.out(`${answer}\n`);
  return 0;
};

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
  readlink,
  tar,
  chmod: withoutModes,
  chown: withoutModes,
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
