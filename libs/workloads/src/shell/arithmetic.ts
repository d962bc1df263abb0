import { ShellSyntaxError } from './syntax';

export interface ArithmeticVariables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|[0-9]+|[A-Za-z_][A-Za-z0-9_]*|<<=|>>=|\+\+|--|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%]=|[-+*/%<>=!~&|^?:()])/y;
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const DEPTH_LIMIT = 100;

/** The value of a POSIX arithmetic expression over integers. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables): number {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (const end = text.trimEnd().length; TOKEN.lastIndex < end;) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new ShellSyntaxError(`arithmetic syntax error near "${text.slice(at).trim()}"`);
    tokens.push(match[1]);
  }
  if (tokens.length === 0) return 0;
  const parser = new Arithmetic(tokens, variables);
  const value = parser.assignment();
  if (!parser.done) throw new ShellSyntaxError('arithmetic syntax error');
  return value;
}

class Arithmetic {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly variables: ArithmeticVariables,
  ) {}

  get done(): boolean {
    return this.at === this.tokens.length;
  }

  assignment(): number {
    if (++this.depth > DEPTH_LIMIT) throw new ShellSyntaxError('arithmetic syntax error: nested too deeply');
    const value = this.assigned();
    this.depth--;
    return value;
  }

  private assigned(): number {
    const name = this.tokens[this.at] ?? '';
    const operator = this.tokens[this.at + 1] ?? '';
    if (!isName(name) || !/^([-+*/%]|<<|>>)?=$/.test(operator)) return this.conditional();
    this.at += 2;
    const right = this.assignment();
    const value = operator === '=' ? right : apply(operator.slice(0, -1), this.read(name), right);
    this.variables.set(name, String(value));
    return value;
  }

  private conditional(): number {
    const condition = this.binary(0);
    if (this.tokens[this.at] !== '?') return condition;
    this.at++;
    const whenTrue = this.assignment();
    if (this.tokens[this.at++] !== ':') throw new ShellSyntaxError('arithmetic syntax error');
    const otherwise = this.assignment();
    return condition !== 0 ? whenTrue : otherwise;
  }

  private binary(level: number): number {
    if (level === LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    while (LEVELS[level].includes(this.tokens[this.at] ?? '')) {
      const operator = this.tokens[this.at++];
      left = apply(operator, left, this.binary(level + 1));
    }
    return left;
  }

  private unary(): number {
    const token = this.tokens[this.at++] ?? '';
    switch (token) {
      case '-':
        return -this.unary();
      case '+':
        return this.unary();
      case '!':
        return this.unary() === 0 ? 1 : 0;
      case '~':
        return ~this.unary();
      case '++':
      case '--':
        return this.step(this.tokens[this.at++] ?? '', token === '++' ? 1 : -1, true);
      case '(': {
        const value = this.assignment();
        if (this.tokens[this.at++] !== ')') throw new ShellSyntaxError('arithmetic syntax error');
        return value;
      }
    }
    if (/^[0-9]/.test(token)) return number(token);
    if (!isName(token)) throw new ShellSyntaxError('arithmetic syntax error');
    const next = this.tokens[this.at];
    if (next !== '++' && next !== '--') return this.read(token);
    this.at++;
    return this.step(token, next === '++' ? 1 : -1, false);
  }

  private step(name: string, by: number, before: boolean): number {
    const old = this.read(name);
    this.variables.set(name, String(old + by));
    return before ? old + by : old;
  }

  private read(name: string): number {
    const text = (this.variables.get(name) ?? '').trim();
    if (text === '') return 0;
    if (!/^[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text))
      throw new ShellSyntaxError(`Illegal number: ${text}`);
    return text.startsWith('-') ? -number(text.slice(1)) : number(text.replace('+', ''));
  }
}

const isName = (token: string): boolean => /^[A-Za-z_]/.test(token);
const number = (text: string): number => (/^0[0-7]+$/.test(text) ? parseInt(text, 8) : Number(text));
const truth = (value: boolean): number => (value ? 1 : 0);

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '||':
      return truth(left !== 0 || right !== 0);
    case '&&':
      return truth(left !== 0 && right !== 0);
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '&':
      return left & right;
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (right === 0) throw new ShellSyntaxError('divide by zero');
      return operator === '/' ? Math.trunc(left / right) : left % right;
  }
}
