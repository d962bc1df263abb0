import { utf8Length } from '@podlab/kernel';
import { linesOf, parseOptions, readInputs, worst } from './command';
import type { Command, ParsedOptions } from './command';

/** `-5` is `-n 5`. */
const normalCount = (words: readonly string[]): string[] =>
  words.flatMap((word) => (/^-[0-9]+$/.test(word) ? ['-n', word.slice(1)] : [word]));

const LONG = ['lines', 'bytes'];

/** What stands before the part of one of several files. */
function titleOf(name: string, index: number, count: number, { letters }: ParsedOptions): string {
  const titled = letters.has('v') || (count > 1 && !letters.has('q'));
  return titled ? `${index > 0 ? '\n' : ''}==> ${name || 'standard input'} <==\n` : '';
}

export const tail: Command = (context) => {
  const options = parseOptions(normalCount(context.arguments), 'nc', LONG);
  const { letters, values, operands } = options;
  const inputs = readInputs(context, operands);
  const count = values.get('n') ?? values.get('lines') ?? '10';
  const bytes = values.get('c') ?? values.get('bytes');
  inputs.forEach(({ text, name, status }, index) => {
    if (status !== 0) return;
    context.out(titleOf(name, index, inputs.length, options));
    if (bytes !== undefined) context.out(lastOf([...text], bytes).join(''));
    else for (const line of lastOf(linesOf(text), count)) context.out(`${line}\n`);
  });
  if (!letters.has('f') && !letters.has('F') && !letters.has('follow')) return worst(inputs);
  const name = operands.find((_operand, index) => inputs[index].status === 0 || letters.has('F'));
  if (name === undefined) return 1;
  const path = context.path(name);
  return { kind: 'follow', path, at: (context.files.read(path) ?? '').length };
};

/** `+3` counts from the start, anything else from the end. */
function lastOf<T>(items: readonly T[], count: string): readonly T[] {
  if (count.startsWith('+')) return items.slice(Math.max(0, Number(count) - 1));
  return items.slice(Math.max(0, items.length - Math.abs(Number(count))));
}

export const head: Command = (context) => {
  const options = parseOptions(normalCount(context.arguments), 'nc', LONG);
  const { values, operands } = options;
  const inputs = readInputs(context, operands);
  const bytes = values.get('c') ?? values.get('bytes');
  const count = Number(values.get('n') ?? values.get('lines') ?? 10);
  inputs.forEach(({ text, name, status }, index) => {
    if (status !== 0) return;
    context.out(titleOf(name, index, inputs.length, options));
    if (bytes !== undefined) context.out(text.slice(0, Number(bytes)));
    else for (const line of linesOf(text).slice(0, count)) context.out(`${line}\n`);
  });
  return worst(inputs);
};

export const stat: Command = (context) => {
  const { values, operands } = parseOptions(context.arguments, 'c');
  const format = values.get('c');
  let status = 0;
  for (const operand of operands) {
    const path = context.path(operand);
    if (!context.files.exists(path)) {
      context.err(`stat: can't stat '${operand}': No such file or directory\n`);
      status = 1;
      continue;
    }
    const isFolder = context.files.isDirectory(path);
    const size = isFolder ? 4096 : utf8Length(context.files.read(path) ?? '');
    const parts: Readonly<Record<string, string | number>> = {
      n: operand,
      s: size,
      F: isFolder ? 'directory' : 'regular file',
      a: isFolder ? 755 : 644,
      A: isFolder ? 'drwxr-xr-x' : '-rw-r--r--',
      U: 'root',
      G: 'root',
      u: 0,
      g: 0,
      '%': '%',
    };
    const filled = format?.replace(/%(.)/g, (_whole, letter: string) => String(parts[letter] ?? '?'));
    context.out(filled === undefined ? `  File: ${path}\n  Size: ${size}\n` : `${filled}\n`);
  }
  return status;
};
