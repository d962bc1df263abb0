import { join } from '../file-system';
import type { RegularExpression } from '../regular-expression';
import type { CommandContext } from '../shell/host';
import { linesOf, optionValues, parseOptions, readInputs, worst } from './command';
import type { Command } from './command';
import { regularExpression } from './line-expression';

interface Search {
  readonly expression: RegularExpression;
  has(...names: string[]): boolean;
  /** Matching lines of a file at most. */
  readonly limit: number;
  readonly before: number;
  readonly after: number;
}

export const grep: Command = (context) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'emABC');
  const has = (...names: string[]): boolean => names.some((name) => letters.has(name));
  const patterns = optionValues(context.arguments, 'e', 'regexp');
  const [pattern, ...files] = patterns.length > 0 ? [patterns.join('\n'), ...operands] : operands;
  if (pattern === undefined) {
    context.err('Usage: grep [-HhnlLoqvsrRiwFE] PATTERN [FILE]...\n');
    return 2;
  }
  const expression = expressionOf(context.name, pattern.split('\n'), has);
  if (!expression) {
    context.err(`grep: bad regex '${pattern}'\n`);
    return 2;
  }
  const around = Number(values.get('C') ?? 0);
  const search = {
    expression,
    has,
    limit: Number(values.get('m') ?? Infinity),
    before: Number(values.get('B') ?? around),
    after: Number(values.get('A') ?? around),
  };
  return searchFiles(context, search, files);
};

function expressionOf(
  name: string,
  patterns: readonly string[],
  has: Search['has'],
): RegularExpression | undefined {
  const isFixed = has('F') || name === 'fgrep';
  const extended = has('E', 'P') || name === 'egrep';
  const sources = patterns.map((pattern) =>
    isFixed ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : pattern,
  );
  const special = isFixed || has('w', 'x') || patterns.length > 1;
  const joined = sources.length > 1 ? sources.map((source) => `(?:${source})`).join('|') : sources[0];
  const whole = has('x') ? `^(?:${joined})$` : joined;
  const word = has('w') ? `\\b(?:${whole})\\b` : whole;
  return regularExpression(word, extended || special, has('i', 'ignore-case') ? 'gi' : 'g');
}

function searchFiles(context: CommandContext, search: Search, given: readonly string[]): number {
  const { has } = search;
  const isDeep = has('r', 'R', 'recursive');
  const files = isDeep
    ? (given.length > 0 ? given : ['.']).flatMap((name) => filesUnder(context, name))
    : given;
  const quiet = has('s') ? { ...context, err: () => undefined } : context;
  const inputs = isDeep && files.length === 0 ? [] : readInputs(quiet, files);
  const named = (files.length > 1 || has('H') || isDeep) && !has('h');
  let found = 0;
  for (const { text, name } of inputs) {
    const lines = linesOf(text);
    const matching = lines
      .map((line, index) => ({ line, index }))
      .filter(({ line }) => search.expression.test(line) !== has('v', 'invert-match'))
      .slice(0, search.limit)
      .map(({ index }) => index);
    found += matching.length;
    if (has('q')) continue;
    if (has('L')) context.out(matching.length === 0 ? `${name}\n` : '');
    else if (has('l')) context.out(matching.length > 0 ? `${name}\n` : '');
    else if (has('c', 'count')) context.out(`${named ? `${name}:` : ''}${matching.length}\n`);
    else context.out(shownLines(search, lines, matching, named ? name : undefined));
  }
  if (found > 0) return 0;
  return worst(inputs) > 0 ? 2 : 1;
}

/** The matching lines with those around them; between two groups stands a line of two dashes. */
function shownLines(
  { has, expression, before, after }: Search,
  lines: readonly string[],
  matching: readonly number[],
  name: string | undefined,
): string {
  const hits = new Set(matching);
  let text = '';
  let last = -1;
  const show = (index: number): void => {
    const mark = hits.has(index) ? ':' : '-';
    const prefix = `${name === undefined ? '' : name + mark}${has('n', 'line-number') ? `${index + 1}${mark}` : ''}`;
    const parts = has('o') && hits.has(index) ? partsOf(lines[index], expression) : [lines[index]];
    for (const part of parts) text += `${prefix}${part}\n`;
  };
  for (const index of matching) {
    const from = Math.max(last + 1, index - before);
    if (last >= 0 && from > last + 1 && before + after > 0) text += '--\n';
    const to = Math.min(lines.length - 1, index + after);
    for (let at = from; at <= to; at++) show(at);
    last = Math.max(last, to);
  }
  return text;
}

/** What of a line matches, without the empty matches. */
function partsOf(line: string, expression: RegularExpression): string[] {
  return expression.findAll(line).flatMap(({ groups: [whole] }) => (whole ? [whole] : []));
}

function filesUnder(context: CommandContext, shown: string): string[] {
  const path = context.path(shown);
  if (!context.files.isDirectory(path)) return [shown];
  return context.files
    .list(path)
    .filter((name) => context.files.link(join(path, name)) === undefined)
    .flatMap((name) => filesUnder(context, shown === '.' ? name : join(shown, name)));
}
