import type { CommandContext } from '../shell/host';
import type { Command } from './command';

/** `test` and `[`: POSIX conditions, with `-a`, `-o`, `!` and parentheses. */
export const testCommand: Command = (context) => {
  const words = [...context.arguments];
  if (context.name === '[' && words.pop() !== ']') {
    context.err('sh: missing ]\n');
    return 2;
  }
  if (context.name === '[[' && words.pop() !== ']]') {
    context.err('sh: missing ]]\n');
    return 2;
  }
  if (words.length > WORDS_LIMIT) {
    context.err(`sh: ${context.name}: too many arguments\n`);
    return 2;
  }
  const parser = new Condition(words, context);
  const result = parser.or();
  if (!parser.done || parser.error) {
    context.err(`sh: ${parser.error ?? words[0]}: unknown operand\n`);
    return 2;
  }
  return result ? 0 : 1;
};

/** Words of one condition. */
const WORDS_LIMIT = 500;
const NUMERIC = ['-eq', '-ne', '-lt', '-le', '-gt', '-ge'];
const BINARY = [...NUMERIC, '=', '==', '!=', '<', '>', '=~', '-nt', '-ot', '-ef'];

class Condition {
  private at = 0;
  error: string | undefined;

  constructor(
    private readonly words: readonly string[],
    private readonly context: CommandContext,
  ) {}

  get done(): boolean {
    return this.at === this.words.length;
  }

  or(): boolean {
    let value = this.and();
    while (this.words[this.at] === '-o' || this.words[this.at] === '||') {
      this.at++;
      value = this.and() || value;
    }
    return value;
  }

  private and(): boolean {
    let value = this.primary();
    while (this.words[this.at] === '-a' || this.words[this.at] === '&&') {
      this.at++;
      value = this.primary() && value;
    }
    return value;
  }

  private primary(): boolean {
    const word = this.words[this.at];
    if (word === undefined) return false;
    const operator = this.words[this.at + 1];
    if (operator !== undefined && BINARY.includes(operator) && this.at + 2 < this.words.length) {
      this.at += 3;
      return this.compare(word, operator, this.words[this.at - 1]);
    }
    if (word === '!' && this.at + 1 < this.words.length) {
      this.at++;
      return !this.primary();
    }
    if (word === '(') {
      this.at++;
      const value = this.or();
      this.at++;
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && operator !== undefined && operator !== '-a' && operator !== '-o') {
      this.at += 2;
      return this.unary(word[1], operator);
    }
    this.at++;
    return word !== '';
  }

  private compare(left: string, operator: string, right: string): boolean {
    if (operator === '=' || operator === '==') return left === right;
    if (operator === '!=') return left !== right;
    if (operator === '<') return left < right;
    if (operator === '>') return left > right;
    if (!NUMERIC.includes(operator)) return false;
    const [a, b] = [left, right].map((text) => {
      if (!/^\s*[-+]?[0-9]+\s*$/.test(text)) this.error = text;
      return Number(text);
    });
    return [a === b, a !== b, a < b, a <= b, a > b, a >= b][NUMERIC.indexOf(operator)];
  }

  private unary(letter: string, operand: string): boolean {
    const { files } = this.context;
    const path = this.context.path(operand);
    switch (letter) {
      case 'n':
        return operand !== '';
      case 'z':
        return operand === '';
      case 'd':
        return files.isDirectory(path);
      case 'f':
        return files.read(path) !== undefined && !files.isDevice(path);
      case 's':
        return (files.read(path) ?? '') !== '';
      case 'e':
      case 'r':
      case 'w':
      case 'x':
        return operand !== '' && files.exists(path);
      case 'h':
      case 'L':
        return files.link(path) !== undefined;
      case 'c':
        return files.isDevice(path);
      default:
        return false;
    }
  }
}
