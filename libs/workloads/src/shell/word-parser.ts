import { checkNesting, ShellSyntaxError } from './syntax';
import type { ParameterOperator, ShellNode, Word, WordPart } from './syntax';

const METACHARACTERS: ReadonlySet<string> = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPECIAL_PARAMETERS = '@*#?-$!0123456789';
const OPERATORS: readonly ParameterOperator[] = [
  ':-',
  ':=',
  ':?',
  ':+',
  '##',
  '%%',
  '-',
  '=',
  '?',
  '+',
  '#',
  '%',
];

/** Reads the words of a script; the parser above it reads commands, and is asked back for command substitutions. */
export class WordParser {
  at = 0;

  constructor(
    readonly source: string,
    /** `depth` is how deep the script stands. */
    private readonly parseScript: (source: string, depth: number) => ShellNode,
    private readonly depth = 0,
  ) {
    checkNesting(depth);
  }

  /** The word that starts here, or undefined when none does. */
  word(): Word | undefined {
    const parts: WordPart[] = [];
    const start = this.at;
    let text = '';
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'text', text, quoted: false });
      text = '';
    };
    while (this.at < this.source.length && !METACHARACTERS.has(this.source[this.at])) {
      const character = this.source[this.at];
      if (character === '\\') {
        this.at += 2;
        if (this.source[this.at - 1] === '\n') continue;
        flush();
        parts.push({ kind: 'text', text: this.source[this.at - 1] ?? '\\', quoted: true });
      } else if (character === "'") {
        flush();
        parts.push({ kind: 'text', text: this.singleQuoted(), quoted: true });
      } else if (character === '"') {
        flush();
        this.at++;
        parts.push(...this.doubleQuoted('"'));
      } else if ((character === '$' && this.startsExpansion()) || character === '`') {
        flush();
        parts.push(this.expansion(false));
      } else {
        text += character;
        this.at++;
      }
    }
    flush();
    return this.at === start ? undefined : parts;
  }

  private singleQuoted(): string {
    const end = this.source.indexOf("'", this.at + 1);
    if (end < 0) throw new ShellSyntaxError('syntax error: unterminated quoted string');
    const text = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  /** Parts up to `end` (a quote, or the end of a here-document when empty), in which only `$`, backquote and `\` count. */
  doubleQuoted(end: '"' | ''): WordPart[] {
    const parts: WordPart[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'text', text, quoted: true });
      text = '';
    };
    for (;;) {
      if (this.at >= this.source.length) {
        if (end === '') break;
        throw new ShellSyntaxError('syntax error: unterminated quoted string');
      }
      const character = this.source[this.at];
      if (character === end) {
        this.at++;
        break;
      }
      if (character === '\\') {
        text += this.escapedInQuotes(end);
      } else if ((character === '$' && this.startsExpansion()) || character === '`') {
        flush();
        parts.push(this.expansion(true));
      } else {
        text += character;
        this.at++;
      }
    }
    flush();
    return parts.length > 0 ? parts : [{ kind: 'text', text: '', quoted: true }];
  }

  private escapedInQuotes(end: string): string {
    const next = this.source[this.at + 1];
    this.at += 2;
    if (next === '\n') return '';
    return next === '$' || next === '`' || next === '\\' || (next === '"' && end === '"')
      ? next
      : `\\${next ?? ''}`;
  }

  private startsExpansion(): boolean {
    const next = this.source[this.at + 1] ?? '';
    return next !== '' && (/[A-Za-z_({]/.test(next) || SPECIAL_PARAMETERS.includes(next));
  }

  private expansion(quoted: boolean): WordPart {
    if (this.source[this.at] === '`') return this.backquoted(quoted);
    this.at++;
    if (this.source.startsWith('((', this.at)) {
      const arithmetic = this.arithmetic(quoted);
      if (arithmetic) return arithmetic;
    }
    if (this.source[this.at] === '(') {
      const end = this.matching('(', ')');
      const body = this.parseScript(this.source.slice(this.at + 1, end), this.depth + 1);
      this.at = end + 1;
      return { kind: 'command', body, quoted };
    }
    if (this.source[this.at] === '{') return this.braced(quoted);
    const name = this.name() ?? this.source[this.at++];
    return { kind: 'parameter', name, quoted };
  }

  private backquoted(quoted: boolean): WordPart {
    let text = '';
    for (this.at++; this.source[this.at] !== '`'; this.at++) {
      if (this.at >= this.source.length)
        throw new ShellSyntaxError('syntax error: EOF in backquote substitution');
      if (this.source[this.at] === '\\' && '`$\\'.includes(this.source[this.at + 1] ?? ' ')) this.at++;
      text += this.source[this.at];
    }
    this.at++;
    return { kind: 'command', body: this.parseScript(text, this.depth + 1), quoted };
  }

  private arithmetic(quoted: boolean): WordPart | undefined {
    const end = this.matching('(', ')');
    if (this.source[end - 1] !== ')') return undefined;
    const inner = new WordParser(this.source.slice(this.at + 2, end - 1), this.parseScript, this.depth + 1);
    this.at = end + 1;
    return { kind: 'arithmetic', expression: inner.doubleQuoted(''), quoted };
  }

  private braced(quoted: boolean): WordPart {
    const end = this.matching('{', '}');
    const inner = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    if (/^#([A-Za-z_][A-Za-z0-9_]*|[@*0-9])$/.test(inner)) {
      return { kind: 'parameter', name: inner.slice(1), operator: 'length', quoted };
    }
    const name = /^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/.exec(inner)?.[0];
    if (name === undefined) throw new ShellSyntaxError('syntax error: bad substitution');
    const rest = inner.slice(name.length);
    if (rest === '') return { kind: 'parameter', name, quoted };
    const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
    if (operator === undefined) throw new ShellSyntaxError('syntax error: bad substitution');
    const word = new WordParser(rest.slice(operator.length), this.parseScript, this.depth + 1).operand(
      quoted,
    );
    return { kind: 'parameter', name, operator, word, quoted };
  }

  /** A whole source as one word, blanks included: what follows the operator in `${x:-…}`. */
  private operand(quoted: boolean): Word {
    if (quoted) return this.doubleQuoted('');
    const parts: WordPart[] = [];
    while (this.at < this.source.length) {
      const word = this.word();
      if (word) parts.push(...word);
      else parts.push({ kind: 'text', text: this.source[this.at++], quoted: false });
    }
    return parts;
  }

  private name(): string | undefined {
    NAME.lastIndex = this.at;
    const name = NAME.exec(this.source)?.[0];
    if (name !== undefined) this.at += name.length;
    return name;
  }

  /** Index of the bracket that closes the one at `at`; quotes and nested brackets are skipped. */
  private matching(open: string, close: string): number {
    let depth = 0;
    for (let i = this.at; i < this.source.length; i++) {
      const character = this.source[i];
      if (character === '\\') i++;
      else if (character === "'" && open === '(') i = this.endOfQuote(i, "'");
      else if (character === '"') i = this.endOfQuote(i, '"');
      else if (character === open) depth++;
      else if (character === close && --depth === 0) return i;
    }
    throw new ShellSyntaxError(`syntax error: missing '${close}'`);
  }

  private endOfQuote(start: number, quote: string): number {
    for (let i = start + 1; i < this.source.length; i++) {
      if (this.source[i] === '\\' && quote === '"') i++;
      else if (this.source[i] === quote) return i;
    }
    throw new ShellSyntaxError('syntax error: unterminated quoted string');
  }
}
