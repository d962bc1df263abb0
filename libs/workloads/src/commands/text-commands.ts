import { utf8Length } from '@podlab/kernel';
import { RegularExpression } from '../regular-expression';
import type { Match } from '../regular-expression';
import { grep } from './grep-command';
import { regularExpression } from './line-expression';
import { sort } from './sort-command';
import { formatPrintf, unescapeText } from './escape';
import { ENDLESS_CHARACTERS } from '../file-system';
import { linesOf, optionValues, parseOptions, readInputs, worst } from './command';
import type { Command, CommandTable } from './command';

const echo: Command = (context) => {
  const words = [...context.arguments];
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    const option = words.shift() as string;
    if (option.includes('n')) newline = false;
    if (option.includes('e')) escapes = true;
  }
  const plain = words.join(' ');
  const { text, stopped } = escapes ? unescapeText(plain) : { text: plain, stopped: false };
  context.out(newline && !stopped ? `${text}\n` : text);
  return 0;
};

const printf: Command = (context) => {
  const [format = '', ...words] = context.arguments;
  context.out(formatPrintf(format, words));
  return 0;
};

interface SedRule {
  readonly address?: number | '$' | RegularExpression;
  readonly last?: number | '$' | RegularExpression;
  readonly command: 's' | 'd' | 'p' | 'q';
  readonly expression?: RegularExpression;
  /** Every match of a line, not only the first. */
  readonly all?: boolean;
  readonly replacement?: string;
  readonly print?: boolean;
}

const sed: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, 'e', ['expression']);
  const scripts = optionValues(context.arguments, 'e', 'expression');
  const [script, ...files] = scripts.length > 0 ? [scripts.join('\n'), ...operands] : operands;
  const has = (...names: string[]): boolean => names.some((name) => letters.has(name));
  const rules = parseSed(script ?? '', has('E', 'r', 'regexp-extended'));
  if (!rules) {
    context.err(`sed: unsupported command: ${script}\n`);
    return 1;
  }
  const inputs = readInputs(context, files);
  for (const { text, name } of inputs) {
    const output = applySed(linesOf(text), rules, has('n', 'quiet'));
    if (has('i', 'in-place') && name !== '') context.files.write(context.path(name), output);
    else context.out(output);
  }
  return worst(inputs);
};

function parseSed(script: string, extended: boolean): SedRule[] | undefined {
  const rules: SedRule[] = [];
  let rest = script.trim();
  while (rest !== '') {
    const match =
      /^(?:([0-9]+|\$|\/(?:[^/\\]|\\.)*\/)(?:,([0-9]+|\$|\/(?:[^/\\]|\\.)*\/))?)?\s*(?:([dpq])|s(.))/.exec(
        rest,
      );
    if (!match) return undefined;
    const address = match[1] === undefined ? undefined : sedAddress(match[1], extended);
    const last = match[2] === undefined ? undefined : sedAddress(match[2], extended);
    rest = rest.slice(match[0].length);
    if (match[3]) rules.push({ address, last, command: match[3] as 'd' | 'p' | 'q' });
    else {
      const parts = sedParts(rest, match[4]);
      const expression =
        parts && regularExpression(parts[0], extended, parts[2].replace(/[^gi]/g, '').toLowerCase());
      if (!parts || !expression) return undefined;
      rules.push({
        address,
        last,
        command: 's',
        expression,
        all: parts[2].includes('g'),
        replacement: parts[1],
        print: parts[2].includes('p'),
      });
      rest = parts[3];
    }
    rest = rest.replace(/^[\s;]+/, '');
  }
  return rules;
}

function sedAddress(text: string, extended: boolean): number | '$' | RegularExpression | undefined {
  if (text === '$') return '$';
  return text.startsWith('/') ? regularExpression(text.slice(1, -1), extended, '') : Number(text);
}

/** Pattern, replacement, flags and what follows of an `s` command after its first delimiter. */
function sedParts(text: string, delimiter: string): [string, string, string, string] | undefined {
  const parts: string[] = [''];
  let at = 0;
  for (; at < text.length && parts.length < 3; at++) {
    if (text[at] === '\\' && text[at + 1] === delimiter) parts[parts.length - 1] += text[++at];
    else if (text[at] === '\\') parts[parts.length - 1] += text[at] + (text[++at] ?? '');
    else if (text[at] === delimiter) parts.push('');
    else parts[parts.length - 1] += text[at];
  }
  if (parts.length < 3) return undefined;
  const flags = /^[a-z0-9]*/i.exec(text.slice(at))?.[0] ?? '';
  return [parts[0], parts[1], flags, text.slice(at + flags.length)];
}

