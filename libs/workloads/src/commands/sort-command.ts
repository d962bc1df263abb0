import { linesOf, optionValues, parseOptions, readInputs, worst } from './command';
import type { Command } from './command';

interface Key {
  readonly from: number;
  readonly to: number;
  readonly letters: string;
}

type Compare = (one: string, other: string) => number;

export const sort: Command = (context) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'kto');
  const inputs = readInputs(context, operands);
  const own = [...letters].join('').replace(/[kto]/g, '');
  const whole = `${own}${letters.has('numeric-sort') ? 'n' : ''}`;
  const isReversed = letters.has('r') || letters.has('reverse');
  const keys = optionValues(context.arguments, 'k', 'key').map(keyOf);
  const separator = values.get('t');
  const compare: Compare = (one, other) => {
    for (const key of keys) {
      const found = ordered(key.letters || whole)(partOf(one, key, separator), partOf(other, key, separator));
      const turned = key.letters.includes('r') || (key.letters === '' && isReversed) ? -found : found;
      if (turned !== 0) return turned;
    }
    const last =
      keys.length > 0
        ? letters.has('s')
          ? 0
          : plain(one, other)
        : ordered(whole)(one, other) || plain(one, other);
    return isReversed ? -last : last;
  };
  let lines = inputs.flatMap(({ text }) => linesOf(text)).sort(compare);
  if (letters.has('u') || letters.has('unique'))
    lines = lines.filter((line, at) => at === 0 || ordered(whole)(lines[at - 1], line) !== 0);
  const text = lines.map((line) => `${line}\n`).join('');
  const file = values.get('o');
  if (file === undefined) context.out(text);
  else {
    const failed = context.files.write(context.path(file), text);
    if (failed !== undefined) {
      context.err(`sort: ${file}: ${failed}\n`);
      return 1;
    }
  }
  return worst(inputs);
};

/** `2`, `2,3`, `2n`, `2,2nr`. */
function keyOf(text: string): Key {
  const [, from = '1', one = '', to, other = ''] =
    /^([0-9]+)([a-zA-Z]*)(?:,([0-9]+)([a-zA-Z]*))?$/.exec(text) ?? [];
  return { from: Number(from), to: to === undefined ? Infinity : Number(to), letters: one + other };
}

function partOf(line: string, { from, to }: Key, separator: string | undefined): string {
  const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  return fields.slice(from - 1, to).join(separator ?? ' ');
}

const plain: Compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

function ordered(letters: string): Compare {
  const seen = (text: string): string => {
    const begun = letters.includes('b') ? text.trimStart() : text;
    return letters.includes('f') ? begun.toUpperCase() : begun;
  };
  if (letters.includes('n')) return (one, other) => (parseFloat(one) || 0) - (parseFloat(other) || 0);
  if (letters.includes('h')) return (one, other) => humanNumber(one) - humanNumber(other);
  return (one, other) => plain(seen(one), seen(other));
}

function humanNumber(text: string): number {
  const [, number = '0', unit = ''] = /^\s*([0-9.]+)([KMGTkmgt]?)/.exec(text) ?? [];
  return Number(number) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ');
}