function applySed(lines: readonly string[], rules: readonly SedRule[], quiet: boolean): string {
  let output = '';
  const open = new Set<SedRule>();
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i];
    let deleted = false;
    let quitting = false;
    for (const rule of rules) {
      if (!sedApplies(rule, line, i + 1, i === lines.length - 1, open)) continue;
      if (rule.command === 'p') output += `${line}\n`;
      else if (rule.command === 'q') quitting = true;
      else if (rule.command === 'd') {
        deleted = true;
        break;
      } else {
        const before = line;
        const { replacement = '', all = false } = rule;
        const by = ({ groups }: Match): string => sedReplacement(replacement, groups);
        line = (rule.expression as RegularExpression).replace(line, by, all);
        if (rule.print && line !== before) output += `${line}\n`;
      }
    }
    if (!deleted && !quiet) output += `${line}\n`;
    if (quitting) break;
  }
  return output;
}

const sedReplacement = (text: string, groups: Match['groups']): string =>
  text.replace(/\\([0-9n&\\/])|&/g, (found, escaped?: string) => {
    if (escaped === undefined) return groups[0] ?? '';
    if (escaped === 'n') return '\n';
    return /[0-9]/.test(escaped) ? String(groups[Number(escaped)] ?? '') : found.slice(1);
  });

function sedApplies(rule: SedRule, line: string, number: number, last: boolean, open: Set<SedRule>): boolean {
  const matches = (address: SedRule['address']): boolean =>
    address === '$'
      ? last
      : typeof address === 'number'
        ? address === number
        : (address?.test(line) ?? false);
  if (rule.address === undefined) return true;
  if (rule.last === undefined) return matches(rule.address);
  if (open.has(rule)) {
    if (matches(rule.last) || (typeof rule.last === 'number' && number >= rule.last)) open.delete(rule);
    return true;
  }
  if (!matches(rule.address)) return false;
  if (!(typeof rule.last === 'number' && rule.last <= number)) open.add(rule);
  return true;
}

const wordCount: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const inputs = readInputs(context, operands);
  for (const { text, name } of inputs) {
    const counts = [
      text.split('\n').length - 1,
      text.split(/\s+/).filter((word) => word !== '').length,
      [...text].length,
      utf8Length(text),
      Math.max(0, ...linesOf(text).map((line) => line.length)),
    ];
    const asked = letters.size === 0 ? 'lwc' : [...letters].join('');
    const chosen = counts.filter((_count, index) => asked.includes('lwmcL'[index]));
    const single = chosen.length === 1;
    context.out(
      `${chosen.map((count) => (single ? String(count) : String(count).padStart(9))).join(' ')}${name === '' ? '' : ` ${name}`}\n`,
    );
  }
  return worst(inputs);
};

const unique: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const inputs = readInputs(context, operands);
  const groups: { line: string; count: number }[] = [];
  for (const line of linesOf(inputs[0].text)) {
    const last = groups[groups.length - 1];
    const isSame = letters.has('i') ? last?.line.toLowerCase() === line.toLowerCase() : last?.line === line;
    if (isSame) last.count++;
    else groups.push({ line, count: 1 });
  }
  const repeated = letters.has('d') ? groups.filter((group) => group.count > 1) : groups;
  const kept = letters.has('u') ? repeated.filter((group) => group.count === 1) : repeated;
  context.out(
    kept
      .map(({ line, count }) => (letters.has('c') ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`))
      .join(''),
  );
  return worst(inputs);
};

const cut: Command = (context) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'dfcb');
  const byPlace = values.get('c') ?? values.get('b');
  if (byPlace === undefined && !values.has('f')) {
    context.err('cut: expected a list of bytes, characters, or fields\n');
    return 1;
  }
  const inputs = readInputs(context, operands);
  const ranges = (values.get('f') ?? byPlace ?? '1').split(',').map((range) => {
    const [from, to] = range.split('-');
    return { from: Number(from || 1), to: to === undefined ? Number(from) : Number(to || Infinity) };
  });
  const chosen = (index: number): boolean => ranges.some(({ from, to }) => index >= from && index <= to);
  const delimiter = byPlace !== undefined ? '' : (values.get('d') ?? '\t');
  for (const { text } of inputs) {
    for (const line of linesOf(text)) {
      const fields = line.split(delimiter);
      const whole = delimiter !== '' && fields.length === 1;
      if (whole && letters.has('s')) continue;
      context.out(`${whole ? line : fields.filter((_field, index) => chosen(index + 1)).join(delimiter)}\n`);
    }
  }
  return worst(inputs);
};

const translate: Command = (context) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const from = characters(operands[0] ?? '');
  const to = characters(operands[1] ?? '');
  let result = '';
  for (const character of context.input()) {
    const at = from.indexOf(character);
    // The complement has no order that anybody relies on: all of it becomes the last one.
    const index = letters.has('c') ? (at < 0 ? from.length : -1) : at;
    if (letters.has('d')) result += index < 0 ? character : '';
    else {
      const mapped = index < 0 || to.length === 0 ? character : to[Math.min(index, to.length - 1)];
      const squeezed = letters.has('s') && index >= 0 && result.endsWith(mapped);
      if (!squeezed) result += mapped;
    }
  }
  context.out(result);
  return 0;
};

function characters(set: string): string[] {
  const named = unescapeText(set).text.replace(/\[:([a-z]+):\]/g, (_whole, name: string) =>
    name === 'upper'
      ? 'A-Z'
      : name === 'lower'
        ? 'a-z'
        : name === 'digit'
          ? '0-9'
          : name === 'space'
            ? ' \t\n\r'
            : '',
  );
  const result: string[] = [];
  for (let i = 0; i < named.length; i++) {
    if (named[i + 1] !== '-' || i + 2 >= named.length) {
      result.push(named[i]);
      continue;
    }
    for (let code = named.charCodeAt(i); code <= named.charCodeAt(i + 2); code++)
      result.push(String.fromCharCode(code));
    i += 2;
  }
  return result;
}

const awk: Command = (context) => {
  const { values, operands } = parseOptions(context.arguments, 'F');
  const program =
    /^\s*(?:\/((?:[^/\\]|\\.)*)\/|NR\s*==\s*([0-9]+)|NR\s*>\s*([0-9]+))?\s*\{\s*print\s*(.*?)\s*;?\s*\}\s*$/.exec(
      operands[0] ?? '',
    );
  if (!program) {
    context.err('awk: only programs of the form /pattern/ {print $1, $2} are simulated\n');
    return 2;
  }
  const [, pattern, exactly, after, shown] = program;
  const expression = pattern === undefined ? undefined : regularExpression(pattern, true, '');
  const inputs = readInputs(context, operands.slice(1));
  inputs
    .flatMap(({ text }) => linesOf(text))
    .forEach((line, index) => {
      if (expression && !expression.test(line)) return;
      if (exactly !== undefined && Number(exactly) !== index + 1) return;
      if (after !== undefined && index + 1 <= Number(after)) return;
      const fields = values.has('F') ? line.split(values.get('F') as string) : line.trim().split(/\s+/);
      context.out(`${awkPrint(shown, line, fields, index + 1)}\n`);
    });
  return worst(inputs);
};

function awkPrint(shown: string, line: string, fields: readonly string[], number: number): string {
  if (shown === '') return line;
  const one = (item: string): string => {
    const text = /^"(.*)"$/.exec(item);
    if (text) return unescapeText(text[1]).text;
    if (item === 'NR') return String(number);
    if (item === 'NF') return String(fields.length);
    if (item === '$NF') return fields[fields.length - 1] ?? '';
    const index = Number(/^\$([0-9]+)$/.exec(item)?.[1] ?? NaN);
    return index === 0 ? line : (fields[index - 1] ?? '');
  };
  const items = (group: string): string => (group.match(/"[^"]*"|\$?[A-Za-z0-9]+/g) ?? []).map(one).join('');
  return shown
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map(items)
    .join(' ');
}

/** Numbers that seq counts. */
const SEQUENCE_LIMIT = 100_000;

const sequence: Command = (context) => {
  const words = [...context.arguments];
  let separator = '\n';
  let padded = false;
  while (/^-[ws]/.test(words[0] ?? '')) {
    const option = words.shift() as string;
    if (option === '-w') padded = true;
    else separator = option.slice(2) || (words.shift() ?? '');
  }
  const strange = words.find((word) => !/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(word));
  if (strange !== undefined || words.length === 0 || words.length > 3) {
    const option = strange !== undefined && /^-[a-z]/i.test(strange);
    context.err(
      option ? `seq: invalid option -- '${strange[1]}'\n` : `seq: invalid number '${strange ?? ''}'\n`,
    );
    return 1;
  }
  const numbers = words.map(Number);
  const [first, step, last] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  if (step === 0) return 1;
  const values: number[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    if (values.length >= SEQUENCE_LIMIT) {
      context.err(`seq: sequence_numbers is limited to ${SEQUENCE_LIMIT}\n`);
      return 1;
    }
    values.push(value);
  }
  const width = padded ? Math.max(0, ...values.map((value) => String(value).length)) : 0;
  const text = values.map((value) => String(value).padStart(width, '0')).join(separator);
  context.out(text === '' ? '' : `${text}\n`);
  return 0;
};

export const TEXT_COMMANDS: CommandTable = {
  echo,
  printf,
  grep,
  egrep: grep,
  fgrep: grep,
  sed,
  awk,
  wc: wordCount,
  sort,
  uniq: unique,
  cut,
  tr: translate,
  seq: sequence,
  yes: (context) => {
    const line = `${context.arguments.join(' ') || 'y'}\n`;
    context.out(line.repeat(Math.max(1, Math.floor(ENDLESS_CHARACTERS / line.length))));
    return 0;
  },
  rev: (context) => {
    for (const line of linesOf(context.input())) context.out(`${[...line].reverse().join('')}\n`);
    return 0;
  },
};
